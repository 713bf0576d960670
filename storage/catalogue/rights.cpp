#include "storage/catalogue/rights.hpp"

#include "storage/catalogue/pool.hpp"
#include "storage/catalogue/reading.hpp"
#include "storage/catalogue/session.hpp"

namespace storage::catalogue {
namespace {

using policy::Code;
using policy::fail;
using policy::Result;

RestrictionRow restriction_row(const Row& row) {
    return {row.id<RestrictionId>("id"), row.id<policy::RecordingId>("recording_id"),
            row.text("ground"),          row.text("set_by"),
            row.instant("set_at"),       row.maybe_instant("lifted_at")};
}

HoldRow hold_of(const Row& row) {
    return {row.id<policy::HoldId>("id"), row.text("matter_ref"), row.text("owner"),
            row.date("review_on"),        row.instant("set_at"),  row.maybe_instant("released_at"),
            row.number("recordings"),     row.text("owner_ref"),  row.text("reviewer")};
}

/// Runs a writing statement that answers whether it found its row.
Result<void> found(Session& session, const char* statement, const Parameters& parameters, const char* column,
                   const char* otherwise) {
    const Rows rows = session.write(statement, parameters);
    if (!rows.first().flag(column)) return fail(Code::kNotFound, otherwise);
    return {};
}

}  // namespace

Answer<void> Rights::restrict(const NewRestriction& restriction, const std::vector<NewJob>& jobs, EntryBytes entry,
                              Deadline deadline) {
    Parameters p;
    p.id(restriction.id).id(restriction.recording).text(restriction.ground).text(restriction.set_by);
    p.text(jobs_json(jobs)).bytes(entry);
    return pool_.run("restriction_set", deadline, [p = std::move(p)](Session& session) {
        return found(session, "restriction_set", p, "known", "no such live recording");
    });
}

Answer<void> Rights::lift(RestrictionId id, const std::string& lifted_by, const std::string& notice_ref,
                          EntryBytes entry, Deadline deadline) {
    Parameters p;
    p.id(id).text(lifted_by).text(notice_ref).bytes(entry);
    return pool_.run("restriction_lift", deadline, [p = std::move(p)](Session& session) {
        return found(session, "restriction_lift", p, "found", "no such open restriction");
    });
}

Answer<std::vector<RestrictionRow>> Rights::restrictions(policy::RecordingId recording, Deadline deadline) {
    return pool_.run("restriction_list", deadline, [recording](Session& session) {
        return Result<std::vector<RestrictionRow>>(
            session.read("restriction_list", Parameters().id(recording)).each(restriction_row));
    });
}

Answer<std::vector<policy::RecordingId>> Rights::hold(const NewHold& hold,
                                                      const std::vector<policy::RecordingId>& recordings,
                                                      const std::vector<NewJob>& jobs, EntryBytes entry,
                                                      Deadline deadline) {
    Parameters p;
    p.id(hold.id).text(hold.matter_ref).text(hold.owner).date(hold.review_on).ids(recordings);
    p.text(jobs_json(jobs)).bytes(entry).text_or_null(hold.owner_ref).flag(hold.whole);
    return pool_.run("hold_set", deadline, [p = std::move(p)](Session& session) {
        return Result<std::vector<policy::RecordingId>>(session.write("hold_set", p).each([](const Row& row) {
            return row.id<policy::RecordingId>("recording_id");
        }));
    });
}

Answer<std::vector<policy::RecordingId>> Rights::held_by(policy::HoldId id, Deadline deadline) {
    return pool_.run("hold_recordings", deadline, [id](Session& session) {
        return Result<std::vector<policy::RecordingId>>(
            session.read("hold_recordings", Parameters().id(id)).each([](const Row& row) {
                return row.id<policy::RecordingId>("recording_id");
            }));
    });
}

Answer<std::int64_t> Rights::forget(policy::Date before, Deadline deadline) {
    return pool_.run("rights_forget", deadline, [before](Session& session) {
        const Rows rows = session.write("rights_forget", Parameters().date(before));
        return Result<std::int64_t>(rows.first().number("forgotten"));
    });
}

Answer<void> Rights::review_hold(policy::HoldId id, const std::string& reviewer, policy::Date review_on,
                                 EntryBytes entry, Deadline deadline) {
    Parameters p;
    p.id(id).text(reviewer).date(review_on).bytes(entry);
    return pool_.run("hold_review", deadline, [p = std::move(p)](Session& session) -> Result<void> {
        const Rows rows = session.write("hold_review", p);
        if (!rows.first().flag("found")) return fail(Code::kNotFound, "no such open hold");
        if (!rows.first().flag("moved")) return fail(Code::kDenied, "its last approver cannot review the hold");
        return {};
    });
}

Answer<void> Rights::release_hold(policy::HoldId id, EntryBytes entry, Deadline deadline) {
    Parameters p;
    p.id(id).bytes(entry);
    return pool_.run("hold_release", deadline, [p = std::move(p)](Session& session) {
        return found(session, "hold_release", p, "found", "no such open hold");
    });
}

Answer<HoldRow> Rights::hold_row(policy::HoldId id, Deadline deadline) {
    return pool_.run("hold_get", deadline, [id](Session& session) -> Result<HoldRow> {
        const Rows rows = session.read("hold_get", Parameters().id(id));
        if (rows.empty()) return fail(Code::kNotFound, "no such hold");
        return hold_of(rows.first());
    });
}

Answer<std::vector<HoldRow>> Rights::open_holds(Deadline deadline) {
    return pool_.run("hold_list", deadline, [](Session& session) {
        return Result<std::vector<HoldRow>>(session.read("hold_list").each(hold_of));
    });
}

}  // namespace storage::catalogue
