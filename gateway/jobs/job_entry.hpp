#pragma once

#include "gateway/recordings/caller.hpp"
#include "storage/audit/entry.hpp"

namespace gateway::jobs {

/// An entry about something that a job did.
inline storage::audit::Entry job_entry(const recordings::Services& services, storage::audit::Action action,
                                       storage::audit::Outcome outcome = storage::audit::Outcome::kDone) {
    return {services.clock.now(), {storage::audit::ActorKind::kJob, {}, {}}, action, outcome};
}

}  // namespace gateway::jobs
