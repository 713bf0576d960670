#include "storage/catalogue/jobs.hpp"

#include "storage/catalogue/pool.hpp"
#include "storage/catalogue/reading.hpp"
#include "storage/catalogue/session.hpp"

namespace storage::catalogue {
namespace {

using policy::Code;
using policy::fail;
using policy::Result;

ClaimedJob claimed_row(const Row& row) {
    return {row.id<policy::JobId>("id"), row.text("kind"),      row.maybe_id<policy::RecordingId>("recording_id"),
            row.bytes("payload"),        row.small("attempts"), row.small("failures"),
            row.number("token")};
}

JobRow job_row(const Row& row) {
    JobRow out;
    out.id = row.id<policy::JobId>("id");
    out.kind = row.text("kind");
    out.state = row.text("state");
    out.recording = row.maybe_id<policy::RecordingId>("recording_id");
    out.attempts = row.small("attempts");
    out.run_at = row.instant("run_at");
    if (out.state == "running") out.lease_until = out.run_at;
    out.last_error = row.text("last_error");
    return out;
}

/// For statements that touch the claimed job or none.
Result<void> fenced(Session& session, const char* statement, const Parameters& parameters) {
    if (session.write(statement, parameters).affected() == 0) return fail(Code::kConflict, "the claim was lost");
    return {};
}

}  // namespace

Answer<void> Jobs::enqueue(const std::vector<NewJob>& jobs, Deadline deadline) {
    Parameters p;
    p.text(jobs_json(jobs));
    return pool_.run("job_enqueue", deadline, [p = std::move(p)](Session& session) -> Result<void> {
        session.write("job_enqueue", p);
        return {};
    });
}

Answer<std::vector<ClaimedJob>> Jobs::claim(const std::vector<std::string>& kinds, const std::string& worker,
                                            std::int32_t limit, std::chrono::milliseconds lease, Deadline deadline) {
    Parameters p;
    p.texts(kinds).text(worker).number(limit).milliseconds(lease);
    return pool_.run("job_claim", deadline, [p = std::move(p)](Session& session) {
        return Result<std::vector<ClaimedJob>>(session.write("job_claim", p).each(claimed_row));
    });
}

Answer<void> Jobs::renew(policy::JobId id, std::int64_t token, std::chrono::milliseconds lease, Deadline deadline) {
    Parameters p;
    p.id(id).number(token).milliseconds(lease);
    return pool_.run("job_renew", deadline,
                     [p = std::move(p)](Session& session) { return fenced(session, "job_renew", p); });
}

Answer<void> Jobs::finish(policy::JobId id, std::int64_t token, Deadline deadline) {
    Parameters p;
    p.id(id).number(token);
    return pool_.run("job_finish", deadline,
                     [p = std::move(p)](Session& session) { return fenced(session, "job_finish", p); });
}

Answer<void> Jobs::fail(policy::JobId id, std::int64_t token, const std::string& error_code,
                        std::chrono::milliseconds retry_after, bool by_itself, Deadline deadline) {
    Parameters p;
    p.id(id).number(token).text(error_code).milliseconds(retry_after).flag(by_itself);
    return pool_.run("job_fail", deadline,
                     [p = std::move(p)](Session& session) { return fenced(session, "job_fail", p); });
}

Answer<std::vector<JobRow>> Jobs::list(std::int32_t limit, Deadline deadline) {
    return pool_.run("job_list", deadline, [limit](Session& session) {
        return Result<std::vector<JobRow>>(session.read("job_list", Parameters().number(limit)).each(job_row));
    });
}

Answer<void> Jobs::revive(policy::JobId id, Deadline deadline) {
    return pool_.run("job_revive", deadline, [id](Session& session) -> Result<void> {
        if (session.write("job_revive", Parameters().id(id)).affected() == 0) {
            return policy::fail(Code::kNotFound, "no such dead job");
        }
        return {};
    });
}

Answer<Leadership> Jobs::lead(const std::string& role, const std::string& holder, std::chrono::milliseconds lease,
                              Deadline deadline) {
    Parameters p;
    p.text(role).text(holder).milliseconds(lease);
    return pool_.run("leadership_take", deadline, [p = std::move(p)](Session& session) -> Result<Leadership> {
        const Rows rows = session.write("leadership_take", p);
        if (rows.empty()) return Leadership{};
        return Leadership{true, rows.first().number("token")};
    });
}

Answer<void> Jobs::resign(const std::string& role, const std::string& holder, Deadline deadline) {
    Parameters p;
    p.text(role).text(holder);
    return pool_.run("leadership_resign", deadline, [p = std::move(p)](Session& session) -> Result<void> {
        session.write("leadership_resign", p);
        return {};
    });
}

}  // namespace storage::catalogue
