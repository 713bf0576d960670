#include "storage/catalogue/audit_log.hpp"

#include "storage/async/crash_point.hpp"
#include "storage/catalogue/pool.hpp"
#include "storage/catalogue/session.hpp"

namespace storage::catalogue {
namespace {

using policy::Code;
using policy::fail;
using policy::Result;

void put_entries(Parameters& parameters, const std::vector<EntryBytes>& entries) {
    parameters.array(entries, [](const EntryBytes& entry) { return bytea_text(entry); });
}

NumberedEntry numbered_row(const Row& row) {
    return {row.number("idx"), row.bytes("bytes"), row.instant("written_at")};
}

Result<std::vector<NumberedEntry>> number_now(Session& session, const Parameters& parameters) {
    const Rows rows = session.write("audit_number", parameters);
    if (!rows.first().flag("fenced")) return fail(Code::kConflict, "another sequencer numbered first");
    if (rows.first().is_null("idx")) return std::vector<NumberedEntry>{};
    return rows.each(numbered_row);
}

}  // namespace

Answer<void> AuditLog::append(const std::vector<EntryBytes>& entries, Deadline deadline) {
    Parameters p;
    put_entries(p, entries);
    return pool_.run("audit_append", deadline, [p = std::move(p)](Session& session) -> Result<void> {
        session.write("audit_append", p);
        return {};
    });
}

Answer<TreeHead> AuditLog::head(Deadline deadline) {
    return pool_.run("audit_head", deadline, [](Session& session) {
        const Rows rows = session.read("audit_head");
        const Row row = rows.first();
        return Result<TreeHead>(TreeHead{row.number("size"), row.number("published_size"), row.mac("published_root"),
                                         row.text("checkpoint")});
    });
}

Answer<std::vector<NumberedEntry>> AuditLog::number(std::int64_t old_size, std::int32_t limit, Deadline deadline) {
    Parameters p;
    p.number(old_size).number(limit);
    return pool_.run("audit_number", deadline, [p = std::move(p)](Session& session) {
        CALLVAULT_CRASH_POINT("catalogue.audit_number.before_commit");
        auto numbered = number_now(session, p);
        CALLVAULT_CRASH_POINT("catalogue.audit_number.after_commit");
        return numbered;
    });
}

Answer<void> AuditLog::publish(std::int64_t old_published, std::int64_t new_size, Mac root,
                               const std::string& checkpoint, Deadline deadline) {
    Parameters p;
    p.number(old_published).number(new_size).bytes(root).text(checkpoint);
    return pool_.run("audit_publish", deadline, [p = std::move(p)](Session& session) -> Result<void> {
        if (session.write("audit_publish", p).affected() == 0) {
            return fail(Code::kConflict, "another checkpoint was published, or the size is not numbered");
        }
        return {};
    });
}

Answer<std::optional<WitnessedHead>> AuditLog::witnessed(Deadline deadline) {
    return pool_.run("audit_witnessed", deadline, [](Session& session) -> Result<std::optional<WitnessedHead>> {
        const Rows rows = session.read("audit_witnessed");
        if (rows.empty()) return std::optional<WitnessedHead>();
        const Row row = rows.first();
        return std::optional(WitnessedHead{row.number("size"), row.text("note"), row.instant("at")});
    });
}

Answer<std::optional<std::int64_t>> AuditLog::witness(std::int64_t size, const std::string& note, Deadline deadline) {
    Parameters p;
    p.number(size).text(note);
    return pool_.run("audit_witness", deadline,
                     [p = std::move(p)](Session& session) -> Result<std::optional<std::int64_t>> {
                         const Rows rows = session.write("audit_witness", p);
                         const Row row = rows.first();
                         if (row.is_null("before")) return std::optional<std::int64_t>();
                         return std::optional(row.number("before"));
                     });
}

Answer<std::vector<NumberedEntry>> AuditLog::entries(std::int64_t first, std::int32_t limit, Deadline deadline) {
    Parameters p;
    p.number(first).number(limit);
    return pool_.run("audit_entries", deadline, [p = std::move(p)](Session& session) {
        return Result<std::vector<NumberedEntry>>(session.read("audit_entries", p).each(numbered_row));
    });
}

Answer<void> AuditLog::import(std::int64_t first, const std::vector<EntryBytes>& entries, Deadline deadline) {
    Parameters p;
    p.number(first);
    put_entries(p, entries);
    return pool_.run("audit_import", deadline, [p = std::move(p)](Session& session) -> Result<void> {
        const Rows rows = session.write("audit_import", p);
        if (!rows.first().flag("fenced")) return fail(Code::kConflict, "the log has another size");
        return {};
    });
}

Answer<void> AuditLog::import_head(std::int64_t size, Mac root, const std::string& checkpoint, Deadline deadline) {
    Parameters p;
    p.number(size).bytes(root).text(checkpoint);
    return pool_.run("audit_import_head", deadline, [p = std::move(p)](Session& session) -> Result<void> {
        if (session.write("audit_import_head", p).affected() == 0) {
            return fail(Code::kConflict, "lower than what is published, or past what is numbered");
        }
        return {};
    });
}

}  // namespace storage::catalogue
