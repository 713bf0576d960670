#include <algorithm>

#include "policy/admit.hpp"

namespace policy {

namespace {

using std::chrono::milliseconds;

void check_roles(std::vector<Fault>& faults, const Claim& claim, unsigned channels) {
    const std::size_t roles = claim.channels ? claim.channels->size() : 0;
    if (roles == channels || (roles == 0 && channels == 1)) return;
    faults.push_back({FaultCode::kChannelRoles, "/channels",
                      "Send one role for each of the " + std::to_string(channels) +
                          " channels of the audio: agent, customer, mixed or other."});
}

void check_length(std::vector<Fault>& faults, const Claim& claim, milliseconds measured) {
    const milliseconds tolerance = std::max(kDurationTolerance, measured / 50);
    if (claim.duration && (*claim.duration > measured + tolerance || *claim.duration < measured - tolerance)) {
        faults.push_back({FaultCode::kDurationDiffers, "/duration_ms",
                          "Send the length of the audio, which is " + std::to_string(measured.count()) +
                              " ms, or leave it out; if the audio is cut short, send all of it."});
    }
    for (std::size_t i = 0; i < claim.marks.size(); ++i) {
        if (!claim.marks[i].to || *claim.marks[i].to <= measured + tolerance) continue;
        faults.push_back(
            {FaultCode::kMarkOutside, "/marks/" + std::to_string(i),
             "Place the mark inside the audio, which is " + std::to_string(measured.count()) + " ms long."});
    }
}

}  // namespace

std::vector<Fault> check_audio(const Claim& claim, const AudioFacts& audio) {
    std::vector<Fault> faults;
    check_roles(faults, claim, audio.channels);
    if (audio.duration) check_length(faults, claim, *audio.duration);
    return faults;
}

}  // namespace policy
