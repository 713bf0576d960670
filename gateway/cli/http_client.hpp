#pragma once

#include <string>
#include <vector>

#include "gateway/cli/answer_head.hpp"
#include "gateway/cli/local_socket.hpp"
#include "gateway/http/urlencoded.hpp"
#include "policy/result.hpp"

namespace gateway::cli {

/// Largest head and body that an answer may have.
inline constexpr std::size_t kMaxAnswerHead = 64U << 10U;
inline constexpr std::size_t kMaxAnswerBody = 64U << 20U;

struct HttpQuestion {
    std::string method;
    std::string target;  ///< Path and query, percent-encoded.
    std::vector<Header> headers;
    std::string body;  ///< JSON; empty for none.
};

struct HttpAnswer {
    AnswerHead head;
    std::string body;
};

/// One request over a fresh connection, which the answer ends. kInvalid for a target or field that would not stay what
/// it is on the wire. kCorrupt: what came is no HTTP. kTooLarge: past the bounds above. kInDoubt: the connection ended
/// before the answer did, so that the request may have happened. kDeadline: no full answer in time; it may have
/// happened too.
policy::Result<HttpAnswer> exchange(LocalSocket& socket, const HttpQuestion& question, Deadline deadline);

using http::percent_encoded;  ///< Of a value for a path segment or a query.

}  // namespace gateway::cli
