#include "storage/catalogue/purge.hpp"

#include "storage/async/crash_point.hpp"
#include "storage/catalogue/pool.hpp"
#include "storage/catalogue/reading.hpp"
#include "storage/catalogue/session.hpp"

namespace storage::catalogue {
namespace {

using policy::Code;
using policy::fail;
using policy::Result;

PurgingRow purging_row(const Row& row) {
    return {row.id<policy::RecordingId>("id"),
            row.mac("ref_mac"),
            row.date("purge_date"),
            row.id<policy::KeyId>("day_key"),
            row.maybe_id<policy::KeyId>("keep_key"),
            row.text("purge_ground"),
            secret(row),
            row.texts("objects"),
            row.maybe_instant("refused_since")};
}

PurgedLeaf leaf_row(const Row& row) {
    return {row.id<policy::RecordingId>("recording_id"), row.bytes("leaf")};
}

Batch batch_row(const Row& row) {
    return {row.id<BatchId>("id"), row.date("purged_on"), row.text("ground"), row.number("size"),
            row.maybe_number("idx")};
}

RunRow run_row(const Row& row) {
    RunRow out;
    out.id = row.id<PurgeRunId>("id");
    out.day = row.date("day");
    out.queued_at = row.instant("queued_at");
    out.started_at = row.maybe_instant("started_at");
    out.finished_at = row.maybe_instant("finished_at");
    out.state = row.text("state");
    out.reason = row.text("reason");
    if (const auto due = row.maybe_number("accepted_due")) {
        out.accepted = {row.text("accepted_for"), *due, row.date("accepted_day"), row.instant("accepted_at")};
    }
    out.due = row.number("due");
    out.purged = row.number("purged");
    out.kept = row.number("kept");
    return out;
}

Result<DueSummary> due_now(Session& session, policy::Date today) {
    DueSummary out;
    const Rows due = session.read("purge_due", Parameters().date(today));
    for (std::size_t i = 0; i < due.size(); ++i) out.due[due[i].date("purge_date")] = due[i].number("due");
    const Rows kept = session.read("purge_kept", Parameters().date(today));
    out.purging = kept.first().number("purging");
    out.kept_by_hold = kept.first().number("by_hold");
    out.kept_by_restriction = kept.first().number("by_restriction");
    out.kept_by_class = kept.first().number("by_class");
    return out;
}

}  // namespace

std::int64_t would_purge(const DueSummary& due) {
    std::int64_t sum = due.purging;
    for (const auto& [date, count] : due.due) sum += count;
    return sum;
}

std::int64_t would_keep(const DueSummary& due) {
    return due.kept_by_hold + due.kept_by_restriction + due.kept_by_class;
}

Answer<DueSummary> Purge::due(policy::Date today, Deadline deadline) {
    return pool_.run("purge_due", deadline, [today](Session& session) { return due_now(session, today); });
}

Answer<std::vector<DueOfAge>> Purge::due_by_age(policy::Date today, Deadline deadline) {
    return pool_.run("purge_due_by_age", deadline, [today](Session& session) {
        return Result<std::vector<DueOfAge>>(
            session.read("purge_due_by_age", Parameters().date(today)).each([](const Row& row) {
                return DueOfAge{row.small("months"), row.number("due"), row.number("sealed_bytes")};
            }));
    });
}

Answer<std::int64_t> Purge::mark_due(policy::Date today, std::int32_t limit, Deadline deadline) {
    Parameters p;
    p.date(today).number(limit);
    return pool_.run("purge_mark_due", deadline, [p = std::move(p)](Session& session) {
        return Result<std::int64_t>(static_cast<std::int64_t>(session.write("purge_mark_due", p).affected()));
    });
}

Answer<void> Purge::mark_erasure(policy::RecordingId id, std::optional<std::int64_t> version, const std::string& ground,
                                 policy::Date today, bool even_restricted, EntryBytes entry, Deadline deadline) {
    Parameters p;
    p.id(id).text(ground).date(today).flag(even_restricted).bytes(entry).maybe(version, &Parameters::number);
    return pool_.run("purge_mark_erasure", deadline, [p = std::move(p)](Session& session) -> Result<void> {
        const Rows rows = session.write("purge_mark_erasure", p);
        if (!rows.first().flag("found")) return fail(Code::kNotFound, "no such recording");
        if (!rows.first().flag("marked"))
            return fail(Code::kConflict, "a hold, restriction or class keeps it, or it changed meanwhile");
        return {};
    });
}

Answer<std::vector<PurgingRow>> Purge::purging(std::optional<PurgeCursor> after, std::int32_t limit,
                                               Deadline deadline) {
    Parameters p;
    put_cursor(p, after);
    p.number(limit);
    return pool_.run("purge_list", deadline, [p = std::move(p)](Session& session) {
        return Result<std::vector<PurgingRow>>(session.read("purge_list", p).each(purging_row));
    });
}

Answer<void> Purge::refused(const std::vector<policy::RecordingId>& ids, policy::Instant at, Deadline deadline) {
    Parameters p;
    p.array(ids, [](const policy::RecordingId& id) { return id.text(); });
    p.instant(at);
    return pool_.run("purge_refused", deadline, [p = std::move(p)](Session& session) -> Result<void> {
        session.write("purge_refused", p);
        return {};
    });
}

Answer<void> Purge::finish(BatchId batch, const std::vector<PurgedLeaf>& rows, policy::Date today,
                           const std::string& ground, EntryBytes entry, Deadline deadline) {
    Parameters p;
    p.id(batch);
    p.array(rows, [](const PurgedLeaf& row) { return row.id.text(); });
    p.array(rows, [](const PurgedLeaf& row) { return bytea_text(row.leaf); });
    p.date(today).text(ground).bytes(entry);
    return pool_.run("purge_finish", deadline, [p = std::move(p)](Session& session) -> Result<void> {
        CALLVAULT_CRASH_POINT("catalogue.purge_finish.before_commit");
        const Rows answer = session.write("purge_finish", p);
        CALLVAULT_CRASH_POINT("catalogue.purge_finish.after_commit");
        if (!answer.first().flag("finished")) return fail(Code::kConflict, "some rows are not purging any more");
        return {};
    });
}

Answer<std::vector<Batch>> Purge::uncertified(Deadline deadline) {
    return pool_.run("purge_uncertified", deadline, [](Session& session) {
        return Result<std::vector<Batch>>(session.read("purge_uncertified").each(batch_row));
    });
}

Answer<std::vector<PurgedLeaf>> Purge::leaves(BatchId batch, Deadline deadline) {
    return pool_.run("purge_leaves", deadline, [batch](Session& session) {
        return Result<std::vector<PurgedLeaf>>(session.read("purge_leaves", Parameters().id(batch)).each(leaf_row));
    });
}

Answer<void> Purge::batch_certified(BatchId batch, Deadline deadline) {
    return pool_.run("purge_certified", deadline, [batch](Session& session) -> Result<void> {
        session.write("purge_certified", Parameters().id(batch));
        return {};
    });
}

Answer<RunRow> Purge::ask_run(PurgeRunId id, policy::Date day, std::int64_t due, std::int64_t kept, EntryBytes entry,
                              Deadline deadline) {
    Parameters p;
    p.id(id).date(day).number(due).number(kept).bytes(entry);
    return pool_.run("purge_run_ask", deadline, [id, p = std::move(p)](Session& session) -> Result<RunRow> {
        const Rows asked = session.write("purge_run_ask", p);
        if (!asked.empty()) return run_row(asked.first());
        const Rows present = session.read("purge_run_unfinished", Parameters().id(id));
        if (present.empty()) return fail(Code::kUnavailable, "the run that was unfinished ended meanwhile");
        return run_row(present.first());
    });
}

Answer<void> Purge::begin_run(PurgeRunId id, policy::Date day, std::int64_t due, std::int64_t kept, EntryBytes entry,
                              Deadline deadline) {
    Parameters p;
    p.id(id).date(day).number(due).number(kept).bytes(entry);
    return pool_.run("purge_run_begin", deadline, [p = std::move(p)](Session& session) -> Result<void> {
        if (session.write("purge_run_begin", p).affected() == 0) return fail(Code::kConflict, "this purge run is over");
        return {};
    });
}

Answer<void> Purge::end_run(PurgeRunId id, const std::string& state, const std::string& reason, std::int64_t purged,
                            EntryBytes entry, Deadline deadline) {
    Parameters p;
    p.id(id).text(state).text_or_null(reason).number(purged).bytes(entry);
    return pool_.run("purge_run_end", deadline, [p = std::move(p)](Session& session) -> Result<void> {
        if (session.write("purge_run_end", p).affected() == 0) return fail(Code::kNotFound, "no such purge run");
        return {};
    });
}

Answer<RunRow> Purge::run_of(PurgeRunId id, Deadline deadline) {
    return pool_.run("purge_run_get", deadline, [id](Session& session) -> Result<RunRow> {
        const Rows rows = session.read("purge_run_get", Parameters().id(id));
        if (rows.empty()) return fail(Code::kNotFound, "no such purge run");
        return run_row(rows.first());
    });
}

Answer<std::vector<RunRow>> Purge::runs(std::int32_t limit, Deadline deadline) {
    return pool_.run("purge_run_list", deadline, [limit](Session& session) {
        return Result<std::vector<RunRow>>(session.read("purge_run_list", Parameters().number(limit)).each(run_row));
    });
}

}  // namespace storage::catalogue
