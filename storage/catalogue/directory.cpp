#include "storage/catalogue/directory.hpp"

#include "storage/catalogue/pool.hpp"
#include "storage/catalogue/reading.hpp"
#include "storage/catalogue/session.hpp"

namespace storage::catalogue {

using policy::Result;

Answer<void> Directory::put(const std::vector<DirectoryRow>& rows, policy::Date today, Deadline deadline) {
    Parameters p;
    p.array(rows, [](const DirectoryRow& row) { return row.kind; });
    p.array(rows, [](const DirectoryRow& row) { return row.id; });
    p.array(rows, [](const DirectoryRow& row) { return std::to_string(row.secret.epoch); });
    p.array(rows, [](const DirectoryRow& row) { return bytea_text(row.secret.sealed); });
    p.date(today);
    return pool_.run("directory_put", deadline, [p = std::move(p)](Session& session) -> Result<void> {
        session.write("directory_put", p);
        return {};
    });
}

Answer<std::vector<DirectoryRow>> Directory::get(const std::string& kind, const std::vector<std::string>& ids,
                                                 Deadline deadline) {
    Parameters p;
    p.text(kind).texts(ids);
    return pool_.run("directory_get", deadline, [p = std::move(p)](Session& session) {
        return Result<std::vector<DirectoryRow>>(session.read("directory_get", p).each([](const Row& row) {
            return DirectoryRow{row.text("kind"), row.text("id"), secret(row)};
        }));
    });
}

Answer<std::int64_t> Directory::forget(policy::Date before, Deadline deadline) {
    Parameters p;
    p.date(before);
    return pool_.run("directory_forget", deadline, [p = std::move(p)](Session& session) {
        return Result<std::int64_t>(static_cast<std::int64_t>(session.write("directory_forget", p).affected()));
    });
}

}  // namespace storage::catalogue
