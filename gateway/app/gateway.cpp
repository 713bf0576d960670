#include "gateway/app/gateway.hpp"

#include <algorithm>
#include <filesystem>
#include <string>
#include <thread>
#include <utility>

#include "gateway/app/authentication.hpp"
#include "gateway/app/http_options.hpp"
#include "gateway/app/policy_values.hpp"
#include "gateway/app/residency_faults.hpp"
#include "gateway/app/residency_look.hpp"
#include "gateway/app/routes.hpp"
#include "gateway/app/wait_for.hpp"
#include "gateway/app/witnesses.hpp"
#include "gateway/jobs/ledger_replay.hpp"
#include "gateway/jobs/reporting.hpp"
#include "gateway/recordings/caller.hpp"
#include "gateway/recordings/prepare_job.hpp"
#include "gateway/signin/browser_sessions.hpp"
#include "storage/crypto/encoding.hpp"
#include "storage/crypto/random.hpp"

namespace gateway::app {

using policy::Result;
using storage::keys::KeyPurpose;
namespace audit = storage::audit;

namespace {

constexpr std::size_t kDataKeys = 4096;
/// A gateway beside us does within that time what it announced.
constexpr std::chrono::milliseconds kLedgerSettles{5000};
/// A key that an issuer took back stops plays within the time of a lease, also while another issuer's file is broken.
constexpr std::chrono::milliseconds kKeySetsBackOff{5000};
constexpr std::string_view kWorkerProgram = "callvault-transcode";
constexpr unsigned kSocketMode = 0666;  ///< Who may do what is decided by uid: [[local_user]].

recordings::Rules rules_of(const LoadedSettings& loaded) {
    recordings::Rules out;
    out.deployment = deployment_of(loaded.settings);
    out.senders = senders_of(loaded.settings);
    out.access = access_rules_of(loaded.settings);
    out.acr_values = loaded.settings.mfa.acr;
    out.digest = loaded.digest;
    return out;
}

/// MACs of who asks, under a long-lived key of the vault.
auth::MacFunction mac_under(Parts& parts, KeyPurpose purpose) {
    return [&parts, purpose](std::string text) { return parts.keys->mac(purpose, std::move(text), parts.deadline()); };
}

recordings::Services services_of(Parts& parts, Evidence& evidence, auth::Authenticator& authenticator,
                                 storage::keys::DataKeyCache& data_keys, const recordings::RuleBook& rules,
                                 recordings::DayMark& days, recordings::RefusalCount& refusals,
                                 recordings::ResidencyMark& residency) {
    const auto& limits = parts.settings().limits;
    return {*parts.clock,
            *parts.log,
            *parts.metrics,
            authenticator,
            *parts.catalogue,
            *parts.objects,
            *parts.memory,
            *parts.vault,
            *parts.vault_pool,
            data_keys,
            *parts.keys,
            rules,
            days,
            refusals,
            residency,
            evidence.ledger,
            storage::crypto::random_id<policy::RequestId>().text(),
            limits.request_time,
            limits.upload_lease,
            limits.recording_bytes,
            limits.uploads,
            parts.settings().play.plays_per_subject};
}

jobs::ResidencyWatch::Look look_of(Parts& parts) {
    return [&parts](storage::async::Deadline deadline) {
        const auto today = parts.clock->local_date(parts.clock->now());
        return look_at_places(parts.settings(), *parts.store_pool, *parts.memory, today, deadline);
    };
}

recordings::ResidencyDeclaration declaration_of(const Settings& settings) {
    std::vector<recordings::DeclaredVault> vaults{{settings.vault.kind, settings.vault.country}};
    if (settings.old_vault.kind != "none") vaults.push_back({settings.old_vault.kind, settings.old_vault.country});
    return {settings.deployment.name, settings.residency.stored_in, settings.residency.allowed, std::move(vaults),
            settings.objects.statement};
}

std::size_t loop_threads(const Settings& settings) {
    return settings.server.threads != 0 ? settings.server.threads : std::max(1U, std::thread::hardware_concurrency());
}

http::ServerContext context_of(Parts& parts) {
    return {*parts.log, *parts.metrics, *parts.clock};
}

recordings::ServeLog::Options served_log_of(const Settings& settings, const std::vector<jobs::Witness>& witnesses) {
    recordings::ServeLog::Options out{settings.log.open, settings.log.quorum, {}};
    for (const auto& witness : witnesses) out.witnesses.push_back(witness.key);
    return out;
}

jobs::KeyMaker::Options key_options(const Settings& settings) {
    return {settings.keys.days_ahead, settings.keys.epoch_reseal};
}

unsigned files_at_once(const Settings& settings) {
    if (settings.media.workers != 0) return settings.media.workers;
    return std::max(1U, std::thread::hardware_concurrency() / 2);
}

media::Workers::Settings media_settings(const Settings& settings) {
    auto program = settings.media.worker;
    if (program.empty()) program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / kWorkerProgram;
    return {program.string(), files_at_once(settings), settings.media.longest};
}

}  // namespace

Result<std::unique_ptr<Gateway>> Gateway::open(Parts& parts, Evidence& evidence) {
    auto registrations = registrations_of(parts.settings());
    if (registrations.has_error()) return registrations.error();
    const auto boot = jobs::this_boot();
    if (boot.has_error()) return boot.error();
    auto witnesses = witnesses_of(parts.settings());
    if (witnesses.has_error()) return witnesses.error();
    return std::unique_ptr<Gateway>(
        new Gateway(parts, evidence, std::move(*registrations), std::move(*witnesses), *boot));
}

Gateway::Gateway(Parts& parts, Evidence& evidence, auth::Registrations registrations,
                 std::vector<jobs::Witness> witnesses, storage::catalogue::BootId boot)
    : parts_(parts),
      evidence_(evidence),
      data_keys_(kDataKeys),
      rules_(rules_of(parts.loaded)),
      authenticator_(std::move(registrations), mac_under(parts, KeyPurpose::kPseudonym),
                     mac_under(parts, KeyPurpose::kSession), *parts.clock,
                     signin::session_lookup(*parts.catalogue, *parts.clock, parts.settings().limits.request_time)),
      residency_(*parts.objects, *parts.catalogue, country_of(parts.settings().objects)),
      services_(services_of(parts, evidence, authenticator_, data_keys_, rules_, days_, refusals_, residency_)),
      plays_(services_, parts.settings().play.lease, parts.settings().play.idle),
      sequencer_(*parts.catalogue, *parts.objects, evidence.log_signer, *parts.vault_pool, {}),
      clock_watch_(services_, boot, brake_limits_of(parts.settings())),
      forget_(services_, plays_, evidence.ledger),
      purge_(services_, forget_, clock_watch_, {parts.settings().purge.at, brake_limits_of(parts.settings())}),
      use_cases_(services_, plays_, purge_, evidence.residency_signer, declaration_of(parts.settings()),
                 served_log_of(parts.settings(), witnesses)),
      health_(parts),
      keeper_(services_),
      key_maker_(services_, key_options(parts.settings())),
      key_mover_(services_),
      certifier_(services_, evidence.log),
      erase_worker_(services_, forget_, clock_watch_),
      sweeper_(services_),
      residency_watch_(services_, look_of(parts), parts.settings().residency.check_every),
      witnessing_(services_, evidence.log, std::move(witnesses), parts.settings().log.quorum),
      workers_(media_settings(parts.settings())),
      prepare_(services_, workers_),
      measurer_(services_, prepare_, recordings::kMeasureKind, std::chrono::milliseconds{0}),
      preparer_(services_, prepare_, recordings::kPrepareKind, parts.settings().media.longest),
      loops_(loop_threads(parts.settings())),
      background_(loops_.executor(0), *parts.log, *parts.metrics),
      api_(loops_, api_routes(use_cases_, health_, parts.settings().limits.recording_bytes),
           http_limits_of(parts.settings()), context_of(parts)),
      metrics_(loops_, metrics_routes(health_), http_limits_of(parts.settings()), context_of(parts)) {}

Gateway::~Gateway() = default;

Result<void> Gateway::write_entry(audit::Action action) {
    audit::Entry entry(parts_.clock->now(), {audit::ActorKind::kService, {}, {}}, action, audit::Outcome::kDone);
    entry.ref("gateway", *policy::RequestId::parse(services_.gateway));
    if (const auto digest = storage::crypto::from_hex(rules_.current()->digest); digest && digest->size() == 32) {
        entry.digest("configuration", std::span<const std::byte, 32>(*digest));
    }
    return wait_for(recordings::record(services_, std::move(entry)));
}

Result<void> Gateway::start() {
    const auto clock = wait_for(clock_watch_.step());
    if (clock.has_error()) return clock.error();
    const auto witnessed = wait_for(witnessing_.compare());
    if (witnessed.has_error()) return policy::fail(witnessed.error().code, "the audit log: " + witnessed.error().what);
    jobs::LedgerReplay replay(services_, forget_, kLedgerSettles);
    const auto replayed = wait_for(replay.run());
    if (replayed.has_error())
        return policy::fail(replayed.error().code, "the deletion ledger: " + replayed.error().what);
    const auto keys = wait_for(key_maker_.make());
    if (keys.has_error()) return keys.error();
    const auto written = write_entry(audit::Action::kServiceStart);
    if (written.has_error()) return written.error();
    // Calls that play as they are do not wait for it; the others are tried until it can be started.
    if (const auto started = workers_.start(); started.has_error())
        parts_.log->error("media.unavailable", {{"what", started.error().what}});
    add_jobs();
    background_.start();
    return listen();
}

void Gateway::add_jobs() {
    const std::chrono::milliseconds renew = parts_.settings().play.renew;
    background_.add("sequencer", [this] { return jobs::sequence(services_, sequencer_); });
    // Every listener lives on this one: it is tried again at least as often as it runs.
    background_.add(
        "plays", [this, renew] { return jobs::renew_plays(services_, plays_, renew); }, renew);
    background_.add(
        "closings", [this] { return jobs::close_plays(plays_); }, renew);
    background_.add("orphans", [this] { return jobs::close_orphans(services_, parts_.settings().play.idle); });
    background_.add("clock", [this] { return clock_watch_.step(); });
    background_.add("purge", [this] { return purge_.step(); });
    background_.add("erasures", [this] { return erase_worker_.step(); });
    background_.add("certificates", [this] { return certifier_.step(); });
    background_.add("keeper", [this] { return keeper_.step(); });
    background_.add("keys", [this] { return key_maker_.step(); });
    background_.add("key_mover", [this] { return key_mover_.step(); });
    background_.add("measure", [this] { return measurer_.step(); });
    for (unsigned i = 0; i < files_at_once(parts_.settings()); ++i)
        background_.add("prepare", [this] { return preparer_.step(); });
    background_.add("sweeper", [this] { return sweeper_.step(); });
    background_.add("residency", [this] { return residency_watch_.step(); });
    background_.add("witnesses", [this] { return witnessing_.step(); });
    background_.add("figures", [this] { return jobs::report_figures(services_); });
    background_.add("refusals", [this] { return jobs::write_refusals(services_); });
    background_.add(
        "key_sets", [this] { return jobs::reload_key_sets(services_, plays_); }, kKeySetsBackOff);
    background_.add("ledger_mark", [this] { return jobs::move_ledger_mark(services_); });
    background_.add("expiry", [this] { return jobs::forget_expired(services_, clock_watch_); });
}

Result<void> Gateway::listen() {
    const auto& server = parts_.settings().server;
    const auto tls = tls_options_of(parts_.settings());
    if (tls.has_error()) return tls.error();
    const auto port = api_.listen_tls(server.address, server.port, *tls);
    if (port.has_error()) return port.error();
    const auto local = api_.listen_local(server.socket.string(), kSocketMode);
    if (local.has_error()) return local.error();
    if (server.metrics_port != 0) {
        const auto metrics = metrics_.listen_clear(server.metrics_address, server.metrics_port);
        if (metrics.has_error()) return metrics.error();
    }
    parts_.log->info("service.ready", {{"port", *port}, {"configuration", parts_.loaded.digest}});
    return {};
}

Result<void> Gateway::reload(LoadedSettings fresh) {
    auto registrations = registrations_of(fresh.settings);
    if (registrations.has_error()) return registrations.error();
    const auto tls = tls_options_of(fresh.settings);
    if (tls.has_error()) return tls.error();
    const auto swapped = api_.reload_tls(*tls);
    if (swapped.has_error()) return swapped.error();
    authenticator_.replace(std::move(*registrations));
    rules_.replace(rules_of(fresh));
    plays_.end_all(recordings::PlayEnd::kRevoked);  // after the swap: what opens from here on is decided anew
    parts_.log->info("config.reloaded", {{"configuration", fresh.digest}});
    return write_entry(audit::Action::kConfigLoad);
}

void Gateway::stop() {
    health_.stopping();
    api_.drain();
    std::this_thread::sleep_for(parts_.settings().limits.drain);
    api_.stop(parts_.settings().limits.stop_grace);
    metrics_.stop(std::chrono::milliseconds{0});
    workers_.stop();  // their files are tried again by whoever comes next
    background_.stop();
    const auto closed = wait_for([](recordings::PlayRegistry& plays) -> boost::asio::awaitable<Result<void>> {
        co_await plays.hand_over_all();
        co_return Result<void>{};
    }(plays_));
    const auto written = write_entry(audit::Action::kServiceStop);
    const auto sequenced = wait_for(jobs::sequence(services_, sequencer_));
    for (const auto* role : {"sequencer", "purge", "witnessing"}) {
        const auto resigned =
            wait_for(services_.catalogue.jobs().resign(role, services_.gateway, services_.deadline()));
        if (resigned.has_error()) parts_.log->warning("service.stop", {{"what", resigned.error().what}});
    }
    const bool good = closed.has_value() && written.has_value() && sequenced.has_value();
    parts_.log->info("service.stopped", {{"log_complete", good}});
}

}  // namespace gateway::app
