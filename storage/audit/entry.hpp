#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/ids.hpp"
#include "policy/result.hpp"
#include "policy/time.hpp"
#include "storage/audit/action.hpp"
#include "storage/audit/word.hpp"
#include "storage/crypto/bytes.hpp"

namespace storage::audit {

/// Who, as 32 hexadecimal digits: a MAC of issuer and subject under the deployment's pseudonym key, cut to 16 bytes.
using Pseudonym = policy::Id<struct PseudonymTag>;
/// The row in which a case number lies sealed; the log has the row's random id only.
using CaseId = policy::Id<struct CaseTag>;

enum class ActorKind { kPerson, kMachine, kOperator, kJob, kService };

std::string_view name_of(ActorKind kind);

struct Actor {
    ActorKind kind = ActorKind::kService;
    Pseudonym pseudonym;      ///< All zero for a job and the service itself.
    std::vector<Word> roles;  ///< In the order given.
};

/// One act, as the log will tell it for ever. Takes code words, pseudonyms, random ids, numbers, times and digests, and
/// nothing else: caller text has no way in. A detail or ref of a name given twice is kept once, the last one counts.
///
/// Not thread safe. Values only: cheap to move.
///
///     Entry entry(now, actor, Action::kPlayOpen, Outcome::kDeny);
///     entry.recording(log_id).purpose("training").reason("mfa_stale").number("mfa_age_s", 1200);
///     crypto::Bytes bytes = salted(entry);  // goes into the act's own statement
class Entry {
  public:
    using Salt = std::array<std::byte, 16>;
    /// An entry bundle holds its length in 16 bits.
    static constexpr std::size_t kMaxSize = 65535;
    static constexpr std::size_t kMaxDetails = 64;  ///< And as many refs. More is a defect: std::length_error.

    Entry(policy::Instant at, Actor actor, Action action, Outcome outcome);

    Entry& reason(Word code);
    Entry& purpose(Word code);
    /// The recording, by the id it has in the log only.
    Entry& recording(policy::LogId id);
    Entry& case_ref(CaseId id);

    /// A reference by random id: `entry.ref("play", play_id)`.
    template <class Tag>
    Entry& ref(Word name, const policy::Id<Tag>& id) {
        return put(refs_, name, '"' + id.text() + '"');
    }

    Entry& number(Word name, std::int64_t value);
    Entry& code(Word name, Word value);
    Entry& date(Word name, policy::Date value);
    Entry& instant(Word name, policy::Instant value);
    /// A SHA-256 of a configuration, a batch or a ledger record. Never of audio or of anything a person could be
    /// recognised by: a hash of those is as good as the thing.
    Entry& digest(Word name, std::span<const std::byte, 32> value);

    /// The canonical bytes: one line of JSON without spaces, members in the order of FORMAT.md, details and refs
    /// sorted by name. At most kMaxSize bytes, which the bounds above make certain.
    crypto::Bytes encode(const Salt& salt) const;

  private:
    using Members = std::vector<std::pair<Word, std::string>>;  // Name and JSON text, sorted by name.
    Entry& put(Members& members, Word name, std::string json);

    policy::Instant at_;
    Actor actor_;
    Action action_;
    Outcome outcome_;
    std::optional<Word> reason_;
    std::optional<Word> purpose_;
    std::optional<policy::LogId> recording_;
    std::optional<CaseId> case_;
    Members refs_;
    Members details_;
};

/// encode() with 16 fresh random bytes: what goes into audit_entry.bytes. The hash that outlives the entry cannot be
/// guessed from what is known about the act.
crypto::Bytes salted(const Entry& entry);

}  // namespace storage::audit
