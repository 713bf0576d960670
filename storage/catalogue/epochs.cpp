// The part of Keys that lets old copies of the catalogue go dark.
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

EpochKey epoch_row(const Row& row) {
    return {row.small("epoch"), row.id<policy::KeyId>("key_id"), key_state(row), row.instant("created_at"),
            row.bytes("secret")};
}

}  // namespace

Answer<void> Keys::begin_epoch(std::int32_t epoch, policy::KeyId key, const Bytes& secret, Deadline deadline) {
    Parameters p;
    p.number(epoch).id(key).bytes(secret);
    return pool_.run("epoch_begin", deadline, [p = std::move(p)](Session& session) -> Result<void> {
        const Rows rows = session.write("epoch_begin", p);
        if (!rows.first().flag("added")) return fail(Code::kConflict, "not the next epoch");
        return {};
    });
}

Answer<std::vector<EpochKey>> Keys::epochs(Deadline deadline) {
    return pool_.run("epoch_list", deadline, [](Session& session) {
        return Result<std::vector<EpochKey>>(session.read("epoch_list").each(epoch_row));
    });
}

Answer<void> Keys::epoch_destroyed(std::int32_t epoch, std::chrono::milliseconds closed_for,
                                   const std::vector<std::string>& lost_secrets,
                                   const std::vector<std::string>& lost_directory, EntryBytes entry,
                                   Deadline deadline) {
    Parameters p;
    p.number(epoch).bytes(entry).milliseconds(closed_for).texts(lost_secrets).texts(lost_directory);
    return pool_.run("epoch_destroyed", deadline,
                     [p = std::move(p)](Session& session) { return destroyed(session, "epoch_destroyed", p); });
}

Answer<std::vector<SealedRow>> Keys::sealed_before(SealedTable table, std::int32_t epoch, const std::string& after,
                                                   std::int32_t limit, Deadline deadline) {
    Parameters p;
    p.number(epoch).text(after).number(limit);
    const char* const name = table == SealedTable::kSecrets ? "sealed_secrets_before" : "sealed_directory_before";
    return pool_.run(name, deadline, [name, p = std::move(p)](Session& session) {
        return Result<std::vector<SealedRow>>(session.read(name, p).each([](const Row& row) {
            return SealedRow{row.text("key"), secret(row)};
        }));
    });
}

Answer<std::int64_t> Keys::reseal(SealedTable table, const std::vector<Reseal>& rows, Deadline deadline) {
    Parameters p;
    p.array(rows, [](const Reseal& row) { return row.key; });
    p.array(rows, [](const Reseal& row) { return bytea_text(row.old_sealed); });
    p.array(rows, [](const Reseal& row) { return std::to_string(row.fresh.epoch); });
    p.array(rows, [](const Reseal& row) { return bytea_text(row.fresh.sealed); });
    const char* const name = table == SealedTable::kSecrets ? "reseal_secrets" : "reseal_directory";
    return pool_.run(name, deadline, [name, p = std::move(p)](Session& session) {
        return Result<std::int64_t>(static_cast<std::int64_t>(session.write(name, p).affected()));
    });
}

}  // namespace storage::catalogue
