#include <algorithm>
#include <iterator>

#include "policy/admit_steps.hpp"

namespace policy {

namespace {

using std::chrono::milliseconds;

/// Well-formed: 0 <= from <= to, and to within the declared duration where there is one.
bool well_placed(const Mark& mark, const std::optional<milliseconds>& duration) {
    return mark.from && mark.to && mark.from->count() >= 0 && *mark.from <= *mark.to &&
           *mark.to <= duration.value_or(claim_limits::kDuration);
}

void admit_mark(const Mark& mark, const std::string& pointer, const Claim& claim, Admission& admission,
                FaultList& faults) {
    const auto kind = mark.kind ? parse_mark_kind(*mark.kind) : std::nullopt;
    if (!mark.kind) faults.add(FaultCode::kFieldMissing, pointer + "/kind", "Send the kind: hold, pause or payment.");
    if (mark.kind && !kind) faults.add(FaultCode::kValueUnknown, pointer + "/kind", "Send hold, pause or payment.");
    if (!mark.from) faults.add(FaultCode::kFieldMissing, pointer + "/from_ms", "Send where the mark starts.");
    if (!mark.to) faults.add(FaultCode::kFieldMissing, pointer + "/to_ms", "Send where the mark ends.");
    if (mark.from && mark.to && !well_placed(mark, claim.duration)) {
        faults.add(FaultCode::kMarkOutside, pointer, "Place the mark inside the call, its end not before its start.");
    }
    if (kind && well_placed(mark, claim.duration)) admission.marks.push_back({*mark.from, *mark.to, *kind});
}

/// True when the pauses, taken together, cover all of the payment.
bool paused_throughout(const AdmittedMark& payment, std::vector<AdmittedMark> pauses) {
    std::ranges::sort(pauses, {}, &AdmittedMark::from);
    milliseconds covered = payment.from;
    bool touched = false;
    for (const AdmittedMark& pause : pauses) {
        if (pause.from > covered) break;
        if (pause.to < covered) continue;
        touched = true;
        covered = pause.to;
    }
    return touched && covered >= payment.to;
}

bool payment_without_pause(const std::vector<AdmittedMark>& marks) {
    std::vector<AdmittedMark> pauses;
    std::ranges::copy_if(marks, std::back_inserter(pauses), [](const auto& m) { return m.kind == MarkKind::kPause; });
    return std::ranges::any_of(marks, [&](const AdmittedMark& mark) {
        return mark.kind == MarkKind::kPayment && !paused_throughout(mark, pauses);
    });
}

}  // namespace

void admit_marks(const AdmitInput& input, Admission& admission, FaultList& faults) {
    const auto& marks = input.claim.marks;
    if (marks.size() > claim_limits::kMarks) {
        faults.add(FaultCode::kFieldOutOfRange, "/marks", "Send at most 256 marks.");
        return;
    }
    for (std::size_t i = 0; i < marks.size(); ++i) {
        admit_mark(marks[i], "/marks/" + std::to_string(i), input.claim, admission, faults);
    }
    if (payment_without_pause(admission.marks)) admission.quarantine.emplace(kPaymentWithoutPause);
}

}  // namespace policy
