#pragma once

#include <string>
#include <vector>

#include "storage/catalogue/types.hpp"

namespace storage::catalogue {

class Pool;

/// A sealed text under a pseudonymous id: the name of an agent, team or queue; a case number; a matter.
struct DirectoryRow {
    std::string kind;  ///< "agent", "team", "queue", "case", "matter"
    std::string id;    ///< The pseudonym, or a random id for cases and matters; at most 200 characters.
    Secret secret;
};

/// Names by pseudonym, sealed under the epoch key.
class Directory {
  public:
    explicit Directory(Pool& pool) : pool_(pool) {}

    /// Writes or replaces; marks the rows as seen today.
    Answer<void> put(const std::vector<DirectoryRow>& rows, policy::Date today, Deadline deadline);
    /// Those that exist, of one kind.
    Answer<std::vector<DirectoryRow>> get(const std::string& kind, const std::vector<std::string>& ids,
                                          Deadline deadline);
    /// Deletes the rows that no act has touched since `before` and no hold cites; how many.
    Answer<std::int64_t> forget(policy::Date before, Deadline deadline);

  private:
    Pool& pool_;
};

}  // namespace storage::catalogue
