#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "storage/catalogue/types.hpp"

namespace storage::catalogue {

class Pool;

/// A place that objects lie in, as the store proved it when they were written.
struct Place {
    std::string kind;      ///< "file" or "s3".
    std::string endpoint;  ///< Host and port; empty for files of this machine.
    std::string bucket;
    std::string region;   ///< As the bucket answered it.
    std::string country;  ///< ISO 3166-1 alpha-2, by the list of regions or the operator's word.
    Bytes certificate;    ///< SHA-256 of the store's certificate; empty where there is none.

    friend bool operator==(const Place&, const Place&) = default;
};

/// What lies in a place.
struct PlaceUse {
    std::optional<std::int32_t> id;  ///< Nothing: what was written before places were recorded.
    Place place;
    policy::Instant first_seen;
    policy::Instant last_seen;
    std::int64_t recordings = 0;  ///< Whose original lies there now.
    std::int64_t arrived = 0;     ///< Of them, received in the time asked for.
};

/// One look at where everything lies.
struct ResidencyCheck {
    policy::Instant checked_at;
    std::string gateway;              ///< Which process looked.
    std::vector<std::string> faults;  ///< As sentences; none when all was within the list.
};

/// Where recordings lie, and when that was checked.
class Residency {
  public:
    explicit Residency(Pool& pool) : pool_(pool) {}

    /// The number of a place for ObjectRow::place; the same for the same facts, for ever.
    Answer<std::int32_t> note_place(Place place, Deadline deadline);
    /// Every place there ever was. Reads all rows of objects: for a report.
    Answer<std::vector<PlaceUse>> places(policy::Instant from, policy::Instant to, Deadline deadline);

    /// With its entry; forgets what is older than 13 months.
    Answer<void> note_check(ResidencyCheck check, EntryBytes entry, Deadline deadline);
    /// In [from, to), oldest first.
    Answer<std::vector<ResidencyCheck>> checks(policy::Instant from, policy::Instant to, Deadline deadline);

  private:
    Pool& pool_;
};

}  // namespace storage::catalogue
