#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/ids.hpp"
#include "policy/result.hpp"
#include "policy/time.hpp"
#include "storage/audit/tree.hpp"

namespace storage::audit {

enum class LedgerKind {
    kDayKeyDestroyed,    ///< key, date; the recordings of that day go with it
    kKeepKeyDestroyed,   ///< key
    kRecordingsErased,   ///< recordings (log ids), references, ground
    kRestrictionSet,     ///< recordings, ground, restriction; of a withdrawal references instead: a recording has one
    kRestrictionLifted,  ///< recordings, restriction
    kHoldSet,            ///< recordings, hold
    kHoldLifted,         ///< recordings, hold
};

std::string_view name_of(LedgerKind kind);

/// What is announced, before it is done. Fields that the kind does not name stay empty.
struct LedgerEvent {
    LedgerKind kind = LedgerKind::kRecordingsErased;
    policy::Instant at{};
    std::optional<policy::KeyId> key;
    std::optional<policy::Date> date;
    std::optional<policy::HoldId> hold;
    std::string ground;                     ///< Code of the ground: a Word's text, or empty.
    std::vector<policy::LogId> recordings;  ///< At most kMaxLedgerRecordings; more go into further records.
    std::optional<policy::RestrictionId> restriction{};
    /// HMACs of sender and reference under the vault's tombstone key: what a push is known by when it comes again. They
    /// count with the recordings.
    std::vector<Hash> references{};
    friend bool operator==(const LedgerEvent&, const LedgerEvent&) = default;
};

constexpr std::size_t kMaxLedgerRecordings = 20'000;

struct LedgerRecord {
    std::uint64_t number = 0;  ///< From 0, without gaps.
    Hash previous{};           ///< SHA-256 of the whole object before; zero for the first.
    LedgerEvent event;
};

/// The text of a record's note; format in FORMAT.md.
policy::Result<std::string> text_of(const LedgerRecord& record, std::string_view origin);
/// Reads text_of() back; refuses everything that is not exactly what text_of() writes. kCorrupt.
policy::Result<LedgerRecord> parse_ledger_record(std::string_view text, std::string_view origin);

}  // namespace storage::audit
