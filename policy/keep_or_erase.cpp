#include "policy/retention.hpp"

namespace policy {

namespace {

KeepOrErase keep(std::string rule_id, std::string rule, KeptBy kept_by, std::optional<Date> until = {}) {
    return {Verdict::kKeep, std::move(rule_id), std::move(rule), kept_by, until};
}

KeepOrErase erase(std::string rule_id, std::string rule) {
    return {Verdict::kErase, std::move(rule_id), std::move(rule), std::nullopt, std::nullopt};
}

/// An objection decided for compelling grounds: its restriction has had its say and the schedule runs on.
bool balanced(const KeepFacts& facts) {
    return facts.restriction == RestrictionGround::kObjection && facts.objection && facts.objection->compelling_grounds;
}

bool withdrawn(const KeepFacts& facts) {
    return facts.restriction == RestrictionGround::kWithdrawal;
}

/// An objection that was received and not yet decided. Without a due date it counts as due: fail towards the person.
std::optional<KeepOrErase> decide_objection(const KeepFacts& facts, Date today) {
    if (!facts.objection || facts.objection->compelling_grounds) return std::nullopt;
    if (facts.objection->due.ok() && today < facts.objection->due) {
        return keep("keep.restriction", "An objection waits for its decision: Art. 18(1)(d) GDPR.",
                    KeptBy::kRestriction, facts.objection->due);
    }
    return erase("erase.objection",
                 "An objection was not answered with compelling grounds in time: Art. 17(1)(c) GDPR.");
}

KeepOrErase by_schedule(const KeepFacts& facts, Date today) {
    if (facts.purge_date <= today) return erase("erase.schedule", "The purge date has come: Art. 5(1)(e) GDPR.");
    return keep("keep.schedule", "The purge date has not come.", KeptBy::kSchedule, facts.purge_date);
}

}  // namespace

bool opposes_erasure(RestrictionGround ground) {
    return ground == RestrictionGround::kUnlawful || ground == RestrictionGround::kClaims;
}

KeepOrErase keep_or_erase(const KeepFacts& facts, Date today) {
    if (facts.open_holds > 0) {
        return keep("keep.hold", "A legal hold is open: Art. 17(3)(e) GDPR.", KeptBy::kHold);
    }
    if (facts.statutory_until && today < *facts.statutory_until) {
        return keep(
            "keep.statutory",
            "The law behind class " + facts.statutory_class.value_or("(unnamed)") + " requires it: Art. 17(3)(b) GDPR.",
            KeptBy::kStatutoryClass, facts.statutory_until);
    }
    if (facts.restriction && opposes_erasure(*facts.restriction)) {
        return keep("keep.restriction", "The person asked to restrict and not to erase: Art. 18(1)(b), (c) GDPR.",
                    KeptBy::kRestriction);
    }
    if (facts.erasure_approved) return erase("erase.request", "Two people approved the erasure: Art. 17(1) GDPR.");
    if (facts.objection && facts.objection->marketing) {
        return erase("erase.marketing", "The person objected to marketing: Art. 21(3) GDPR.");
    }
    if (withdrawn(facts)) return erase("erase.withdrawal", "Consent was withdrawn: Art. 7(3), 17(1)(b) GDPR.");
    if (const auto decided = decide_objection(facts, today)) return *decided;
    if (facts.restriction && !balanced(facts)) {
        return keep("keep.restriction", "It is restricted until decided: Art. 18(1) GDPR.", KeptBy::kRestriction);
    }
    return by_schedule(facts, today);
}

}  // namespace policy
