#pragma once

#include <optional>
#include <string>
#include <variant>

#include "storage/catalogue/types.hpp"

namespace storage::catalogue {

class Pool;

/// A request that came with an Idempotency-Key.
struct KeyedRequest {
    Mac key{};                  ///< HMAC of subject and key.
    Mac request{};              ///< HMAC of all that makes it this request and no other.
    policy::RequestId made_id;  ///< What the act names its thing with, unless an earlier try has named it.
    policy::RequestId token;    ///< Of this try: the fence of finish() and abandon().
};

/// The answer as it was given first.
struct KeptAnswer {
    std::int32_t status = 0;
    std::string location;  ///< Empty: none.
    std::string body;      ///< Ids, codes, times: nothing personal. At most 131072 bytes.

    friend bool operator==(const KeptAnswer&, const KeptAnswer&) = default;
};

struct RunIt {
    policy::RequestId made_id;  ///< The same for every try under this key.
};
struct StillRunning {};
struct OtherRequest {};  ///< The key came with another request.
using KeyOutcome = std::variant<RunIt, StillRunning, OtherRequest, KeptAnswer>;

/// First answers under idempotency keys. A key is taken for a lease: a try that dies in between locks nobody out for
/// longer, and who comes next makes the same thing under the same id.
class Idempotency {
  public:
    explicit Idempotency(Pool& pool) : pool_(pool) {}

    /// Exactly one of any number of simultaneous calls under a key is told RunIt.
    /// `kept`: how long the key counts, from now on.
    Answer<KeyOutcome> begin(KeyedRequest request, std::chrono::milliseconds lease, std::chrono::milliseconds kept,
                             Deadline deadline);

    /// Keeps the answer. kConflict: the lease was lost and another try has the key.
    Answer<void> finish(Mac key, policy::RequestId token, const KeptAnswer& answer, Deadline deadline);

    /// Nothing was done: the key is free again. A try that has lost its lease frees nothing.
    Answer<void> abandon(Mac key, policy::RequestId token, Deadline deadline);

    /// Nobody knows whether anything was done: the next try may begin at once, under the same made_id.
    Answer<void> yield(Mac key, policy::RequestId token, Deadline deadline);

    /// Forgets keys past their time; how many.
    Answer<std::int64_t> forget_expired(Deadline deadline);

  private:
    Pool& pool_;
};

}  // namespace storage::catalogue
