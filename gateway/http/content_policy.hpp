#pragma once

#include <string>
#include <string_view>

namespace gateway::http {

/// The Content-Security-Policy of an answer that a browser shows: nothing is allowed but what is named, no page of
/// others may frame it, no <base> moves its addresses. The other security headers are the same for every answer and
/// stand in response_head.cpp.
///
/// `sources`: directives, such as "style-src 'self'; img-src 'self'"; empty: it loads nothing.
/// `form_action`: where its forms may go, such as "'self'" or "'none'".
std::string content_policy(std::string_view sources, std::string_view form_action);

}  // namespace gateway::http
