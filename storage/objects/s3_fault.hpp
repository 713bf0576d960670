#pragma once

#include <optional>
#include <string>

#include "policy/result.hpp"
#include "policy/time.hpp"
#include "storage/net/https_connection.hpp"
#include "storage/objects/s3_options.hpp"

namespace storage::objects {

/// What the store answered.
struct S3Answer {
    net::AnswerHead head;
    std::string body;      ///< Empty when it went to the request's sink.
    std::size_t sunk = 0;  ///< Bytes that went there.
    std::string code;      ///< Of a refusal with a body: "AccessDenied".

    unsigned status() const noexcept { return head.status; }
    bool good() const noexcept { return head.status >= 200 && head.status < 300; }
};

/// What may help against a fault.
enum class S3Remedy {
    kNone,         ///< Nothing that a program can do.
    kFresh,        ///< The kept connection had been closed: ask once more on a new one.
    kUnasked,      ///< Send the body without asking first.
    kWait,         ///< Try again after a while.
    kClock,        ///< Sign with the store's clock.
    kCredentials,  ///< Sign with newer credentials, if there are any.
};

/// An answer that no caller has a use for, as what it means for the operator.
struct S3Fault {
    policy::Error error;
    S3Remedy remedy = S3Remedy::kNone;
    std::optional<policy::Instant> store_time = {};  ///< With kClock.
};

/// Nothing when the answer is for the caller to understand: success, and refusals that belong to the request (404 of an
/// object, 412, 416, 403 of a lock, ...). Faults of the set-up are kUnavailable, and their text names the way out:
/// whoever pushes a call is to come again. `now`: what the request was signed with.
std::optional<S3Fault> fault_of(const S3Answer& answer, const S3Options& options, policy::Instant now);

/// A refusal that the caller has no use for: kUnavailable, "S3 PUT: 400 InvalidRequest".
policy::Error unexpected(const std::string& operation, const S3Answer& answer);

/// The Date field of an answer (RFC 9110, 5.6.7: the preferred form only).
std::optional<policy::Instant> parse_http_date(std::string_view text);

}  // namespace storage::objects
