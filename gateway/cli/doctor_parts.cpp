// The checks that open what the configuration names: vault, object folder, database, server.

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

#include "gateway/app/parts.hpp"
#include "gateway/app/wait_for.hpp"
#include "gateway/cli/finding.hpp"
#include "gateway/cli/server_call.hpp"
#include "storage/async/blocking_pool.hpp"
#include "storage/catalogue/catalogue.hpp"
#include "storage/catalogue/connection_text.hpp"
#include "storage/keys/key_vault.hpp"
#include "storage/objects/memory_budget.hpp"
#include "storage/objects/moving_store.hpp"

namespace gateway::cli {

namespace {

constexpr std::uint64_t kLowSpace = std::uint64_t{10} << 30U;
constexpr std::uint64_t kNoSpace = std::uint64_t{64} << 20U;  // /readyz says no below it
constexpr std::chrono::seconds kPartPatience{5};

std::string gib(std::uint64_t bytes) {
    return std::to_string(bytes >> 30U) + " GiB";
}

}  // namespace

Findings check_vault(const Patient& patient) {
    const auto& settings = patient.loaded.settings.vault;
    const bool token = settings.kind == "pkcs11";
    const std::string where = token ? "token \"" + settings.token + '"' : settings.folder.string();
    Findings out;
    if (!token) {
        const auto described = app::file_vault_settings(settings);
        if (described.has_error()) {
            return {failed("root secret", described.error().what,
                           "bring it back from its copy; at a first start: callvault key init")};
        }
        out.push_back(good("root secret", settings.root_secret_file.string() + " is closed to others"));
    }
    const auto vault = app::open_vault(settings);
    if (vault.has_error()) {
        out.push_back(failed("vault", vault.error().what,
                             token ? "see the sentence; a token is made with its maker's tool"
                                   : "at a first start: callvault key init; else see the sentence"));
        return out;
    }
    const auto keys = (*vault)->list();
    if (keys.has_error()) {
        out.push_back(failed("vault", keys.error().what, "look at " + where));
        return out;
    }
    out.push_back(good("vault", where + " opens; " + std::to_string(keys->size()) + " keys"));
    const auto waiting = std::ranges::count(*keys, false, &storage::keys::KeyInfo::usable);
    if (token ? settings.second_token.empty() : settings.copies.empty()) {
        out.push_back(warning(
            "vault copies",
            "there is none: one lost " + std::string(token ? "token" : "disk") + " makes every recording unreadable",
            token ? "have the token replicated by its maker's means, and name the other as "
                    "[vault] second_token"
                  : "callvault key add-copy FOLDER, then name it in [vault] copies"));
    } else if (waiting > 0) {
        out.push_back(warning("vault copies", std::to_string(waiting) + " keys are not in every copy yet",
                              token ? "look at the tokens' replication" : "look at the copies' disks"));
    } else {
        out.push_back(good("vault copies", token ? "the second token holds every key"
                                                 : std::to_string(settings.copies.size()) + " hold every key"));
    }
    const auto missing = (*vault)->missing_from_vault();
    if (missing.has_error()) {
        out.push_back(failed("vault restored?", missing.error().what, "look at the copies"));
    } else if (!missing->empty()) {
        out.push_back(failed("vault restored?",
                             std::to_string(missing->size()) + " keys are in a copy and not in the vault",
                             "the vault was restored to an earlier day: restore it from the copy instead"));
    } else {
        out.push_back(good("vault restored?", "no key is missing"));
    }
    return out;
}

Findings check_old_vault(const Patient& patient) {
    const auto& old = patient.loaded.settings.old_vault;
    if (old.kind == "none") return {};
    const std::string where = app::in_words(old);
    const auto vault = app::open_vault(old);
    if (vault.has_error())
        return {failed("vault.old", vault.error().what, "it must be there until the last of its keys is gone")};
    const auto keys = (*vault)->list();
    if (keys.has_error()) return {failed("vault.old", keys.error().what, "look at " + where)};
    if (keys->empty())
        return {warning("vault.old", where + " holds no key any more",
                        "take [vault.old] out of the configuration of every gateway, and restart them")};
    std::map<std::string_view, std::size_t> kinds;
    for (const auto& key : *keys) ++kinds[name_of(key.purpose)];
    std::string held;
    for (const auto& [purpose, count] : kinds)
        held += (held.empty() ? "" : ", ") + std::string(purpose) + ' ' + std::to_string(count);
    return {good("vault.old", where + " opens and holds: " + held + "; callvault key move says what hangs on them")};
}

namespace {

using storage::objects::MovingStore;
using storage::objects::ObjectStore;

Finding room_of(ObjectStore& store, const std::string& where) {
    const auto room = app::wait_for(store.look(std::chrono::steady_clock::now() + kPartPatience));
    if (room.has_error()) return failed("objects", room.error().what, "look at " + where);
    if (!room->has_value()) return good("objects", where + " answers");
    const std::string sentence = where + " can be written; " + gib(**room) + " are free";
    if (**room < kNoSpace) return failed("objects", sentence, "make room: pushes are refused");
    if (**room < kLowSpace) return warning("objects", sentence, "make room before pushes are refused");
    return good("objects", sentence);
}

Finding state_of_move(MovingStore& store, const app::Settings& settings) {
    const std::string old = app::in_words(settings.old_objects);
    const auto left = app::wait_for(store.from().list("", "", 1, std::chrono::steady_clock::now() + kPartPatience));
    if (left.has_error()) return failed("objects.old", left.error().what, "look at " + old);
    if (!left->objects.empty())
        return warning("objects.old", old + " still holds objects", "move them: callvault store move");
    return warning("objects.old", old + " is empty: everything is in " + app::in_words(settings.objects),
                   "take [objects.old] out of the configuration of every gateway, and restart them one by one");
}

}  // namespace

Findings check_objects(const Patient& patient) {
    storage::async::BlockingPool pool("doctor", 1, 16);
    storage::objects::MemoryBudget memory(std::uint64_t{64} << 20U, 1);
    const auto& said = patient.loaded.settings.objects;
    const bool bucket = said.kind == "s3";
    const std::string where = app::in_words(said);
    const auto store = app::open_objects(patient.loaded.settings, pool, memory);
    if (store.has_error())
        return {failed("objects", store.error().what,
                       bucket ? "see the sentence" : "give the folder to the service's user, mode 0700")};
    Findings out{room_of(**store, where)};
    if (auto* moving = dynamic_cast<MovingStore*>(store->get()))
        out.push_back(state_of_move(*moving, patient.loaded.settings));
    if (said.kind == "s3" && !said.assured.empty()) {
        std::string words;
        for (const auto& word : said.assured) words += (words.empty() ? "" : ", ") + word;
        out.push_back(warning("bucket assured", "not the store but the configuration answers for: " + words,
                              "see that it is still so; take out of [objects] assured what the store tells by now"));
    }
    return out;
}

/// Whether what was answered 201 survives the loss of the primary.
Finding standbys(const storage::catalogue::ServerFacts& facts, bool several_hosts) {
    if (facts.standbys > 0 && !facts.waits_for_standby)
        return failed("standbys",
                      "commits do not wait for the standby: one that is promoted may lack recordings that "
                      "were answered 201",
                      "set synchronous_standby_names on the primary (deploy/docs/operations.md)");
    if (facts.standbys == 0 && facts.waits_for_standby)
        return failed("standbys", "commits wait for a standby, and none is connected: nothing is taken",
                      "start a standby, or empty synchronous_standby_names until there is one");
    if (facts.standbys == 0 && several_hosts)
        return warning("standbys", "[database] url names several hosts, and no standby is connected",
                       "attach one: the loss of the primary would lose recordings");
    if (facts.standbys == 0) return good("standbys", "the database has none");
    return good("standbys", "commits wait for one of " + std::to_string(facts.standbys));
}

Findings check_database(const Patient& patient) {
    auto settings = app::catalogue_settings(patient.loaded.settings);
    settings.connections = 1;
    storage::catalogue::Catalogue catalogue(std::move(settings));
    const auto asked = std::chrono::system_clock::now();
    const auto facts = app::wait_for(catalogue.status().server_facts(std::chrono::steady_clock::now() + kPartPatience));
    const auto took = std::chrono::system_clock::now() - asked;
    if (facts.has_error())
        return {failed("database", facts.error().what, "see [database] url; is PostgreSQL running?")};
    Findings out{good("database", "PostgreSQL " + facts->version)};
    out.push_back(standbys(*facts, storage::catalogue::names_several_hosts(patient.loaded.settings.database.url)));
    const auto schema = app::wait_for(catalogue.check_schema(std::chrono::steady_clock::now() + kPartPatience));
    out.push_back(schema.has_value()
                      ? good("schema", "it is this program's")
                      : failed("schema", schema.error().what, "callvault serve migrates an older one at its start"));
    using std::chrono::seconds;
    // The database read its clock somewhere within `took`.
    const auto away = std::chrono::abs(std::chrono::floor<seconds>(facts->clock - (asked + took / 2)));
    const std::string difference =
        std::to_string(away.count()) + " s between the clocks of this machine and the database";
    const auto tolerance = patient.loaded.settings.purge.clock_tolerance;
    const char* advice = "synchronise both (NTP): the purge stops when they disagree";
    if (away > tolerance) {
        out.push_back(failed("clocks", difference, advice));
    } else if (away > tolerance / 10) {
        out.push_back(warning("clocks", difference, advice));
    } else {
        out.push_back(good("clocks", difference));
    }
    return out;
}

Findings check_server(const Patient& patient) {
    const auto& socket = patient.loaded.settings.server.socket;
    const auto answer = ask(socket, {"GET", "/readyz", {}, {}}, kPartPatience);
    if (answer.has_error()) return {warning("server", answer.error().what, "start it when the other checks are well")};
    if (answer->head.status == 200) return {good("server", "/readyz at " + socket.string() + " says ok")};
    return {failed("server", "/readyz says " + std::to_string(answer->head.status) + ": " + answer->body,
                   "see the part that it names, and the service's log")};
}

}  // namespace gateway::cli
