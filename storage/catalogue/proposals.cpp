// The two-person part of Rights.
#include <span>
#include <utility>

#include "storage/catalogue/pool.hpp"
#include "storage/catalogue/reading.hpp"
#include "storage/catalogue/rights.hpp"
#include "storage/catalogue/session.hpp"

namespace storage::catalogue {
namespace {

using policy::Code;
using policy::fail;
using policy::Result;

ProposalRow proposal_row(const Row& row) {
    return {row.id<policy::ProposalId>("id"), row.text("kind"),          row.bytes("payload"), row.text("proposer"),
            row.instant("proposed_at"),       row.instant("expires_at"), row.text("state"),    row.text("decider"),
            row.maybe_instant("decided_at")};
}

/// What the statements that decide answer.
Result<Approval> approval_of(const Row& row) {
    if (!row.flag("found")) return fail(Code::kNotFound, "no such proposal");
    if (row.flag("decided")) return Approval::kDone;
    return row.flag("same_person") ? Approval::kSamePerson : Approval::kClosed;
}

/// The same of those that need something to be as it was: still open, and yet not decided, means that it is not.
Result<Approval> approval_or_gone(const Row& row) {
    const auto approval = approval_of(row);
    const bool gone = approval && *approval == Approval::kClosed && row.flag("open");
    return gone ? Result<Approval>(Approval::kGone) : approval;
}

}  // namespace

Answer<void> Rights::propose(NewProposal proposal, EntryBytes entry, Deadline deadline) {
    Parameters p;
    p.id(proposal.id).text(proposal.kind).bytes(proposal.payload).text(proposal.proposer);
    p.milliseconds(proposal.valid).bytes(entry);
    return pool_.run("proposal_add", deadline, [p = std::move(p)](Session& session) -> Result<void> {
        session.write("proposal_add", p);
        return {};
    });
}

Answer<ProposalRow> Rights::proposal(policy::ProposalId id, Deadline deadline) {
    return pool_.run("proposal_get", deadline, [id](Session& session) -> Result<ProposalRow> {
        const Rows rows = session.read("proposal_get", Parameters().id(id));
        if (rows.empty()) return fail(Code::kNotFound, "no such proposal");
        return proposal_row(rows.first());
    });
}

Answer<std::vector<ProposalRow>> Rights::open_proposals(Deadline deadline) {
    return pool_.run("proposal_list", deadline, [](Session& session) {
        return Result<std::vector<ProposalRow>>(session.read("proposal_list").each(proposal_row));
    });
}

Answer<Approval> Rights::decide(policy::ProposalId id, const std::string& decider, bool approve,
                                const std::vector<NewJob>& jobs, EntryBytes entry, Deadline deadline) {
    Parameters p;
    p.id(id).text(decider).flag(approve).text(approve ? jobs_json(jobs) : jobs_json({})).bytes(entry);
    return pool_.run("proposal_decide", deadline, [p = std::move(p)](Session& session) -> Result<Approval> {
        const Rows rows = session.write("proposal_decide", p);
        return approval_of(rows.first());
    });
}

Answer<Approval> Rights::approve_hold(policy::ProposalId id, const std::string& decider, const NewHold& hold,
                                      const std::vector<policy::RecordingId>& recordings, EntryBytes entry,
                                      Deadline deadline) {
    Parameters p;
    p.id(id).text(decider).bytes(entry).id(hold.id).text(hold.matter_ref).text(hold.owner).date(hold.review_on);
    p.text_or_null(hold.owner_ref).ids(recordings);
    return pool_.run("proposal_hold", deadline, [p = std::move(p)](Session& session) -> Result<Approval> {
        const Rows rows = session.write("proposal_hold", p);
        return approval_or_gone(rows.first());
    });
}

Answer<Approval> Rights::approve_release(policy::ProposalId id, const std::string& decider, policy::HoldId hold,
                                         EntryBytes entry, Deadline deadline) {
    Parameters p;
    p.id(id).text(decider).bytes(entry).id(hold);
    return pool_.run("proposal_release", deadline, [p = std::move(p)](Session& session) -> Result<Approval> {
        const Rows rows = session.write("proposal_release", p);
        return approval_of(rows.first());
    });
}

Answer<Approval> Rights::approve_continue(policy::ProposalId id, const std::string& decider, PurgeRunId run,
                                          const AcceptedStop& seen, EntryBytes entry, Deadline deadline) {
    Parameters p;
    p.id(id).text(decider).bytes(entry).id(run).text(seen.reasons).number(seen.due);
    return pool_.run("proposal_continue", deadline, [p = std::move(p)](Session& session) -> Result<Approval> {
        const Rows rows = session.write("proposal_continue", p);
        return approval_or_gone(rows.first());
    });
}

Answer<bool> Rights::erases(policy::RecordingId recording, const std::string& subject, Deadline deadline) {
    const std::string named = recording.text();
    Parameters p;
    p.text(subject).bytes(std::as_bytes(std::span(named)));
    return pool_.run("proposal_erases", deadline, [p = std::move(p)](Session& session) {
        const Rows rows = session.read("proposal_erases", p);
        return Result<bool>(rows.first().flag("erases"));
    });
}

}  // namespace storage::catalogue
