#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "storage/catalogue/jobs.hpp"
#include "storage/catalogue/types.hpp"

namespace storage::catalogue {

class Pool;

/// What the catalogue knows of a recording in plain: ids, codes, times and numbers. Numbers, names, references and
/// digests are in the secret only.
struct RecordingRow {
    policy::RecordingId id;
    std::string sender;                      ///< The configured name of the machine that pushed it.
    policy::Date purge_date{};               ///< Ordinary end; never extended. Reached: not playable, due.
    std::optional<policy::Date> kept_until;  ///< A statutory class keeps it until then (exclusive) under a keep key.
    policy::Instant started_at;
    policy::Instant received_at;
    std::optional<std::int64_t> duration_ms;
    std::string direction;  ///< "inbound", "outbound", "internal" or empty
    std::string team;
    std::string agent;  ///< A pseudonym; empty when not told.
    std::string queue;  ///< Empty when not told.
    std::string basis;  ///< "consent", "legitimate_interest"
    std::vector<std::string> purposes;
    std::string profile;
    std::string rule_id;          ///< The rule that set the purge date.
    std::string retention_class;  ///< Empty: none.
    std::string media;            ///< Facts of the audio in the gateway's own words (JSON of numbers and
                                  ///< codes, at most 1024 characters); opaque here.
    std::string unplayable;       ///< Empty: playable; else the reason code ("preparing", "decode-failed").
    bool quarantined = false;     ///< Not playable, searchable or exportable.
};

/// What push_commit writes.
struct NewRecording {
    RecordingRow row;
    Mac ref_mac{};                   ///< HMAC(tombstone key, sender || 0 || recording_ref): one recording for ever.
    Mac content_mac{};               ///< HMAC over the audio's digest: tells the same bytes from other bytes.
    policy::KeyId day_key;           ///< The key that its wrap cites; must be the open key of row.purge_date.
    std::vector<ObjectRow> objects;  ///< All durable already.
    Secret secret;
    std::vector<Mac> tokens;  ///< Blind index of numbers, call id...: made with the day's index key.
    std::vector<NewJob> jobs;
    EntryBytes entry;
};

/// What a job found out about a recording's sound, and made of it.
struct PreparedRecording {
    std::string media;       ///< As RecordingRow::media.
    std::string unplayable;  ///< Empty: playable; else the reason code.
    std::optional<std::int64_t> duration_ms;
    std::vector<ObjectRow> renditions;  ///< All durable already.
    EntryBytes entry;
    bool park = false;  ///< The job stays, dead, for people to look at and to revive.
};

/// When the upload's object was begun, and how old it may be: half of the sweeper's lease L.
struct UploadAge {
    std::chrono::steady_clock::time_point begun;
    std::chrono::milliseconds limit;
};

/// A recording that stands under a reference.
struct KnownReference {
    policy::RecordingId id;
    Mac content_mac{};
    policy::Date purge_date{};
    std::string rule_id;
    std::string retention_class;  ///< Empty: none.
    policy::Instant received_at;
    std::string state;  ///< "live" or "purging"
};

/// A reference whose recording was destroyed, or that must never come (withdrawn before it arrived).
struct Tombstone {
    policy::RecordingId id;  ///< Names its certificate.
    policy::Date purged_on{};
    std::string ground;  ///< "retention", "erasure", "withdrawal", ...
};

struct UnknownReference {};
using Reference = std::variant<UnknownReference, KnownReference, Tombstone>;

struct Stored {};      ///< Written now; the answer to it is the 201.
struct KeyNotOpen {};  ///< The day key is not the open one of that date; nothing was written.
using PushOutcome = std::variant<Stored, KnownReference, Tombstone, KeyNotOpen>;

/// The flags that decide about access; `version` grows at each change of them.
struct AccessState {
    std::int64_t version = 0;
    std::string state;  ///< "live" or "purging"
    std::int32_t holds = 0;
    std::int32_t restrictions = 0;
    std::string restricted_ground;                   ///< Of the newest open restriction; empty when none.
    std::optional<policy::Date> oldest_hold_review;  ///< Of the open holds: past today means unreviewed (rule 17).
    std::optional<policy::KeyId> keep_key;           ///< Set: rewrapped, the day key's end does not touch it.
};

struct RecordingFacts {
    RecordingRow row;
    AccessState access;
    Mac ref_mac{};
    Mac content_mac{};
    policy::KeyId day_key;
    Secret secret;
    std::vector<ObjectRow> objects;  ///< By rendition, then part.
};

/// Admission and facts of recordings.
class Recordings {
  public:
    explicit Recordings(Pool& pool) : pool_(pool) {}

    /// What stands under the reference; asked before the body is read and again after a commit in doubt.
    Answer<Reference> find_reference(Mac ref_mac, Deadline deadline);

    /// One statement, one round trip: reference, recording, objects, secret, index, jobs and audit entry, or nothing.
    /// Its success is durable. Exactly one of any number of concurrent pushes of one reference is Stored.
    /// kDeadline also when the upload was begun more than age.limit ago: the sweeper may have its object.
    Answer<PushOutcome> push(NewRecording recording, UploadAge age, Deadline deadline);

    /// Everything about one recording, whatever its state. kNotFound: none (or purged).
    Answer<RecordingFacts> facts(policy::RecordingId id, Deadline deadline);

    /// The tombstone of a purged recording by its id. kNotFound: none.
    Answer<Tombstone> tombstone(policy::RecordingId id, Deadline deadline);

    /// Ends a claim with its work (or parks it), or does nothing: writes the facts, sets or clears the unplayable
    /// reason, adds the renditions. Bumps no version. kConflict: the claim is no longer ours. kNotFound: the recording
    /// does not live any more; the job is gone. kDeadline also when the renditions were begun more than age.limit ago
    /// (see push()). After any of these the objects belong to nobody.
    Answer<void> prepared(const ClaimedJob& claim, const PreparedRecording& recording, UploadAge age,
                          Deadline deadline);

    /// Quarantines or releases; bumps the version. kConflict: the version moved on. kNotFound: gone.
    Answer<void> quarantine(policy::RecordingId id, std::int64_t version, bool quarantined, EntryBytes entry,
                            Deadline deadline);

    /// Of these object names, those that a recording owns. The sweeper deletes no other than the rest.
    Answer<std::vector<std::string>> owned(const std::vector<std::string>& object_names, Deadline deadline);
    /// These objects lie in that place from now on (Residency::note_place()).
    Answer<void> placed(const std::vector<std::string>& object_names, std::int32_t place, Deadline deadline);
    /// Of these object names, those of recordings that are not being forgotten.
    Answer<std::vector<std::string>> living(const std::vector<std::string>& object_names, Deadline deadline);

    /// Writes a tombstone for a reference that never arrived, so that it never will. kConflict: something stands there.
    Answer<void> forbid(Mac ref_mac, const Tombstone& tombstone, EntryBytes entry, Deadline deadline);

  private:
    Pool& pool_;
};

}  // namespace storage::catalogue
