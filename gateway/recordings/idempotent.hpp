#pragma once

#include "gateway/http/request.hpp"
#include "gateway/http/router.hpp"
#include "gateway/recordings/services.hpp"
#include "storage/crypto/random.hpp"

namespace gateway::recordings {

/// The handler, minding Idempotency-Key: the same key, subject and request within a day gets the first answer again,
/// another request under the key 422 `idempotency-key-reused`, one whose first try still runs 409 `still-running`.
/// Without the header it is the handler and nothing else.
///
/// Answers of 2xx are kept. After any other nothing was done, so the key is free again; after a 5xx, where nobody
/// knows, the next try makes the same thing under the same id (made_id), and so does one that follows a crash, once the
/// lease of the lost try is over (kKeyLease).
///
/// Lifetime: `services` must outlive the handler it gives.
http::Handler idempotent(Services& services, http::Handler handler);

/// How long a try holds its key; a try that takes longer can be overtaken by a repeat, which makes the same thing.
inline constexpr std::chrono::seconds kKeyLease{60};
/// How long an answer is kept.
inline constexpr std::chrono::hours kKeyLife{24};

/// The id for what this request makes: the key's own when there is one, else random.
template <class Id>
Id made_id(const http::Request& request) {
    const auto& told = request.made_id();
    return told ? Id(told->bytes()) : storage::crypto::random_id<Id>();
}

}  // namespace gateway::recordings
