#pragma once

#include <optional>
#include <string>
#include <vector>

#include "storage/catalogue/recordings.hpp"
#include "storage/catalogue/types.hpp"

namespace storage::catalogue {

class Pool;

/// Where a page ended: the next one holds what is older.
struct Cursor {
    policy::Instant started_at;
    policy::RecordingId id;
};

/// What to look for. Everything that is set must match.
struct Query {
    policy::Date today{};  ///< In the deployment's zone: nothing that is due is found.
    policy::Instant from;  ///< started_at >= from
    policy::Instant to;    ///< started_at < to
    /// Teams that the searcher may see. Not set: all teams. Empty: finds nothing.
    std::optional<std::vector<std::string>> teams;
    std::string agent;        ///< Empty: any.
    std::string queue;        ///< Empty: any.
    std::string sender;       ///< Empty: any.
    std::vector<Mac> tokens;  ///< Blind index tokens of one number, one a living day or keep key. Empty: any number.
    /// Restricted recordings are left out of ordinary searches; a privacy officer's may show them, flagged.
    bool show_restricted = false;
    /// Recordings past their purge date that a hold or class still keeps, for the ground that keeps them.
    bool show_kept = false;
};

struct Found {
    RecordingRow row;
    AccessState access;
    policy::KeyId day_key;
    Secret secret;  ///< For the names and numbers of the line; opening it unwraps no audio.
};

struct Page {
    std::vector<Found> found;    ///< Newest first.
    std::optional<Cursor> next;  ///< Set when there is more.
};

/// Finds live recordings; quarantined ones never.
class Search {
  public:
    static constexpr std::int32_t kMaxPage = 100;
    static constexpr std::int32_t kCountCap = 1001;

    explicit Search(Pool& pool) : pool_(pool) {}

    /// One page, newest first, from `after` on. `limit` is 1..kMaxPage.
    /// Cost: one index range a team (or token), never an offset.
    Answer<Page> page(const Query& query, std::optional<Cursor> after, std::int32_t limit, Deadline deadline);

    /// How many match, counted up to kCountCap ("1000+").
    Answer<std::int32_t> count(const Query& query, Deadline deadline);

  private:
    Pool& pool_;
};

}  // namespace storage::catalogue
