#include "gateway/app/serve.hpp"

#include <chrono>
#include <cstdio>
#include <memory>
#include <thread>
#include <utility>
#include <variant>

#include "gateway/app/gateway.hpp"
#include "gateway/app/parts.hpp"
#include "gateway/app/process.hpp"
#include "gateway/app/wait_for.hpp"
#include "storage/audit/recover.hpp"
#include "storage/crypto/secret_memory.hpp"

namespace gateway::app {

using policy::Code;
using policy::Result;

namespace {

constexpr int kRefused = 3;  // gateway/cli's Exit::kRefused; deploy/systemd does not start it again
constexpr std::chrono::seconds kDatabasePatience{60};
constexpr std::chrono::seconds kOthersPatience{120};
constexpr std::chrono::seconds kLogCheckPatience{600};

/// Brings the schema up; a database that is still starting is waited for.
Result<void> migrate(Parts& parts) {
    const auto give_up = std::chrono::steady_clock::now() + kDatabasePatience;
    while (true) {
        const auto migrated = storage::catalogue::Catalogue::migrate(parts.settings().database.url);
        if (migrated.has_value()) return wait_for(parts.catalogue->check_schema(parts.deadline()));
        if (migrated.error().code != Code::kUnavailable || std::chrono::steady_clock::now() > give_up)
            return migrated.error();
        parts.log->warning("service.waits", {{"for", "database"}, {"what", migrated.error().what}});
        std::this_thread::sleep_for(std::chrono::seconds(1));
    }
}

/// Gateways that write to different stores would go on with the log and the ledger each for itself; those that make
/// keys in different vaults could not use each other's. Those that stop are waited for.
Result<void> expect_one_writer(Parts& parts) {
    auto settings = catalogue_settings(parts.settings());
    settings.name = writer_name(parts.settings());
    settings.connections = 1;
    storage::catalogue::Catalogue asking(std::move(settings));
    const auto give_up = std::chrono::steady_clock::now() + kOthersPatience;
    while (true) {
        const auto others = wait_for(asking.status().others(parts.deadline()));
        if (others.has_error()) return others.error();
        if (others->empty()) return {};
        const std::string hosts = others->front() + (others->size() > 1 ? " and elsewhere" : "");
        if (std::chrono::steady_clock::now() > give_up) {
            return policy::fail(Code::kConflict, "a gateway on " + hosts +
                                                     " has another [objects] or [vault]: there is one store "
                                                     "and one vault for all. Stop it, and start it with these");
        }
        parts.log->warning("service.waits", {{"for", "gateways with another [objects] or [vault]"}, {"on", hosts}});
        std::this_thread::sleep_for(std::chrono::seconds(1));
    }
}

/// A log or a vault that remembers less than what was published opens nothing (fail closed).
Result<void> check_evidence(Parts& parts, Evidence& evidence) {
    const auto deadline = std::chrono::steady_clock::now() + kLogCheckPatience;
    const auto log = wait_for(storage::audit::check_log(*parts.catalogue, evidence.log, deadline));
    if (log.has_error()) return log.error();
    if (!log->may_open())
        return policy::fail(Code::kCorrupt, std::string(name_of(log->state)) + ": " + log->explanation);
    const auto lost = parts.vault->missing_from_vault();
    if (lost.has_error()) return lost.error();
    if (!lost->empty()) {
        return policy::fail(Code::kCorrupt, "the vault lacks " + std::to_string(lost->size()) +
                                                " keys that its copy holds: was it restored? Run: callvault doctor");
    }
    return {};
}

Result<void> prepare(Parts& parts, std::unique_ptr<Evidence>& evidence, std::unique_ptr<Gateway>& gateway) {
    const auto migrated = migrate(parts);
    if (migrated.has_error()) return migrated.error();
    const auto alone = expect_one_writer(parts);
    if (alone.has_error()) return alone.error();
    auto opened = wait_for(open_evidence(parts));
    if (opened.has_error()) return opened.error();
    evidence = std::move(*opened);
    const auto sound = check_evidence(parts, *evidence);
    if (sound.has_error()) return sound.error();
    auto made = Gateway::open(parts, *evidence);
    if (made.has_error()) return made.error();
    gateway = std::move(*made);
    return gateway->start();
}

void reload(const std::filesystem::path& file, Parts& parts, Gateway& gateway) {
    notify_systemd("RELOADING=1");
    auto read = load_settings(file, parts.clock->local_date(parts.clock->now()));
    if (const auto* faults = std::get_if<std::vector<SettingFault>>(&read)) {
        for (const auto& fault : *faults) parts.log->error("config.refused", {{"what", fault.text()}});
    } else {
        const auto done = gateway.reload(std::get<LoadedSettings>(std::move(read)));
        if (done.has_error()) parts.log->error("config.refused", {{"what", done.error().what}});
    }
    notify_systemd("READY=1");
}

void say_memory(Parts& parts) {
    const auto memory = storage::crypto::secret_memory_status();
    if (!memory.good()) parts.log->warning("memory.secrets", {{"what", memory.sentence()}});
}

}  // namespace

int serve(const std::filesystem::path& file, LoadedSettings loaded) {
    harden_process();
    Signals signals;
    auto opened = open_parts(std::move(loaded));
    if (opened.has_error()) {
        notify_systemd("STATUS=" + opened.error().what);
        static_cast<void>(std::fprintf(stderr, "callvault: %s\n", opened.error().what.c_str()));
        // A refused PIN: who starts us again and again would lock the token.
        return opened.error().code == policy::Code::kDenied ? kRefused : 1;
    }
    Parts& parts = **opened;
    say_memory(parts);
    std::unique_ptr<Evidence> evidence;
    std::unique_ptr<Gateway> gateway;
    const auto prepared = prepare(parts, evidence, gateway);
    if (prepared.has_error()) {
        parts.log->error("service.closed",
                         {{"code", policy::name_of(prepared.error().code)}, {"what", prepared.error().what}});
        if (gateway) gateway->stop();
        return 1;
    }
    notify_systemd("READY=1");
    while (signals.wait() == StopSignal::kReload) reload(file, parts, *gateway);
    notify_systemd("STOPPING=1");
    gateway->stop();
    return 0;
}

}  // namespace gateway::app
