#pragma once

#include <string>

#include "storage/catalogue/types.hpp"

namespace storage::catalogue {

class Pool;

/// Revoked sessions. A row lives until no token of the session can be good any more.
class Sessions {
  public:
    explicit Sessions(Pool& pool) : pool_(pool) {}

    /// Logout: the session opens and renews no play any more. `expires`: when it may be forgotten. Repeating it is
    /// harmless (and writes its entry again).
    Answer<void> revoke(Mac session, policy::Instant expires, EntryBytes entry, Deadline deadline);

    /// A lost role or a stolen device: every session of the subject that started before now, until `expires`.
    Answer<void> revoke_subject(std::string subject, policy::Instant started_before, policy::Instant expires,
                                EntryBytes entry, Deadline deadline);

    /// Whether the session is revoked, by itself or with its subject.
    Answer<bool> revoked(Mac session, std::string subject, policy::Instant started, Deadline deadline);

    /// Forgets revocations whose sessions have ended; how many.
    Answer<std::int64_t> forget_expired(policy::Instant now, Deadline deadline);

  private:
    Pool& pool_;
};

}  // namespace storage::catalogue
