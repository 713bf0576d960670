#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "gateway/app/health.hpp"
#include "gateway/app/parts.hpp"
#include "gateway/app/use_cases.hpp"
#include "gateway/auth/authenticator.hpp"
#include "gateway/http/loops.hpp"
#include "gateway/http/server.hpp"
#include "gateway/jobs/background.hpp"
#include "gateway/jobs/certifier.hpp"
#include "gateway/jobs/erase_worker.hpp"
#include "gateway/jobs/forget.hpp"
#include "gateway/jobs/housekeeping.hpp"
#include "gateway/jobs/keeper.hpp"
#include "gateway/jobs/key_maker.hpp"
#include "gateway/jobs/key_mover.hpp"
#include "gateway/jobs/prepare_worker.hpp"
#include "gateway/jobs/purge_run.hpp"
#include "gateway/jobs/residency_watch.hpp"
#include "gateway/jobs/witnessing.hpp"
#include "gateway/media/workers.hpp"
#include "gateway/recordings/play_registry.hpp"
#include "gateway/recordings/prepare_recording.hpp"
#include "gateway/recordings/services.hpp"
#include "policy/result.hpp"
#include "storage/audit/sequencer.hpp"

namespace gateway::app {

/// The running gateway: every object of the process, in the order in which they need each other.
///
/// Life: open() -> start() -> (reload() any number of times) -> stop(). All by one thread that is no loop.
class Gateway {
  public:
    /// Wires everything. `parts` and `evidence` must outlive it. kInvalid names the setting that cannot be used.
    static policy::Result<std::unique_ptr<Gateway>> open(Parts& parts, Evidence& evidence);
    ~Gateway();
    Gateway(const Gateway&) = delete;
    Gateway& operator=(const Gateway&) = delete;

    /// Makes what keys are missing, writes the start into the audit log, begins the background work, and listens.
    policy::Result<void> start();

    /// Takes over what may change while it runs: rules, who may come in, certificates. Every
    /// running play ends: who may still listen opens a new one. On an error nothing changed.
    policy::Result<void> reload(LoadedSettings fresh);

    /// First /readyz says 503 for `[limits] drain`, while all is still answered: a balancer looks elsewhere. Stage one:
    /// no new connections, requests may finish. Stage two: the rest is cut; plays are left to the other gateways; the
    /// log is sequenced to its end as far as the database answers.
    void stop();

  private:
    Gateway(Parts& parts, Evidence& evidence, auth::Registrations registrations, std::vector<jobs::Witness> witnesses,
            storage::catalogue::BootId boot);

    policy::Result<void> write_entry(storage::audit::Action action);
    policy::Result<void> listen();
    void add_jobs();

    Parts& parts_;
    Evidence& evidence_;
    storage::keys::DataKeyCache data_keys_;
    recordings::DayMark days_;
    recordings::RefusalCount refusals_;
    recordings::RuleBook rules_;
    auth::Authenticator authenticator_;
    recordings::ResidencyMark residency_;
    recordings::Services services_;
    recordings::PlayRegistry plays_;
    storage::audit::Sequencer sequencer_;
    jobs::ClockWatch clock_watch_;
    jobs::Forget forget_;
    jobs::PurgeRun purge_;
    UseCases use_cases_;
    Health health_;
    jobs::Keeper keeper_;
    jobs::KeyMaker key_maker_;
    jobs::KeyMover key_mover_;
    jobs::Certifier certifier_;
    jobs::EraseWorker erase_worker_;
    jobs::Sweeper sweeper_;
    jobs::ResidencyWatch residency_watch_;
    jobs::Witnessing witnessing_;
    media::Workers workers_;
    recordings::PrepareRecording prepare_;
    jobs::PrepareWorker measurer_;
    jobs::PrepareWorker preparer_;
    http::Loops loops_;
    jobs::Background background_;
    http::Server api_;
    http::Server metrics_;
};

}  // namespace gateway::app
