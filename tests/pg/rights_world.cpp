#include "tests/pg/rights_world.hpp"

#include <span>
#include <utility>

#include "gateway/recordings/media_facts.hpp"
#include "storage/audit/checkpoint.hpp"
#include "storage/crypto/random.hpp"
#include "storage/crypto/sealer.hpp"
#include "storage/keys/recording_secret.hpp"
#include "storage/objects/whole_object.hpp"
#include "transcode/wav/header.hpp"

namespace tests {

using gateway::http::Method;
using storage::keys::KeyPurpose;
namespace http = gateway::http;
namespace recordings = gateway::recordings;
namespace catalogue = storage::catalogue;

namespace {

std::string migrated_database() {
    Postgres& postgres = Postgres::shared();
    static const std::string migrated = [&] {
        const std::string name = postgres.fresh_database();
        catalogue::Catalogue::migrate(postgres.connection(name)).value();
        return name;
    }();
    return postgres.fresh_database(migrated);
}

std::unique_ptr<storage::keys::FileVault> vault_in(const std::filesystem::path& folder) {
    storage::keys::RootSecret secret(storage::crypto::Key256::random());
    storage::keys::FileVault::initialise({folder, {}, secret.clone(), std::nullopt}).value();
    return storage::keys::FileVault::open({folder, {}, std::move(secret), std::nullopt}).value();
}

gateway::auth::Registrations callers() {
    using enum policy::Role;
    gateway::auth::Registrations out;
    const auto person = [&](uid_t uid, policy::Role role, bool second_factor = true) {
        out.local_users[uid] = {std::nullopt, {role}, {"support"}, second_factor};
    };
    out.local_users[RightsWorld::kRecorder] = {"pbx", {kRecorder}, {}, false};
    person(RightsWorld::kSupervisor, kSupervisor);
    person(RightsWorld::kOlivia, kPrivacyOfficer);
    person(RightsWorld::kPeter, kPrivacyOfficer);
    person(RightsWorld::kQa, kQa);
    person(RightsWorld::kAdmin, kAdmin);
    person(RightsWorld::kStale, kPrivacyOfficer, false);
    out.local_users[RightsWorld::kSales] = {std::nullopt, {kQa}, {"sales"}, true};
    out.senders = {"pbx"};
    return out;
}

gateway::auth::MacFunction mac_under(recordings::KeyRing& keys, KeyPurpose purpose) {
    return [&keys, purpose](std::string text) {
        return keys.mac(purpose, std::move(text), std::chrono::steady_clock::now() + std::chrono::seconds(10));
    };
}

std::string media_of(const std::vector<std::byte>& wav) {
    recordings::MediaFacts facts;
    facts.format = std::get<transcode::wav::Format>(transcode::wav::parse_header(wav, wav.size()));
    facts.size_in_bytes = wav.size();
    return recordings::to_json(facts);
}

std::vector<std::byte> sealed_with(const storage::crypto::Key256& key, const policy::RecordingId& id,
                                   std::span<const std::byte> plain) {
    storage::crypto::Sealer sealer(key, {id, "original", 0, true});
    std::vector<std::byte> out(sealer.header().begin(), sealer.header().end());
    const auto at = out.size();
    out.resize(at + storage::crypto::Sealer::bound(plain.size()) + storage::crypto::kSealTagBytes);
    auto size = at + sealer.seal(plain, std::span(out).subspan(at));
    size += sealer.finish(std::span(out).subspan(size));
    out.resize(size);
    return out;
}

/// The text, or what a source gives before it fails.
std::string body_of(http::Response& response) {
    if (const auto* text = std::get_if<std::string>(&response.body)) return *text;
    auto& source = *std::get<std::unique_ptr<http::BodySource>>(response.body);
    std::string out;
    while (out.size() < source.size()) {
        const auto piece = await(source.next(std::size_t{256} * 1024));
        if (piece.has_error()) return out;
        out.append(reinterpret_cast<const char*>(piece->data()), piece->size());
    }
    return out;
}

}  // namespace

RightsWorld::RightsWorld(storage::objects::ObjectStore* objects)
    : database_(migrated_database()),
      catalogue_({.connection = Postgres::shared().connection(database_), .connections = 2}),
      vault_(vault_in(folder_.path() / "vault")),
      folder_store_(storage::objects::FileStore::open({.root = folder_.path() / "objects"}, pool_, memory_).value()),
      store_(objects != nullptr ? *objects : *folder_store_),
      authenticator_(callers(), mac_under(keys_, KeyPurpose::kPseudonym), mac_under(keys_, KeyPurpose::kSession),
                     clock_) {
    const auto signing = vault_->create(KeyPurpose::kLedger, "ledger").value();
    signer_ = std::make_unique<storage::audit::NoteSigner>(
        storage::audit::NoteSigner::create(*vault_, "example.com/log/ledger", {signing}).value());
    ledger_ = std::make_unique<storage::audit::DeletionLedger>(store_, *signer_, pool_, "example.com/log");
    services_.reset(new recordings::Services{clock_,
                                             log_,
                                             metrics_,
                                             authenticator_,
                                             catalogue_,
                                             store_,
                                             memory_,
                                             *vault_,
                                             pool_,
                                             data_keys_,
                                             keys_,
                                             rules_,
                                             days_,
                                             refusals_,
                                             residency_,
                                             *ledger_,
                                             "gateway-1",
                                             std::chrono::seconds(10),
                                             std::chrono::hours(1),
                                             std::uint64_t{1} << 20U,
                                             4,
                                             2});
    plays_ = std::make_unique<recordings::PlayRegistry>(*services_, std::chrono::seconds(15), std::chrono::minutes(5));
    withdrawals_ = std::make_unique<recordings::WithdrawConsent>(*services_, *plays_);
    restrictions_ = std::make_unique<recordings::Restrictions>(*services_, *plays_);
    holds_ = std::make_unique<recordings::Holds>(*services_);
    erasures_ = std::make_unique<recordings::ProposeErasure>(*services_);
    proposals_ = std::make_unique<recordings::Proposals>(*services_, *plays_);
    serve(Method::kPost, "/v1/withdrawals", [this](http::Request& r) { return withdrawals_->handle(r); });
    serve(Method::kPost, "/v1/recordings/{id}/restrictions",
          [this](http::Request& r) { return restrictions_->set(r); });
    serve(Method::kDelete, "/v1/recordings/{id}/restrictions/{restriction}",
          [this](http::Request& r) { return restrictions_->lift(r); });
    serve(Method::kPost, "/v1/holds", [this](http::Request& r) { return holds_->place(r); });
    serve(Method::kGet, "/v1/holds/{id}", [this](http::Request& r) { return holds_->get(r); });
    serve(Method::kPost, "/v1/holds/{id}/review", [this](http::Request& r) { return holds_->review(r); });
    serve(Method::kPost, "/v1/holds/{id}/release", [this](http::Request& r) { return holds_->release(r); });
    serve(Method::kPost, "/v1/erasures", [this](http::Request& r) { return erasures_->handle(r); });
    serve(Method::kGet, "/v1/proposals", [this](http::Request& r) { return proposals_->list(r); });
    serve(Method::kGet, "/v1/proposals/{id}", [this](http::Request& r) { return proposals_->get(r); });
    serve(Method::kDelete, "/v1/proposals/{id}", [this](http::Request& r) { return proposals_->refuse(r); });
    serve(Method::kPost, "/v1/proposals/{id}/approval", [this](http::Request& r) { return proposals_->approve(r); });
    epoch_key_ = vault_->create(KeyPurpose::kEpoch, "1").value();
    const auto secret = storage::keys::EpochSeal::make(*vault_, epoch_key_).value();
    await(catalogue_.keys().begin_epoch(1, epoch_key_, secret, services_->deadline())).value();
}

void RightsWorld::serve(Method method, const char* pattern, http::Handler handler) {
    router_.add(method, pattern, recordings::idempotent(*services_, std::move(handler)), {.name = "test"});
}

policy::KeyId RightsWorld::day_key(policy::Date date) {
    const auto known = day_keys_.find(date);
    if (known != day_keys_.end()) return known->second;
    const auto key = vault_->create(KeyPurpose::kDay, policy::text(date)).value();
    await(catalogue_.keys().plan_day_key(date, key, services_->deadline())).value();
    await(catalogue_.keys().open_day_key(date, key, services_->deadline())).value();
    return day_keys_[date] = key;
}

RightsWorld::Answer RightsWorld::ask(uid_t who, Method method, std::string target, std::string body, std::string key) {
    RequestParts parts;
    parts.method = method;
    parts.target = std::move(target);
    parts.body = std::move(body);
    if (!key.empty()) parts.headers.emplace_back("Idempotency-Key", key);
    parts.peer.local = http::LocalPeer{who, who, 1};
    HttpRequest asked(std::move(parts), storage::crypto::random_id<policy::RequestId>());
    auto& request = asked.request();
    const auto match = router_.match(request.method(), request.path());
    const auto& found = std::get<http::Found>(match);
    request.set_params(found.params);
    auto response = await(found.route->handler(request));
    const auto* location = response.header("Location");
    auto text = body_of(response);
    return {response.status, std::move(text), location ? *location : ""};
}

policy::RecordingId RightsWorld::stored(const std::string& reference, const std::string& basis, int lives_in_days,
                                        const std::vector<std::byte>& wav) {
    catalogue::NewRecording out;
    out.row.id = storage::crypto::random_id<policy::RecordingId>();
    out.row.sender = "pbx";
    out.row.purge_date = day(lives_in_days);
    out.row.started_at = clock_.now() - std::chrono::hours(1);
    out.row.received_at = clock_.now();
    out.row.team = "support";
    out.row.basis = basis;
    out.row.purposes = {"quality"};
    out.row.profile = "EU";
    out.row.rule_id = "retention.default";
    out.row.media = wav.empty() ? "{}" : media_of(wav);
    const auto mac_of = [&](std::string text) {
        return await(keys_.mac(KeyPurpose::kTombstone, std::move(text), services_->deadline())).value();
    };
    out.ref_mac = mac_of(recordings::reference_text("pbx", reference));
    out.content_mac = mac_of("content");
    out.day_key = day_key(out.row.purge_date);
    const auto data_key = storage::crypto::Key256::random();
    const auto sealed = sealed_with(data_key, out.row.id, wav);
    const auto object = storage::objects::ObjectName::parse("recordings/" + out.row.id.text()).value();
    if (!wav.empty()) await(storage::objects::put_once(store_, object, sealed, services_->deadline())).value();
    out.objects.push_back({object.text(), "original", 0, static_cast<std::int64_t>(sealed.size())});
    recordings::PersonalFields fields;
    fields.log_id = storage::keys::log_id_of(data_key);
    const auto bytes = recordings::encode(fields);
    const storage::keys::SecretPlace place{out.row.id, out.row.purge_date, out.day_key,
                                           await(services_->keys.epoch_of(1, services_->deadline())).value()};
    out.secret = {1, storage::keys::seal_recording_secret(*vault_, place, data_key,
                                                          bytes.reveal(storage::crypto::InsecureSecretAccess{}))
                         .value()};
    out.entry = {std::byte{'x'}};
    const auto id = out.row.id;
    await(catalogue_.recordings().push(std::move(out), {std::chrono::steady_clock::now(), std::chrono::hours(1)},
                                       services_->deadline()))
        .value();
    return id;
}

void RightsWorld::played(const policy::RecordingId& recording, uid_t by) {
    Postgres::shared().query(
        database_,
        "insert into play (id, recording_id, version, past_purge_date, session_mac, session_started, subject, "
        "purpose, gateway, lease_until) values (gen_random_uuid(), '" +
            recording.text() + "', 1, false, '\\x00', now(), '" + pseudonym(by) + "', 'subject_request', 'g', now())");
}

std::string RightsWorld::pseudonym(uid_t who) {
    RequestParts parts;
    parts.peer.local = http::LocalPeer{who, who, 1};
    HttpRequest asked(std::move(parts));
    return await(authenticator_.authenticate(asked.request())).value().subject.pseudonym;
}

Over::Over(const recordings::Services& s, storage::keys::KeyVault& vault)
    : keys(s.catalogue, vault, s.vault_pool), services{s.clock,        s.log,
                                                       s.metrics,      s.authenticator,
                                                       s.catalogue,    s.objects,
                                                       s.memory,       vault,
                                                       s.vault_pool,   s.data_keys,
                                                       keys,           s.rules,
                                                       s.days,         s.refusals,
                                                       s.residency,    s.ledger,
                                                       s.gateway,      s.request_time,
                                                       s.upload_lease, s.max_recording_bytes,
                                                       s.max_uploads,  s.max_plays_per_subject} {}

}  // namespace tests
