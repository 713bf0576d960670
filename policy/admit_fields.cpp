#include "policy/admit_steps.hpp"
#include "policy/caller_text.hpp"

namespace policy {

namespace {

using claim_limits::kId;
using claim_limits::kName;
using claim_limits::kNumber;
using claim_limits::kRef;

void check_country(FaultList& faults, const std::optional<std::string>& country, const std::string& pointer) {
    if (!country || is_country_code(*country)) return;
    faults.add(FaultCode::kFieldFormat, pointer, "Send the country as two capital letters (ISO 3166-1), such as NL.");
}

void check_party(FaultList& faults, const std::optional<Party>& party, const std::string& pointer) {
    if (!party) return;
    faults.check_text(party->number, kNumber, pointer + "/number");
    faults.check_text(party->name, kName, pointer + "/name");
    faults.check_text(party->customer_id, kRef, pointer + "/customer_id");
    check_country(faults, party->country, pointer + "/country");
}

void check_member(FaultList& faults, const std::optional<Member>& member, const std::string& pointer) {
    if (!member) return;
    faults.require_text(member->id, kId, pointer + "/id", "Send the id beside the name, or leave the field out.");
    faults.check_text(member->name, kName, pointer + "/name");
    check_country(faults, member->country, pointer + "/country");
}

void admit_team(const AdmitInput& input, FaultList& faults) {
    const auto& team = input.claim.team;
    if (!team) {
        faults.add(FaultCode::kFieldMissing, "/team", "Name the team that took the call, as {\"id\": ...}.");
        return;
    }
    check_member(faults, team, "/team");
    if (!team->id || team->id->empty() || flaw_of(*team->id, kId)) return;
    for (const std::string& allowed : input.sender.teams) {
        if (allowed == *team->id) return;
    }
    faults.add(FaultCode::kTeamNotAllowed, "/team/id",
               "Name a team that this sender may push for; " + quoted(*team->id) + " is none.");
}

void admit_direction(const Claim& claim, Admission& admission, FaultList& faults) {
    if (!claim.direction) return;
    admission.direction = parse_direction(*claim.direction);
    if (admission.direction) return;
    faults.add(FaultCode::kValueUnknown, "/direction", "Send inbound, outbound or internal, or leave it out.");
}

void admit_channels(const Claim& claim, Admission& admission, FaultList& faults) {
    if (!claim.channels) return;
    if (claim.channels->empty() || claim.channels->size() > claim_limits::kChannels) {
        faults.add(FaultCode::kFieldOutOfRange, "/channels",
                   "Send one role for each channel, at most 8, or leave it out.");
        return;
    }
    for (std::size_t i = 0; i < claim.channels->size(); ++i) {
        if (const auto role = parse_channel_role((*claim.channels)[i])) {
            admission.channels.push_back(*role);
        } else {
            faults.add(FaultCode::kValueUnknown, "/channels/" + std::to_string(i),
                       "Send agent, customer, mixed or other for each channel.");
        }
    }
}

void check_duration(const Claim& claim, FaultList& faults) {
    if (!claim.duration) return;
    if (claim.duration->count() >= 0 && *claim.duration <= claim_limits::kDuration) return;
    faults.add(FaultCode::kFieldOutOfRange, "/duration_ms", "Send the length in milliseconds, from 0 to 24 hours.");
}

}  // namespace

void admit_fields(const AdmitInput& input, Admission& admission, FaultList& faults) {
    const Claim& claim = input.claim;
    faults.require_text(claim.recording_ref, kRef, "/recording_ref",
                        "Send recording_ref, your own unique name of this recording.");
    faults.check_text(claim.call_id, kRef, "/call_id");
    check_duration(claim, faults);
    admit_direction(claim, admission, faults);
    check_party(faults, claim.caller, "/caller");
    check_party(faults, claim.callee, "/callee");
    check_member(faults, claim.agent, "/agent");
    admit_team(input, faults);
    check_member(faults, claim.queue, "/queue");
    admit_channels(claim, admission, faults);
}

}  // namespace policy
