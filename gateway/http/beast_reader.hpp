#pragma once

#include <string_view>

#include "gateway/http/request_check.hpp"

namespace gateway::http {

/// True when Beast's parser accepts the head and reads the same method, target and fields out of it as the strict check
/// did. The one door to Beast: a translation unit that includes it takes long to compile.
bool beast_agrees(std::string_view bytes, const CheckedHead& head);

}  // namespace gateway::http
