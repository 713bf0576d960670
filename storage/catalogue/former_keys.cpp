// The part of Keys that lets the keys of one vault take over from those of another.
#include "storage/catalogue/key_rows.hpp"
#include "storage/catalogue/keys.hpp"
#include "storage/catalogue/pool.hpp"
#include "storage/catalogue/session.hpp"

namespace storage::catalogue {
namespace {

using policy::Result;

FormerKey former_key_row(const Row& row) {
    return {row.id<policy::KeyId>("key_id"), row.id<policy::KeyId>("successor"), row.maybe_date("purge_date")};
}

Answer<void> supersede(Pool& pool, const char* statement, policy::KeyId former, policy::KeyId fresh, EntryBytes entry,
                       Deadline deadline) {
    Parameters p;
    p.id(former).id(fresh).bytes(entry);
    return pool.run(statement, deadline, [statement, p = std::move(p)](Session& session) -> Result<void> {
        if (session.write(statement, p).first().flag("superseded")) return {};
        return policy::fail(policy::Code::kConflict, "the key is not open any more");
    });
}

}  // namespace

Answer<void> Keys::supersede_day_key(policy::KeyId former, policy::KeyId fresh, EntryBytes entry, Deadline deadline) {
    return supersede(pool_, "day_key_supersede", former, fresh, std::move(entry), deadline);
}

Answer<void> Keys::supersede_keep_key(policy::KeyId former, policy::KeyId fresh, EntryBytes entry, Deadline deadline) {
    return supersede(pool_, "keep_key_supersede", former, fresh, std::move(entry), deadline);
}

Answer<std::vector<FormerKey>> Keys::former_keys(std::chrono::milliseconds age, Deadline deadline) {
    return pool_.run("keys_former", deadline, [age](Session& session) {
        return Result<std::vector<FormerKey>>(
            session.read("keys_former", Parameters().milliseconds(age)).each(former_key_row));
    });
}

Answer<std::vector<policy::RecordingId>> Keys::hanging_on(FormerKey key, policy::RecordingId after, std::int32_t limit,
                                                          Deadline deadline) {
    Parameters p;
    p.id(key.key);
    if (key.purge_date) p.date(*key.purge_date);
    p.id(after).number(limit);
    const char* const name = key.purge_date ? "hanging_on_day_key" : "hanging_on_keep_key";
    return pool_.run(name, deadline, [name, p = std::move(p)](Session& session) {
        return Result<std::vector<policy::RecordingId>>(
            session.read(name, p).each([](const Row& row) { return row.id<policy::RecordingId>("id"); }));
    });
}

Answer<void> Keys::emptied(policy::KeyId key, Deadline deadline) {
    return pool_.run("key_emptied", deadline, [key](Session& session) -> Result<void> {
        session.write("key_emptied", Parameters().id(key));
        return {};
    });
}

}  // namespace storage::catalogue
