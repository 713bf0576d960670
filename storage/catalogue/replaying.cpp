#include "storage/catalogue/replaying.hpp"

#include "storage/catalogue/pool.hpp"
#include "storage/catalogue/reading.hpp"
#include "storage/catalogue/session.hpp"

namespace storage::catalogue {
namespace {

using policy::Result;

Wrap wrap_row(const Row& row) {
    return {row.id<policy::RecordingId>("id"), row.date("purge_date"), row.id<policy::KeyId>("key_id"), secret(row)};
}

}  // namespace

Answer<LedgerMark> Replaying::mark(Deadline deadline) {
    return pool_.run("ledger_mark_get", deadline, [](Session& session) {
        const Rows rows = session.read("ledger_mark_get");
        return Result<LedgerMark>(LedgerMark{rows.first().number("next"), rows.first().mac("previous")});
    });
}

Answer<void> Replaying::raise(LedgerMark mark, Deadline deadline) {
    Parameters p;
    p.number(mark.next).bytes(mark.previous);
    return pool_.run("ledger_mark_raise", deadline, [p = std::move(p)](Session& session) -> Result<void> {
        session.write("ledger_mark_raise", p);
        return {};
    });
}

Answer<std::vector<policy::KeyId>> Replaying::destroyed_of(const std::vector<policy::KeyId>& keys, Deadline deadline) {
    Parameters p;
    p.ids(keys);
    return pool_.run("keys_destroyed_of", deadline, [p = std::move(p)](Session& session) {
        return Result<std::vector<policy::KeyId>>(
            session.read("keys_destroyed_of", p).each([](const Row& row) { return row.id<policy::KeyId>("key_id"); }));
    });
}

Answer<std::vector<KeyInUse>> Replaying::keys_in_use(Deadline deadline) {
    return pool_.run("keys_in_use", deadline, [](Session& session) {
        return Result<std::vector<KeyInUse>>(session.read("keys_in_use").each([](const Row& row) {
            return KeyInUse{row.text("kind"), row.id<policy::KeyId>("key_id")};
        }));
    });
}

Answer<RightKnown> Replaying::right(policy::HoldId id, Deadline deadline) {
    return pool_.run("right_known", deadline, [id](Session& session) {
        const Rows rows = session.read("right_known", Parameters().id(id));
        return Result<RightKnown>(RightKnown{rows.first().flag("set"), rows.first().flag("lifted")});
    });
}

Answer<std::vector<Wrap>> Replaying::wraps(policy::RecordingId after, std::int32_t limit, Deadline deadline) {
    Parameters p;
    p.id(after).number(limit);
    return pool_.run("wraps_after", deadline, [p = std::move(p)](Session& session) {
        return Result<std::vector<Wrap>>(session.read("wraps_after", p).each(wrap_row));
    });
}

Answer<MarkedUnreadable> Replaying::mark_unreadable(std::optional<policy::Date> purge_date, policy::KeyId key,
                                                    std::int32_t limit, Deadline deadline) {
    const char* const statement = purge_date ? "purge_mark_unreadable" : "keep_key_gone";
    Parameters p;
    p.id(key).number(limit);
    if (purge_date) p.date(*purge_date);
    return pool_.run(statement, deadline, [statement, p = std::move(p)](Session& session) {
        const Rows rows = session.write(statement, p);
        return Result<MarkedUnreadable>(MarkedUnreadable{rows.first().number("marked"), rows.first().number("kept")});
    });
}

}  // namespace storage::catalogue
