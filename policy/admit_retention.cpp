#include <algorithm>

#include "policy/admit_steps.hpp"
#include "policy/caller_text.hpp"
#include "policy/retention.hpp"

namespace policy {

namespace {

constexpr const char* kPointer = "/retention_class";

void refuse_unknown(const std::string& id, FaultList& faults) {
    const auto bare = parse_period(id);
    if (bare && *bare > kLongestOrdinary) {
        faults.add(FaultCode::kClassUncited, kPointer,
                   "Keep it at most six months, or name a class of this deployment that cites the law for longer.");
        return;
    }
    faults.add(
        FaultCode::kClassUnknown, kPointer,
        "Name a retention class of this deployment, or leave it out for the default; " + quoted(id) + " is none.");
}

/// The class that the claim names, when it may be used; `faulty` tells that it may not.
const RetentionClass* admit_class(const AdmitInput& input, FaultList& faults, bool& faulty) {
    const auto& id = input.claim.retention_class;
    if (!id) return nullptr;
    faulty = true;
    if (const auto flaw = flaw_of(*id, claim_limits::kId)) {
        faults.add(flaw->code, kPointer, flaw->sentence);
        return nullptr;
    }
    const RetentionClass* row = find_class(input.deployment, *id);
    if (!row) {
        refuse_unknown(*id, faults);
        return nullptr;
    }
    if (std::ranges::find(input.sender.classes, *id) == input.sender.classes.end()) {
        faults.add(FaultCode::kClassNotAllowed, kPointer,
                   "Leave out " + quoted(*id) + " or have the site allow it for this sender.");
    } else if (row->statutory() && !cited(*row)) {
        faults.add(FaultCode::kClassUncited, kPointer,
                   "Have the site name the law, the owner and the end date of class " + quoted(*id) + ".");
    } else if (row->valid_until && *row->valid_until < input.when.today) {
        faults.add(FaultCode::kClassExpired, kPointer, "Use another class: " + quoted(*id) + " is past its end date.");
    } else {
        faulty = false;
    }
    return faulty ? nullptr : row;
}

/// Checks that started_at is there and not in the future; false when no purge date can be told from it.
bool admit_start(const AdmitInput& input, FaultList& faults) {
    if (!input.claim.started_at) {
        faults.add(FaultCode::kFieldMissing, "/started_at", "Send when the call started, with its UTC offset.");
        return false;
    }
    if (*input.claim.started_at <= input.when.now + kClockSkew) return true;
    faults.add(FaultCode::kStartedInFuture, "/started_at",
               "Set the sender's clock: the call starts more than 60 s ahead of ours.");
    return false;
}

}  // namespace

void admit_retention(const AdmitInput& input, const Profile& profile, Admission& admission, FaultList& faults) {
    const bool started = admit_start(input, faults);
    bool faulty_class = false;
    const RetentionClass* row = admit_class(input, faults, faulty_class);
    if (!started || faulty_class) return;
    const auto& [now, today, recorded_on] = input.when;
    PurgeDate purge = purge_date(recorded_on, today, admission.purposes, row, profile, input.deployment);
    admission.retention_class = input.claim.retention_class;
    if (row && row->statutory()) admission.keep_until = statutory_end(*row, recorded_on, false);
    if (purge.date < today) {
        if (!admission.keep_until || *admission.keep_until <= today) {
            faults.add(FaultCode::kRetentionOver, "/started_at",
                       "Delete this recording at the source too: its retention ended on " + text(purge.date) + ".");
            return;
        }
        // Only the statute still keeps it: it comes in as due today, so that nothing but the statute's ground hears it.
        purge.date = today;
        purge.rule_id = "retention.statutory-late";
        purge.rule = "ordinary retention is over; class " + row->id + " keeps it until " + text(*admission.keep_until);
    }
    admission.purge_date = purge.date;
    admission.rule_id = std::move(purge.rule_id);
    admission.rule = std::move(purge.rule);
}

}  // namespace policy
