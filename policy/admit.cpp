#include "policy/admit.hpp"

#include <algorithm>

#include "policy/admit_steps.hpp"
#include "policy/caller_text.hpp"

namespace policy {

namespace {

void check_profiles_allowed(const AdmitInput& input, const std::vector<Profile>& profiles, FaultList& faults) {
    const auto& allowed = input.sender.profiles;
    if (!allowed) return;
    for (const Profile& profile : profiles) {
        if (std::ranges::find(*allowed, profile.id) != allowed->end()) continue;
        faults.add(FaultCode::kProfileNotAllowed, "",
                   "Have the site allow profile " + quoted(profile.id) + " for this sender.");
    }
}

}  // namespace

AdmitResult admit(const Claim& claim, std::vector<Fault> parse_faults, const SenderAllowance& sender,
                  const Deployment& deployment, const When& when) {
    const AdmitInput input{claim, sender, deployment, when};
    FaultList faults(std::move(parse_faults));
    Admission admission;
    if (!deployment.recording_enabled) {
        faults.add(FaultCode::kRecordingDisabled, "",
                   "Have the site switch recording on: a new deployment records nothing.");
    }
    admit_fields(input, admission, faults);
    admit_purposes(input, admission, faults);
    const auto profiles = profiles_of(input);
    check_profiles_allowed(input, profiles, faults);
    admit_basis(input, profiles, admission, faults);
    admit_notice(input, faults);
    Profile profile = profiles.front();
    for (const Profile& other : profiles) profile = strictest(profile, other);
    admission.profile = profile.id;
    admit_retention(input, profile, admission, faults);
    admit_marks(input, admission, faults);
    if (!faults.empty()) return std::move(faults).take();
    return admission;
}

}  // namespace policy
