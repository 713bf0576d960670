#pragma once

#include <optional>
#include <string>
#include <vector>

#include "storage/catalogue/types.hpp"

namespace storage::catalogue {

class Pool;

/// planned: in the vault, its copy not confirmed. open: wraps. closed: unwraps only. destroyed: for ever.
enum class KeyState { kPlanned, kOpen, kClosed, kDestroyed };

/// Which day or keep keys recordings hang on. Of a date and of a label one key is current; while keys move to another
/// vault there are former ones besides, closed, that open what was not rewrapped yet.
enum class KeyTurn {
    kCurrent,
    kFormer,   ///< Another took over from it; recordings may hang on it still.
    kEmptied,  ///< The same, and nothing that lives hangs on it any more.
};

struct DayKey {
    policy::Date purge_date{};
    policy::KeyId key;
    KeyState state = KeyState::kPlanned;
    KeyTurn turn = KeyTurn::kCurrent;
};

struct KeepKey {
    policy::KeyId key;
    std::string label;  ///< What it is for: a hold, or a class and month. Unique among those planned or open.
    KeyState state = KeyState::kPlanned;
    KeyTurn turn = KeyTurn::kCurrent;
};

/// Whether a living recording's blind index tokens may stand under the key.
template <class Key>
bool may_hold(const Key& key) {
    return key.state == KeyState::kOpen || (key.state == KeyState::kClosed && key.turn == KeyTurn::kFormer);
}

/// A key on which something may still hang, and the one that took over from it.
struct FormerKey {
    policy::KeyId key;
    policy::KeyId successor;
    std::optional<policy::Date> purge_date;  ///< Of a day key; a keep key has none.
};

struct EpochKey {
    std::int32_t epoch = 0;
    policy::KeyId key;
    KeyState state = KeyState::kPlanned;
    policy::Instant created_at;
    Bytes secret;  ///< keys::EpochSeal::make(). Empty: an epoch from before there were secrets.
};

/// A recording that must outlive its day key: held, restricted or of a statutory class, and not rewrapped yet.
struct ToKeep {
    policy::RecordingId id;
    policy::Date purge_date{};
    std::string retention_class;
    policy::Instant started_at;
    std::optional<policy::HoldId> hold;  ///< The oldest open hold, when held.
    std::int64_t version = 0;
    Secret secret;
};

/// Rows that are sealed under the epoch key.
enum class SealedTable { kSecrets, kDirectory };

struct SealedRow {
    std::string key;  ///< Opaque; the page goes on after it.
    Secret secret;
};

struct Reseal {
    std::string key;
    Bytes old_sealed;  ///< Swapped only while these bytes stand there.
    Secret fresh;
};

/// Which key of the vault counts for what. The keys themselves are in the vault (storage/keys); a key is made there
/// first, durably, and then entered here; the first entry for a date wins and the loser's key is destroyed by its
/// maker.
class Keys {
  public:
    explicit Keys(Pool& pool) : pool_(pool) {}

    /// Enters a key for a date as planned. The key that counts is answered: the given one, or an earlier one.
    Answer<DayKey> plan_day_key(policy::Date purge_date, policy::KeyId key, Deadline deadline);
    /// planned -> open (a second copy holds it). Open already: success. kConflict: another key, closed or destroyed.
    Answer<void> open_day_key(policy::Date purge_date, policy::KeyId key, Deadline deadline);
    /// open -> closed: waits for pushes under way, admits none after. Closed or destroyed already: success.
    /// kNotFound: no key for that date.
    Answer<void> close_day_key(policy::Date purge_date, EntryBytes entry, Deadline deadline);
    /// Recordings whose wrap still needs the closed day key although they must be kept: it may be destroyed at 0.
    Answer<std::int64_t> day_key_keepers(policy::Date purge_date, Deadline deadline);
    /// closed -> destroyed, after the vault destroyed it. kConflict: not closed, or a recording to keep hangs on it.
    Answer<void> day_key_destroyed(policy::Date purge_date, policy::KeyId key, EntryBytes entry, Deadline deadline);
    /// The current key of a date. kNotFound: none.
    Answer<DayKey> day_key(policy::Date purge_date, Deadline deadline);
    /// A day key, former ones too, by its id. kNotFound.
    Answer<DayKey> day_key_of(policy::KeyId key, Deadline deadline);
    /// Keys with from <= purge_date <= to, former ones too, by date; at most 2000.
    Answer<std::vector<DayKey>> day_keys(policy::Date from, policy::Date to, Deadline deadline);
    /// What a purge has to finish: day keys with a purge date <= today, and closed ones, unless others took over from
    /// them. By date, the current one first.
    Answer<std::vector<DayKey>> day_keys_to_destroy(policy::Date today, Deadline deadline);

    /// Enters a keep key as planned. The key that counts is answered: the given one, or one that is planned or open.
    Answer<KeepKey> plan_keep_key(const std::string& label, policy::KeyId key, Deadline deadline);
    Answer<void> open_keep_key(policy::KeyId key, Deadline deadline);
    Answer<std::vector<KeepKey>> keep_keys(Deadline deadline);
    /// Keep keys of which no recording is left; made more than `age` ago. Former ones `dark_after` they were emptied.
    Answer<std::vector<KeepKey>> unused_keep_keys(std::chrono::milliseconds age, std::chrono::milliseconds dark_after,
                                                  Deadline deadline);
    /// open -> closed, only while no recording uses it. kConflict: one does; the key must not be destroyed.
    Answer<void> close_keep_key(policy::KeyId key, Deadline deadline);
    /// closed -> destroyed. kConflict: not closed.
    Answer<void> keep_key_destroyed(policy::KeyId key, EntryBytes entry, Deadline deadline);

    /// Recordings with purge_date <= before that must be kept and still hang on their day key; by (purge_date, id),
    /// after `after`.
    Answer<std::vector<ToKeep>> to_keep(policy::Date before, std::optional<PurgeCursor> after, std::int32_t limit,
                                        Deadline deadline);
    /// Swaps the secret and the index tokens for those made with a keep key, or with the current day key of the
    /// recording's date. `entry`: may be empty. kConflict: the secret or version moved on, or the key is not open.
    Answer<void> rewrapped(policy::RecordingId id, std::int64_t version, Bytes old_sealed, Secret fresh,
                           const std::vector<Mac>& tokens, policy::KeyId key, EntryBytes entry, Deadline deadline);

    /// `fresh`, in every copy of its vault, becomes the open key of the date or label that `former` is open for.
    /// kConflict: that is not open any more.
    Answer<void> supersede_day_key(policy::KeyId former, policy::KeyId fresh, EntryBytes entry, Deadline deadline);
    Answer<void> supersede_keep_key(policy::KeyId former, policy::KeyId fresh, EntryBytes entry, Deadline deadline);
    /// Those superseded at least `age` ago that were not found empty yet and whose successor is open.
    Answer<std::vector<FormerKey>> former_keys(std::chrono::milliseconds age, Deadline deadline);
    /// Living recordings that hang on it, by id, after `after`.
    Answer<std::vector<policy::RecordingId>> hanging_on(FormerKey key, policy::RecordingId after, std::int32_t limit,
                                                        Deadline deadline);
    /// Notes that nothing hangs on it; does nothing if something does.
    Answer<void> emptied(policy::KeyId key, Deadline deadline);

    /// Enters the next epoch as open, with its secret, and closes the one before; kConflict: `epoch` is not the newest
    /// + 1. After an epoch from before there were secrets it is left out in the first day since the catalogue learnt of
    /// them: gateways of the version before, which cannot read what it seals, may run until then.
    Answer<void> begin_epoch(std::int32_t epoch, policy::KeyId key, const Bytes& secret, Deadline deadline);
    /// All epochs that are not destroyed, oldest first.
    Answer<std::vector<EpochKey>> epochs(Deadline deadline);
    /// closed -> destroyed; kConflict: not closed, not for so long by the database's clock, or rows are still sealed
    /// under it besides those that nobody can open (their SealedRow::key).
    Answer<void> epoch_destroyed(std::int32_t epoch, std::chrono::milliseconds closed_for,
                                 const std::vector<std::string>& lost_secrets,
                                 const std::vector<std::string>& lost_directory, EntryBytes entry, Deadline deadline);
    /// Up to `limit` (<= 1000) rows sealed under an epoch older than `epoch`.
    Answer<std::vector<SealedRow>> sealed_before(SealedTable table, std::int32_t epoch, const std::string& after,
                                                 std::int32_t limit, Deadline deadline);
    /// Swaps each row's bytes if they are unchanged; how many were swapped.
    Answer<std::int64_t> reseal(SealedTable table, const std::vector<Reseal>& rows, Deadline deadline);

    /// The id of a long-lived key by its purpose ("checkpoint", "tombstone", "pseudonym", ...). The first entry wins
    /// and is answered.
    Answer<policy::KeyId> adopt_vault_key(const std::string& purpose, policy::KeyId key, Deadline deadline);
    /// Not set: none yet.
    Answer<std::optional<policy::KeyId>> vault_key(std::string purpose, Deadline deadline);

  private:
    Pool& pool_;
};

}  // namespace storage::catalogue
