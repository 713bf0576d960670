#include <algorithm>

#include "policy/admit_steps.hpp"
#include "policy/caller_text.hpp"

namespace policy {

namespace {

using claim_limits::kId;
using claim_limits::kRef;

template <class T>
bool contains(const std::vector<T>& list, const T& value) {
    return std::ranges::find(list, value) != list.end();
}

void admit_purpose(const AdmitInput& input, const std::string& word, const std::string& pointer, Admission& admission,
                   FaultList& faults) {
    const auto purpose = parse_purpose(word);
    if (!purpose) {
        faults.add(FaultCode::kPurposeUnknown, pointer,
                   "Send quality, training, complaint, contract_evidence or statutory.");
    } else if (!contains(input.sender.purposes, *purpose)) {
        faults.add(FaultCode::kPurposeNotAllowed, pointer,
                   "Leave out " + quoted(word) + " or have the site allow it for this sender.");
    } else if (!contains(admission.purposes, *purpose)) {
        admission.purposes.push_back(*purpose);
    }
}

void check_consent(const AdmitInput& input, const Basis& basis, FaultList& faults) {
    constexpr auto kMissing = FaultCode::kFieldMissing;
    if (!basis.given_at) {
        faults.add(kMissing, "/basis/given_at", "Send when consent was given.");
    } else if (input.claim.started_at && *basis.given_at > *input.claim.started_at) {
        faults.add(FaultCode::kConsentAfterStart, "/basis/given_at",
                   "Record only after consent: it must be given at or before started_at.");
    }
    if (!basis.how || !parse_consent_how(*basis.how)) {
        faults.add(FaultCode::kConsentHow, "/basis/how",
                   "Send how the person said yes: verbal, keypress or written; staying on the line is no consent.");
    }
    faults.require_text(basis.by, kRef, "/basis/by", "Send who gave consent.");
    faults.require_text(basis.text_version, kId, "/basis/text_version",
                        "Send the version of the text that asked for consent.");
    if (basis.assessment) {
        faults.add(FaultCode::kFieldUnexpected, "/basis/assessment",
                   "Leave the assessment out beside consent: a recording has one basis.");
    }
}

void check_assessment(const AdmitInput& input, const Basis& basis, FaultList& faults) {
    const std::string pointer = "/basis/assessment";
    if (!basis.assessment || basis.assessment->empty()) {
        faults.add(FaultCode::kFieldMissing, pointer, "Send the id of the assessment that the interest rests on.");
        return;
    }
    if (const auto flaw = flaw_of(*basis.assessment, kId)) {
        faults.add(flaw->code, pointer, flaw->sentence);
        return;
    }
    const auto& known = input.deployment.assessments;
    const auto row = std::ranges::find(known, *basis.assessment, &Assessment::id);
    if (row == known.end()) {
        faults.add(FaultCode::kAssessmentUnknown, pointer,
                   "Send the id of an assessment of this deployment; " + quoted(*basis.assessment) + " is none.");
    } else if (!row->review_on.ok() || row->review_on < input.when.today) {
        faults.add(FaultCode::kAssessmentExpired, pointer,
                   "Have the assessment " + quoted(row->id) + " reviewed: its review date has passed.");
    }
}

void check_legitimate_interest(const AdmitInput& input, const Basis& basis, FaultList& faults) {
    check_assessment(input, basis, faults);
    const auto refuse = [&](bool there, const std::string& name) {
        if (!there) return;
        faults.add(FaultCode::kFieldUnexpected, "/basis/" + name,
                   "Leave " + name + " out beside legitimate interest: a recording has one basis.");
    };
    refuse(basis.given_at.has_value(), "given_at");
    refuse(basis.how.has_value(), "how");
    refuse(basis.by.has_value(), "by");
    refuse(basis.text_version.has_value(), "text_version");
}

const LegalOverride* override_for(const AdmitInput& input, const Profile& profile) {
    for (const LegalOverride& row : input.deployment.overrides) {
        const bool in_force = row.valid_until.ok() && row.valid_until >= input.when.today;
        if (row.profile == profile.id && in_force && !row.citation.empty() && signed_by_two(row)) return &row;
    }
    return nullptr;
}

/// Rule 6: quality and training on legitimate interest, profile by profile.
void check_against_profiles(const AdmitInput& input, const std::vector<Profile>& profiles, Admission& admission,
                            FaultList& faults) {
    if (!contains(admission.purposes, Purpose::kQuality) && !contains(admission.purposes, Purpose::kTraining)) return;
    for (const Profile& profile : profiles) {
        if (profile.legitimate_interest_for_quality) continue;
        if (const LegalOverride* row = override_for(input, profile)) {
            admission.override_id = admission.override_id ? *admission.override_id + "+" + row->id : row->id;
            continue;
        }
        faults.add(FaultCode::kBasisAgainstProfile, "/basis/kind",
                   "Ask for consent: profile " + profile.id +
                       " takes no legitimate interest for quality and training without a signed legal override.");
    }
}

void add_profile(std::vector<Profile>& profiles, const std::string& country, const Deployment& deployment) {
    Profile profile = profile_of(country, deployment.profiles);
    if (!contains(profiles, profile)) profiles.push_back(std::move(profile));
}

std::optional<std::string> agents_country(const AdmitInput& input) {
    const auto& [claim, sender, deployment, when] = input;
    if (claim.agent && claim.agent->country) return claim.agent->country;
    if (!claim.team || !claim.team->id) return std::nullopt;
    const auto row = std::ranges::find(deployment.team_countries, *claim.team->id, &TeamCountry::team);
    return row == deployment.team_countries.end() ? std::nullopt : std::optional(row->country);
}

}  // namespace

void admit_purposes(const AdmitInput& input, Admission& admission, FaultList& faults) {
    const auto& purposes = input.claim.purposes;
    if (!purposes || purposes->empty()) {
        faults.add(FaultCode::kPurposeMissing, "/purposes", "Send at least one purpose of the recording.");
        return;
    }
    if (purposes->size() > claim_limits::kPurposes) {
        faults.add(FaultCode::kFieldOutOfRange, "/purposes", "Send at most 8 purposes.");
        return;
    }
    for (std::size_t i = 0; i < purposes->size(); ++i) {
        admit_purpose(input, (*purposes)[i], "/purposes/" + std::to_string(i), admission, faults);
    }
}

std::vector<Profile> profiles_of(const AdmitInput& input) {
    std::vector<Profile> profiles;
    add_profile(profiles, input.deployment.country, input.deployment);
    if (const auto country = agents_country(input)) add_profile(profiles, *country, input.deployment);
    for (const auto* party : {&input.claim.caller, &input.claim.callee}) {
        if (*party && (*party)->country) add_profile(profiles, *(*party)->country, input.deployment);
    }
    return profiles;
}

void admit_basis(const AdmitInput& input, const std::vector<Profile>& profiles, Admission& admission,
                 FaultList& faults) {
    const auto& basis = input.claim.basis;
    if (!basis || !basis->kind) {
        faults.add(FaultCode::kBasisMissing, basis ? "/basis/kind" : "/basis",
                   "Send the legal basis of the recording: consent or legitimate_interest, with its evidence.");
        return;
    }
    const auto kind = parse_basis_kind(*basis->kind);
    if (!kind) {
        faults.add(FaultCode::kBasisUnknown, "/basis/kind", "Send consent or legitimate_interest.");
        return;
    }
    admission.basis = *kind;
    if (!contains(input.sender.bases, *kind)) {
        faults.add(FaultCode::kBasisNotAllowed, "/basis/kind",
                   "Use another basis or have the site allow this one for this sender.");
    }
    if (*kind == BasisKind::kConsent) {
        check_consent(input, *basis, faults);
    } else {
        check_legitimate_interest(input, *basis, faults);
        check_against_profiles(input, profiles, admission, faults);
    }
}

void admit_notice(const AdmitInput& input, FaultList& faults) {
    constexpr auto kMissing = FaultCode::kNoticeMissing;
    const auto& notice = input.claim.notice;
    if (!notice) {
        faults.add(kMissing, "/notice", "Send how caller and agent were told of the recording.");
        return;
    }
    if (!notice->given) {
        faults.add(kMissing, "/notice/given", "Send before_recording once the caller is told before recording starts.");
    } else if (*notice->given != "before_recording") {
        faults.add(FaultCode::kNoticeLate, "/notice/given",
                   "Tell the caller before recording starts: before_recording.");
    }
    faults.require_text(notice->how, kId, "/notice/how", "Send how the caller was told.", kMissing);
    faults.require_text(notice->version, kId, "/notice/version", "Send the version of the notice.", kMissing);
    if (!notice->agent_informed.value_or(false)) {
        faults.add(FaultCode::kAgentNotInformed, "/notice/agent_informed",
                   "Signal the recording to the agent on every call and send true.");
    }
}

}  // namespace policy
