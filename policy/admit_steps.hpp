#pragma once

#include <vector>

#include "policy/admit.hpp"
#include "policy/fault_list.hpp"
#include "policy/profile.hpp"

/// The steps of admit(), one file each. Private to policy.
namespace policy {

struct AdmitInput {
    const Claim& claim;
    const SenderAllowance& sender;
    const Deployment& deployment;
    const When& when;
};

/// Ids, parties, direction, channels: present where needed, well-formed, within bounds. (admit_fields.cpp)
void admit_fields(const AdmitInput& input, Admission& admission, FaultList& faults);

/// Marks, and whether a payment went unpaused: rule 19. (admit_marks.cpp)
void admit_marks(const AdmitInput& input, Admission& admission, FaultList& faults);

/// Purposes: rules 1, 6. (admit_basis.cpp)
void admit_purposes(const AdmitInput& input, Admission& admission, FaultList& faults);

/// The profiles of site, agent, caller and callee, each once. (admit_basis.cpp)
std::vector<Profile> profiles_of(const AdmitInput& input);

/// Legal basis: rules 1-6. Needs the purposes. (admit_basis.cpp)
void admit_basis(const AdmitInput& input, const std::vector<Profile>& profiles, Admission& admission,
                 FaultList& faults);

/// Notice to both sides: rule 10. (admit_basis.cpp)
void admit_notice(const AdmitInput& input, FaultList& faults);

/// Start, class and purge date: rules 11, 12, 15, 16. Needs purposes and profile. (admit_retention.cpp)
void admit_retention(const AdmitInput& input, const Profile& profile, Admission& admission, FaultList& faults);

}  // namespace policy
