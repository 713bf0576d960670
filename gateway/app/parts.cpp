#include "gateway/app/parts.hpp"

#include <string>
#include <utility>
#include <vector>

#include "gateway/app/bucket_verdict.hpp"
#include "gateway/app/text_file.hpp"
#include "gateway/app/wait_for.hpp"
#include "gateway/observe/system_clock.hpp"
#include "storage/crypto/bytes.hpp"
#include "storage/crypto/encoding.hpp"
#include "storage/crypto/sha256.hpp"
#include "storage/keys/moving_vault.hpp"
#include "storage/keys/pkcs11_vault.hpp"
#include "storage/net/url.hpp"
#include "storage/objects/file_store.hpp"
#include "storage/objects/s3_bucket.hpp"
#include "storage/objects/s3_store.hpp"

namespace gateway::app {

using policy::Result;
using storage::keys::KeyVault;
using storage::objects::ObjectStore;
namespace audit = storage::audit;

namespace {

constexpr std::size_t kUploadWaiters = 4096;

policy::Error in_part(std::string_view part, const policy::Error& error) {
    return {error.code, std::string(part) + ": " + error.what};
}

Result<std::optional<storage::keys::RootSecret>> other_root(const Settings::Vault& vault) {
    if (vault.other_root_secret_file.empty()) return std::optional<storage::keys::RootSecret>();
    auto secret = storage::keys::RootSecret::load(vault.other_root_secret_file);
    if (secret.has_error()) return secret.error();
    return std::optional(std::move(*secret));
}

storage::catalogue::Observer statement_metrics(observe::Registry& metrics) {
    return [&metrics](std::string_view name, std::chrono::nanoseconds took, bool good) {
        metrics
            .histogram("callvault_statement_seconds", "Time of a database statement, with its wait for a connection.",
                       observe::duration_bounds_in_seconds(),
                       {{"statement", std::string(name)}, {"outcome", good ? "good" : "failed"}})
            .observe(std::chrono::duration<double>(took).count());
    };
}

/// A store that hangs is noticed before a body is taken, in the time that a request may wait for a part of ours.
Result<storage::objects::S3Options> s3_options(const Settings::Objects& said, std::chrono::milliseconds request_time) {
    const auto endpoint = storage::net::parse_https(said.endpoint);
    if (endpoint.has_error()) return endpoint.error();
    auto authorities = read_authorities(said.authorities);
    if (authorities.has_error()) return authorities.error();
    storage::objects::S3Options out;
    out.endpoint = *endpoint;
    out.region = said.region;
    out.bucket = said.bucket;
    out.path_style = said.path_style;
    out.credentials_file = said.credentials_file;
    out.authorities_pem = std::move(*authorities);
    out.max_connections = said.connections;
    out.connect_limit = out.continue_limit = request_time;
    return out;
}

}  // namespace

Result<storage::keys::FileVaultSettings> file_vault_settings(const Settings::Vault& vault) {
    auto root = storage::keys::RootSecret::load(vault.root_secret_file);
    if (root.has_error()) return root.error();
    auto other = other_root(vault);
    if (other.has_error()) return other.error();
    return storage::keys::FileVaultSettings{vault.folder, vault.copies, std::move(*root), std::move(*other)};
}

Result<std::unique_ptr<KeyVault>> open_vault(const Settings::Vault& said) {
    if (said.kind == "pkcs11") {
        storage::keys::Pkcs11VaultSettings described{{said.module, said.token, said.pin_file}, std::nullopt};
        if (!said.second_token.empty()) described.second = {said.module, said.second_token, said.second_pin_file};
        auto vault = storage::keys::Pkcs11Vault::open(described);
        if (vault.has_error()) return vault.error();
        return std::unique_ptr<KeyVault>(std::move(*vault));
    }
    auto described = file_vault_settings(said);
    if (described.has_error()) return described.error();
    auto vault = storage::keys::FileVault::open(std::move(*described));
    if (vault.has_error()) return vault.error();
    return std::unique_ptr<KeyVault>(std::move(*vault));
}

namespace {

Result<std::unique_ptr<KeyVault>> open_vaults(const Settings& settings) {
    auto vault = open_vault(settings.vault);
    if (vault.has_error()) return in_part("vault", vault.error());
    if (settings.old_vault.kind == "none") return vault;
    auto old = open_vault(settings.old_vault);
    if (old.has_error()) return in_part("vault.old", old.error());
    return std::unique_ptr<KeyVault>(std::make_unique<storage::keys::MovingVault>(std::move(*vault), std::move(*old)));
}

/// Nothing may work behind our back: a rule that removes or copies objects, a lock that forbids to erase them.
Result<void> check_bucket(storage::objects::S3Store& store, const Settings::Objects& said, std::chrono::seconds time) {
    const auto deadline = std::chrono::steady_clock::now() + time;
    const auto facts = wait_for(storage::objects::inspect_bucket(store.client(), deadline));
    if (facts.has_error()) return facts.error();
    const auto faults = judge_bucket(*facts, said.region, said.assured);
    if (faults.empty()) return {};
    std::string what = "the bucket " + said.bucket + " may not be used";
    for (const auto& fault : faults) what += (&fault == &faults.front() ? ": " : "; ") + fault;
    return policy::fail(policy::Code::kInvalid, std::move(what));
}

}  // namespace

Result<std::unique_ptr<storage::objects::S3Store>> open_bucket(const Settings::Objects& said,
                                                               const Settings::Limits& limits,
                                                               storage::async::BlockingPool& pool,
                                                               storage::objects::MemoryBudget& memory) {
    auto options = s3_options(said, limits.request_time);
    if (options.has_error()) return options.error();
    return storage::objects::S3Store::make(std::move(*options), pool, memory);
}

namespace {

Result<std::unique_ptr<ObjectStore>> open_store(const Settings::Objects& said, const Settings::Limits& limits,
                                                storage::async::BlockingPool& pool,
                                                storage::objects::MemoryBudget& memory) {
    if (said.kind == "s3") {
        auto store = open_bucket(said, limits, pool, memory);
        if (store.has_error()) return store.error();
        const auto may = check_bucket(**store, said, limits.request_time);
        if (may.has_error()) return may.error();
        return std::unique_ptr<ObjectStore>(std::move(*store));
    }
    storage::objects::FileStoreOptions options;
    options.root = said.folder;
    options.upload_lease = limits.upload_lease;
    auto store = storage::objects::FileStore::open(options, pool, memory);
    if (store.has_error()) return store.error();
    return std::unique_ptr<ObjectStore>(std::move(*store));
}

/// A store that a move was begun into may not be used as if it had everything; the rest may lie in `besides` only.
Result<void> expect_whole(ObjectStore& store, const Settings::Objects& said, std::chrono::seconds time,
                          const std::string& besides = {}) {
    const auto deadline = std::chrono::steady_clock::now() + time;
    const auto source = wait_for(storage::objects::read_move_source(store, deadline));
    if (source.has_error()) return source.error();
    if (!*source || **source == besides) return {};
    return policy::fail(policy::Code::kConflict,
                        "recordings may still lie in " + **source + ", from where they move to " + in_words(said) +
                            ": keep both as [objects.old] and [objects] until callvault store move has ended");
}

}  // namespace

Result<std::unique_ptr<storage::objects::MovingStore>> open_moving_objects(const Settings& settings,
                                                                           storage::async::BlockingPool& pool,
                                                                           storage::objects::MemoryBudget& memory) {
    const auto& limits = settings.limits;
    if (settings.old_objects.kind == "none") {
        return policy::fail(policy::Code::kInvalid,
                            "nothing is to be moved: name the store that objects come from as [objects.old]");
    }
    auto to = open_store(settings.objects, limits, pool, memory);
    if (to.has_error()) return to.error();
    auto from = open_store(settings.old_objects, limits, pool, memory);
    if (from.has_error()) return in_part("objects.old", from.error());
    // The way back of a move that was not finished is a move too.
    const auto whole = expect_whole(**from, settings.old_objects, limits.request_time, in_words(settings.objects));
    if (whole.has_error()) return whole.error();
    const auto deadline = std::chrono::steady_clock::now() + limits.request_time;
    const auto left = wait_for((*from)->list("", "", 1, deadline));
    if (left.has_error()) return in_part("objects.old", left.error());
    if (!left->objects.empty()) {
        const std::string source = in_words(settings.old_objects);
        const auto noted = wait_for(storage::objects::note_move_source(**to, source, deadline));
        if (noted.has_error()) return noted.error();
    }
    return std::make_unique<storage::objects::MovingStore>(std::move(*to), std::move(*from));
}

Result<std::unique_ptr<ObjectStore>> open_objects(const Settings& settings, storage::async::BlockingPool& pool,
                                                  storage::objects::MemoryBudget& memory) {
    if (settings.old_objects.kind != "none") {
        auto both = open_moving_objects(settings, pool, memory);
        if (both.has_error()) return both.error();
        return std::unique_ptr<ObjectStore>(std::move(*both));
    }
    auto store = open_store(settings.objects, settings.limits, pool, memory);
    if (store.has_error()) return store.error();
    const auto whole = expect_whole(**store, settings.objects, settings.limits.request_time);
    if (whole.has_error()) return whole.error();
    return store;
}

namespace {

std::string digest_of(const std::string& words, std::size_t digits) {
    return storage::crypto::to_hex(storage::crypto::sha256(storage::crypto::bytes_of(words))).substr(0, digits);
}

constexpr std::size_t kStoreDigits = 16;
constexpr std::size_t kVaultDigits = 8;

}  // namespace

std::string writer_name(const Settings& settings) {
    return "callvault " + digest_of(in_words(settings.objects), kStoreDigits) + std::string(kStoreDigits, '_') +
           digest_of(in_words(settings.vault), kVaultDigits);
}

storage::catalogue::Settings catalogue_settings(const Settings& settings) {
    storage::catalogue::Settings out;
    out.name = "callvault " + digest_of(in_words(settings.objects), kStoreDigits) +
               digest_of(in_words(settings.old_objects), kStoreDigits) +
               digest_of(in_words(settings.vault), kVaultDigits) +
               digest_of(in_words(settings.old_vault), kVaultDigits);
    out.connection = settings.database.url;
    out.connections = settings.database.connections;
    return out;
}

Result<std::unique_ptr<Parts>> open_parts(LoadedSettings loaded) {
    auto parts = std::make_unique<Parts>();
    parts->loaded = std::move(loaded);
    const Settings& settings = parts->settings();
    auto clock = observe::SystemClock::create(settings.deployment.time_zone);
    if (clock.has_error()) return in_part("deployment.time_zone", clock.error());
    parts->clock = std::move(*clock);
    parts->log = std::make_unique<observe::Log>(*parts->clock);
    parts->metrics = std::make_unique<observe::Registry>();
    const auto& limits = settings.limits;
    parts->store_pool =
        std::make_unique<storage::async::BlockingPool>("store", limits.blocking_threads, limits.blocking_queue);
    parts->vault_pool = std::make_unique<storage::async::BlockingPool>("vault", limits.blocking_threads,
                                                                       limits.blocking_queue, limits.request_time);
    parts->memory = std::make_unique<storage::objects::MemoryBudget>(limits.memory_bytes, kUploadWaiters);
    auto objects = open_objects(settings, *parts->store_pool, *parts->memory);
    if (objects.has_error()) return in_part("objects", objects.error());
    parts->objects = std::move(*objects);
    auto vault = open_vaults(settings);
    if (vault.has_error()) return vault.error();
    parts->vault = std::move(*vault);
    parts->catalogue = std::make_unique<storage::catalogue::Catalogue>(catalogue_settings(settings),
                                                                       statement_metrics(*parts->metrics));
    parts->keys = std::make_unique<recordings::KeyRing>(*parts->catalogue, *parts->vault, *parts->vault_pool);
    return parts;
}

namespace {

boost::asio::awaitable<Result<audit::NoteSigner>> signer(Parts& parts, storage::keys::KeyPurpose purpose,
                                                         std::string name) {
    const auto key = co_await parts.keys->key_for(purpose, parts.deadline());
    if (key.has_error()) co_return key.error();
    auto& vault = *parts.vault;
    const policy::KeyId id = *key;
    auto made =
        co_await parts.vault_pool->run([&vault, &name, id] { return audit::NoteSigner::create(vault, name, {id}); });
    if (made.has_error() && made.error().code == policy::Code::kNotFound)
        co_return policy::fail(made.error().code, made.error().what +
                                                      "; if it is in the vault that [vault] took over from, it must be "
                                                      "named as [vault.old]");
    co_return made;
}

}  // namespace

boost::asio::awaitable<Result<std::unique_ptr<Evidence>>> open_evidence(Parts& parts) {
    const std::string origin = parts.settings().deployment.origin;
    auto log_signer = co_await signer(parts, storage::keys::KeyPurpose::kCheckpoint, origin);
    if (log_signer.has_error()) co_return in_part("the log's key", log_signer.error());
    auto ledger_signer = co_await signer(parts, storage::keys::KeyPurpose::kLedger, origin + "/ledger");
    if (ledger_signer.has_error()) co_return in_part("the ledger's key", ledger_signer.error());
    // The log's key under a name of its own: a statement is never taken for a checkpoint.
    auto residency_signer = co_await signer(parts, storage::keys::KeyPurpose::kCheckpoint, origin + "/residency");
    if (residency_signer.has_error()) co_return in_part("the log's key", residency_signer.error());
    co_return std::make_unique<Evidence>(parts, std::move(*log_signer), std::move(*ledger_signer),
                                         std::move(*residency_signer));
}

Evidence::Evidence(Parts& parts, audit::NoteSigner for_log, audit::NoteSigner for_ledger,
                   audit::NoteSigner for_residency)
    : log_signer(std::move(for_log)),
      ledger_signer(std::move(for_ledger)),
      residency_signer(std::move(for_residency)),
      log(*parts.objects, parts.settings().deployment.origin, log_signer.verifier_keys()),
      ledger(*parts.objects, ledger_signer, *parts.vault_pool, parts.settings().deployment.origin) {}

}  // namespace gateway::app
