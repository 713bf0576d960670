#include "storage/audit/action.hpp"

#include <array>
#include <cstddef>

namespace storage::audit {

namespace {

// In the order of the enumerators.
constexpr std::array kActions = std::to_array<std::string_view>({
    "service.start",  "service.stop",     "config.load",      "session.open",      "session.close", "unauthenticated",
    "recording.push", "recording.repeat", "recording.view",   "recording.search",  "play.open",     "play.close",
    "withdrawal",     "restriction.set",  "restriction.lift", "hold.set",          "hold.release",  "erasure.propose",
    "erasure",        "proposal.open",    "proposal.approve", "proposal.refuse",   "purge.start",   "purge.batch",
    "purge.end",      "purge.stop",       "purge.continue",   "key.create",        "key.close",     "key.destroy",
    "epoch.reseal",   "certificate.read", "audit.read",       "audit.recover",     "ledger.replay", "clock.jump",
    "alarm",          "hold.review",      "hold.read",        "proposal.read",     "purge.read",    "key.read",
    "job.read",       "job.revive",       "clock.accept",     "recording.prepare", "store.move",    "residency.check",
    "residency.read", "listening.read",
});
static_assert(kActions.size() == static_cast<std::size_t>(Action::kListeningRead) + 1);

constexpr std::array kOutcomes = std::to_array<std::string_view>({"permit", "deny", "done", "failed"});
static_assert(kOutcomes.size() == static_cast<std::size_t>(Outcome::kFailed) + 1);

}  // namespace

std::string_view name_of(Action action) {
    return kActions.at(static_cast<std::size_t>(action));
}

std::string_view name_of(Outcome outcome) {
    return kOutcomes.at(static_cast<std::size_t>(outcome));
}

}  // namespace storage::audit
