// Day keys and long-lived keys; keep keys are in keep_keys.cpp, epochs in epochs.cpp.
#include "storage/catalogue/keys.hpp"

#include "storage/catalogue/key_rows.hpp"
#include "storage/catalogue/pool.hpp"
#include "storage/catalogue/session.hpp"

namespace storage::catalogue {
namespace {

using policy::Code;
using policy::fail;
using policy::Result;

/// One of the current keys.
DayKey day_key_row(const Row& row) {
    return {row.date("purge_date"), row.id<policy::KeyId>("key_id"), key_state(row)};
}

DayKey day_key_row_in_turn(const Row& row) {
    DayKey out = day_key_row(row);
    out.turn = key_turn(row);
    return out;
}

}  // namespace

KeyState key_state(const Row& row) {
    const std::string state = row.text("state");
    if (state == "planned") return KeyState::kPlanned;
    if (state == "open") return KeyState::kOpen;
    return state == "closed" ? KeyState::kClosed : KeyState::kDestroyed;
}

KeyTurn key_turn(const Row& row) {
    if (!row.maybe_instant("superseded_at")) return KeyTurn::kCurrent;
    return row.maybe_instant("emptied_at") ? KeyTurn::kEmptied : KeyTurn::kFormer;
}

Answer<DayKey> Keys::plan_day_key(policy::Date purge_date, policy::KeyId key, Deadline deadline) {
    Parameters p;
    p.date(purge_date).id(key);
    return pool_.run("day_key_plan", deadline, [p = std::move(p)](Session& session) -> Result<DayKey> {
        const Rows rows = entered(session, "day_key_plan", p);
        if (rows.empty()) return fail(Code::kUnavailable, "the day key was entered by another; ask again");
        return day_key_row(rows.first());
    });
}

Answer<void> Keys::open_day_key(policy::Date purge_date, policy::KeyId key, Deadline deadline) {
    Parameters p;
    p.date(purge_date).id(key);
    return pool_.run("day_key_open", deadline, [p = std::move(p)](Session& session) -> Result<void> {
        if (session.write("day_key_open", p).affected() == 0) {
            return fail(Code::kConflict, "another key, or no longer planned");
        }
        return {};
    });
}

Answer<void> Keys::close_day_key(policy::Date purge_date, EntryBytes entry, Deadline deadline) {
    Parameters p;
    p.date(purge_date).bytes(entry);
    return pool_.run("day_key_close", deadline, [p = std::move(p)](Session& session) -> Result<void> {
        const Rows rows = session.write("day_key_close", p);
        if (!rows.first().flag("found")) return fail(Code::kNotFound, "no day key for that date");
        return {};
    });
}

Answer<std::int64_t> Keys::day_key_keepers(policy::Date purge_date, Deadline deadline) {
    return pool_.run("day_key_keepers", deadline, [purge_date](Session& session) {
        const Rows rows = session.read("day_key_keepers", Parameters().date(purge_date));
        return Result<std::int64_t>(rows.first().number("keepers"));
    });
}

Answer<void> Keys::day_key_destroyed(policy::Date purge_date, policy::KeyId key, EntryBytes entry, Deadline deadline) {
    Parameters p;
    p.date(purge_date).id(key).bytes(entry);
    return pool_.run("day_key_destroyed", deadline,
                     [p = std::move(p)](Session& session) { return destroyed(session, "day_key_destroyed", p); });
}

Answer<DayKey> Keys::day_key(policy::Date purge_date, Deadline deadline) {
    return pool_.run("day_key_get", deadline, [purge_date](Session& session) -> Result<DayKey> {
        const Rows rows = session.read("day_key_get", Parameters().date(purge_date));
        if (rows.empty()) return fail(Code::kNotFound, "no day key for that date");
        return day_key_row(rows.first());
    });
}

Answer<DayKey> Keys::day_key_of(policy::KeyId key, Deadline deadline) {
    return pool_.run("day_key_of", deadline, [key](Session& session) -> Result<DayKey> {
        const Rows rows = session.read("day_key_of", Parameters().id(key));
        if (rows.empty()) return fail(Code::kNotFound, "no such day key");
        return day_key_row_in_turn(rows.first());
    });
}

Answer<std::vector<DayKey>> Keys::day_keys(policy::Date from, policy::Date to, Deadline deadline) {
    Parameters p;
    p.date(from).date(to);
    return pool_.run("day_key_list", deadline, [p = std::move(p)](Session& session) {
        return Result<std::vector<DayKey>>(session.read("day_key_list", p).each(day_key_row_in_turn));
    });
}

Answer<std::vector<DayKey>> Keys::day_keys_to_destroy(policy::Date today, Deadline deadline) {
    return pool_.run("day_key_ending", deadline, [today](Session& session) {
        return Result<std::vector<DayKey>>(
            session.read("day_key_ending", Parameters().date(today)).each(day_key_row_in_turn));
    });
}

Answer<policy::KeyId> Keys::adopt_vault_key(const std::string& purpose, policy::KeyId key, Deadline deadline) {
    Parameters p;
    p.text(purpose).id(key);
    return pool_.run("vault_key_adopt", deadline, [p = std::move(p)](Session& session) -> Result<policy::KeyId> {
        const Rows rows = entered(session, "vault_key_adopt", p);
        if (rows.empty()) return fail(Code::kUnavailable, "the key was entered by another; ask again");
        return rows.first().id<policy::KeyId>("key_id");
    });
}

Answer<std::optional<policy::KeyId>> Keys::vault_key(std::string purpose, Deadline deadline) {
    return pool_.run("vault_key_get", deadline,
                     [purpose = std::move(purpose)](Session& session) -> Result<std::optional<policy::KeyId>> {
                         const Rows rows = session.read("vault_key_get", Parameters().text(purpose));
                         if (rows.empty()) return std::optional<policy::KeyId>();
                         return std::optional(rows.first().id<policy::KeyId>("key_id"));
                     });
}

}  // namespace storage::catalogue
