#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/response.hpp"
#include "policy/ids.hpp"
#include "policy/result.hpp"

namespace gateway::http {

/// One thing that is wrong with the input (RFC 9457 `errors` member in spirit; here "faults").
struct ProblemFault {
    std::string code;      ///< Stable.
    std::string pointer;   ///< JSON Pointer into the metadata or body ("/purposes/0"); "" is the whole document.
    std::string sentence;  ///< What to do about it.
};

/// An RFC 9457 problem before it becomes a response.
struct Problem {
    unsigned status = 500;
    std::string code;    ///< Becomes "urn:callvault:problem:<code>"; stable, lowercase, dashes.
    std::string title;   ///< Short, the same for every problem of the code.
    std::string detail;  ///< One sentence about this case that says what to do; never anything internal. May be empty.
    std::vector<ProblemFault> faults;
    std::optional<std::chrono::seconds> retry_after;  ///< Sent as Retry-After.
    std::vector<Header> headers;                      ///< Further headers (WWW-Authenticate, Allow, Content-Range).
};

/// application/problem+json with the request's id in it.
Response problem_response(const policy::RequestId& id, Problem problem);

/// The answer to a failure that a handler has nothing better to say about: the table of status, code, title and a
/// detail that tells the client what to do. Error::what never goes out; the caller logs it where it matters.
Response problem_response(const policy::RequestId& id, const policy::Error& error);

/// The table row of a code as a Problem, for handlers that want to change a part of it.
Problem problem_of(policy::Code code);

/// kInvalid 422, kUnauthenticated 401, kStepUp 401, kDenied 403, kNotFound 404, kConflict 409, kGone 410, kTooLarge
/// 413, kUnsupported 415, kOverloaded 503, kUnavailable 503, kDeadline 504, kInDoubt 503, kCorrupt 500, kInternal 500.
unsigned status_of(policy::Code code);

}  // namespace gateway::http
