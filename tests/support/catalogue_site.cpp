#include "tests/support/catalogue_site.hpp"

#include <stdexcept>

#include "storage/crypto/bytes.hpp"
#include "storage/crypto/sha256.hpp"

namespace tests {

using namespace storage::catalogue;  // NOLINT(google-build-using-namespace)

namespace {

constexpr const char* kEmpty =
    "set search_path = callvault;"
    "update tree_head set size = 0, published_size = 0, published_root = sha256(''), checkpoint = '';"
    "update clock_mark set high_water = null;"
    "do $$ declare t text; begin for t in select tablename from pg_tables where schemaname = 'callvault' and tablename "
    "not in "
    "('tree_head', 'clock_mark', 'schema_migration') loop execute 'delete from ' || t; end loop; end $$";

std::vector<std::string>& idle_databases() {
    static std::vector<std::string> names;
    return names;
}

Settings with(Settings settings, const std::string& connection) {
    settings.connection = connection;
    return settings;
}

}  // namespace

std::string migrated_database() {
    Postgres& postgres = Postgres::shared();
    static const std::string migrated = [&] {
        const std::string name = postgres.fresh_database();
        const auto done = Catalogue::migrate(postgres.connection(name));
        if (!done) throw policy::BadResult(done.error());
        return name;
    }();
    return postgres.fresh_database(migrated);
}

CatalogueSite::Database::Database() {
    if (idle_databases().empty()) {
        name = migrated_database();
        return;
    }
    name = idle_databases().back();
    idle_databases().pop_back();
    Postgres::shared().query(name, kEmpty);
}

CatalogueSite::Database::~Database() {
    idle_databases().push_back(name);
}

CatalogueSite::CatalogueSite(Settings settings)
    : connection(Postgres::shared().connection(database.name)), catalogue(with(std::move(settings), connection)) {}

TextRows CatalogueSite::rows(const std::string& sql) const {
    return Postgres::shared().query(database.name, "set search_path = callvault; " + sql);
}

std::string CatalogueSite::value(const std::string& sql) const {
    return rows(sql).at(0).at(0);
}

std::int64_t CatalogueSite::count(const std::string& table, const std::string& where) const {
    return std::stoll(value("select count(*) from " + table + " where " + where));
}

std::int64_t CatalogueSite::entries(std::string_view text) const {
    return count("audit_entry", "bytes = convert_to('" + std::string(text) + "', 'UTF8')");
}

policy::KeyId CatalogueSite::open_day(policy::Date purge_date) {
    const auto day = std::chrono::sys_days(purge_date).time_since_epoch().count();
    const auto wanted = id_of<policy::KeyId>(1'000'000 + static_cast<std::uint64_t>(day));
    const auto planned = await(catalogue.keys().plan_day_key(purge_date, wanted, soon()));
    if (!planned) throw policy::BadResult(planned.error());
    const auto opened = await(catalogue.keys().open_day_key(purge_date, wanted, soon()));
    if (!opened) throw policy::BadResult(opened.error());
    return wanted;
}

NewRecording CatalogueSite::recording(std::uint64_t n) const {
    const std::string number = std::to_string(n);
    NewRecording out;
    out.row.id = id_of<policy::RecordingId>(n);
    out.row.sender = "pbx";
    out.row.purge_date = date("2027-02-24");
    out.row.started_at = instant("2026-11-24T10:00:00.250Z") + std::chrono::seconds(n);
    out.row.received_at = instant("2026-11-24T11:00:00.500Z") + std::chrono::seconds(n);
    out.row.team = "support";
    out.row.basis = "consent";
    out.row.purposes = {"quality", "training"};
    out.row.profile = "NL";
    out.row.rule_id = "retention.default";
    out.row.media = "{}";
    out.ref_mac = mac_of("reference " + number);
    out.content_mac = mac_of("content " + number);
    out.objects = {{"recordings/2027-02-24/" + number, "original", 0, 1000 + static_cast<std::int64_t>(n)}};
    out.secret = {1, bytes("secret " + number)};
    out.tokens = {mac_of("number " + number)};
    out.entry = bytes("push " + number);
    return out;
}

policy::Result<PushOutcome> CatalogueSite::push(NewRecording recording) {
    return await(catalogue.recordings().push(std::move(recording), fresh_upload(), soon()));
}

policy::RecordingId CatalogueSite::store(std::uint64_t n, const std::function<void(NewRecording&)>& change) {
    NewRecording wanted = recording(n);
    if (change) change(wanted);
    wanted.day_key = open_day(wanted.row.purge_date);
    const policy::RecordingId id = wanted.row.id;
    const auto outcome = push(std::move(wanted));
    if (!outcome) throw policy::BadResult(outcome.error());
    if (!std::holds_alternative<Stored>(*outcome)) throw std::runtime_error("the push was not stored");
    return id;
}

RecordingFacts CatalogueSite::facts(policy::RecordingId id) {
    auto facts = await(catalogue.recordings().facts(id, soon()));
    if (!facts) throw policy::BadResult(facts.error());
    return std::move(*facts);
}

Mac mac_of(const std::string& text) {
    return storage::crypto::sha256(storage::crypto::bytes_of(text));
}

Bytes bytes(std::string_view text) {
    const auto view = storage::crypto::bytes_of(text);
    return {view.begin(), view.end()};
}

policy::Date date(std::string_view text) {
    return policy::parse_date(text).value();
}

policy::Instant instant(std::string_view text) {
    return policy::parse_instant(text).value();
}

UploadAge fresh_upload() {
    return {std::chrono::steady_clock::now(), std::chrono::hours(1)};
}

NewJob job(std::uint64_t n, std::string kind, std::string unique_key) {
    NewJob out;
    out.id = id_of<policy::JobId>(n);
    out.kind = std::move(kind);
    out.unique_key = std::move(unique_key);
    out.payload = bytes("{}");
    return out;
}

}  // namespace tests
