// The part of Keys that lets recordings outlive their day.
#include "storage/catalogue/key_rows.hpp"
#include "storage/catalogue/keys.hpp"
#include "storage/catalogue/pool.hpp"
#include "storage/catalogue/reading.hpp"
#include "storage/catalogue/session.hpp"

namespace storage::catalogue {
namespace {

using policy::Code;
using policy::fail;
using policy::Result;

KeepKey keep_key_row(const Row& row) {
    return {row.id<policy::KeyId>("key_id"), row.text("label"), key_state(row)};
}

KeepKey keep_key_row_in_turn(const Row& row) {
    KeepKey out = keep_key_row(row);
    out.turn = key_turn(row);
    return out;
}

ToKeep to_keep_row(const Row& row) {
    return {row.id<policy::RecordingId>("id"),
            row.date("purge_date"),
            row.text("retention_class"),
            row.instant("started_at"),
            row.maybe_id<policy::HoldId>("hold_id"),
            row.number("version"),
            secret(row)};
}

}  // namespace

Answer<KeepKey> Keys::plan_keep_key(const std::string& label, policy::KeyId key, Deadline deadline) {
    Parameters p;
    p.text(label).id(key);
    return pool_.run("keep_key_plan", deadline, [p = std::move(p)](Session& session) -> Result<KeepKey> {
        const Rows rows = entered(session, "keep_key_plan", p);
        if (rows.empty()) return fail(Code::kUnavailable, "the keep key was entered by another; ask again");
        return keep_key_row(rows.first());
    });
}

Answer<void> Keys::open_keep_key(policy::KeyId key, Deadline deadline) {
    return pool_.run("keep_key_open", deadline, [key](Session& session) -> Result<void> {
        if (session.write("keep_key_open", Parameters().id(key)).affected() == 0) {
            return fail(Code::kConflict, "no such key, or no longer planned");
        }
        return {};
    });
}

Answer<std::vector<KeepKey>> Keys::keep_keys(Deadline deadline) {
    return pool_.run("keep_key_list", deadline, [](Session& session) {
        return Result<std::vector<KeepKey>>(session.read("keep_key_list").each(keep_key_row_in_turn));
    });
}

Answer<std::vector<KeepKey>> Keys::unused_keep_keys(std::chrono::milliseconds age, std::chrono::milliseconds dark_after,
                                                    Deadline deadline) {
    Parameters p;
    p.milliseconds(age).milliseconds(dark_after);
    return pool_.run("keep_key_unused", deadline, [p = std::move(p)](Session& session) {
        return Result<std::vector<KeepKey>>(session.read("keep_key_unused", p).each(keep_key_row_in_turn));
    });
}

Answer<void> Keys::close_keep_key(policy::KeyId key, Deadline deadline) {
    return pool_.run("keep_key_close", deadline, [key](Session& session) -> Result<void> {
        const Parameters p = Parameters().id(key);
        const bool closed = session.write("keep_key_close", p).affected() != 0;
        // A rewrap that committed while the close waited for it is younger than what the close saw. The key stays
        // closed then: it still unwraps, takes nothing more, and is found again once it is unused.
        if (closed && !session.read("keep_key_used", p).first().flag("used")) return {};
        return fail(Code::kConflict, "a recording still hangs on the key");
    });
}

Answer<void> Keys::keep_key_destroyed(policy::KeyId key, EntryBytes entry, Deadline deadline) {
    Parameters p;
    p.id(key).bytes(entry);
    return pool_.run("keep_key_destroyed", deadline,
                     [p = std::move(p)](Session& session) { return destroyed(session, "keep_key_destroyed", p); });
}

Answer<std::vector<ToKeep>> Keys::to_keep(policy::Date before, std::optional<PurgeCursor> after, std::int32_t limit,
                                          Deadline deadline) {
    Parameters p;
    p.date(before);
    put_cursor(p, after);
    p.number(limit);
    return pool_.run("keys_to_keep", deadline, [p = std::move(p)](Session& session) {
        return Result<std::vector<ToKeep>>(session.read("keys_to_keep", p).each(to_keep_row));
    });
}

Answer<void> Keys::rewrapped(policy::RecordingId id, std::int64_t version, Bytes old_sealed, Secret fresh,
                             const std::vector<Mac>& tokens, policy::KeyId key, EntryBytes entry, Deadline deadline) {
    Parameters p;
    p.id(id).number(version).bytes(old_sealed).number(fresh.epoch).bytes(fresh.sealed).id(key);
    put_macs(p, tokens);
    p.bytes(entry);
    return pool_.run("recording_rewrapped", deadline, [p = std::move(p)](Session& session) -> Result<void> {
        const Rows rows = session.write("recording_rewrapped", p);
        if (rows.first().flag("changed")) return {};
        return fail(Code::kConflict, "the recording moved on, or the key is not open");
    });
}

}  // namespace storage::catalogue
