#include "storage/catalogue/keys.hpp"

#include <optional>
#include <thread>

#include "tests/support/catalogue_site.hpp"

// Which key counts: day keys, keep keys, epochs, long-lived keys.

using namespace storage::catalogue;  // NOLINT(google-build-using-namespace)
using namespace std::chrono_literals;
using policy::Code;
using policy::KeyId;
using tests::await;
using tests::bytes;
using tests::CatalogueSite;
using tests::date;
using tests::id_of;
using tests::mac_of;
using tests::soon;

namespace {

const policy::Date kDay = date("2027-02-24");

KeyState state_of(CatalogueSite& site, policy::Date day = kDay) {
    return await(site.catalogue.keys().day_key(day, soon())).value().state;
}

KeyId key_of(CatalogueSite& site, policy::Date day = kDay) {
    return await(site.catalogue.keys().day_key(day, soon())).value().key;
}

KeyId open_keep_key(CatalogueSite& site, std::uint64_t n, const std::string& label) {
    const auto key = id_of<KeyId>(n);
    REQUIRE(await(site.catalogue.keys().plan_keep_key(label, key, soon()))->key == key);
    REQUIRE(await(site.catalogue.keys().open_keep_key(key, soon())));
    return key;
}

policy::Result<void> rewrap(CatalogueSite& site, policy::RecordingId id, KeyId key,
                            std::string_view entry = "rewrapped") {
    const auto facts = site.facts(id);
    return await(site.catalogue.keys().rewrapped(id, facts.access.version, facts.secret.sealed, {1, bytes("kept")},
                                                 {mac_of("kept token")}, key, bytes(entry), soon()));
}

}  // namespace

TEST_CASE("Of many keys entered for one date at once one counts, and all are told which") {
    CatalogueSite site({.connection = {}, .connections = 8});
    std::vector<Answer<DayKey>> entered;
    for (std::uint64_t n = 1; n <= 8; ++n)
        entered.push_back(site.catalogue.keys().plan_day_key(kDay, id_of<KeyId>(n), soon()));
    const auto answers = tests::await_all(std::move(entered));
    const auto counts = await(site.catalogue.keys().day_key(kDay, soon())).value();
    CHECK(counts.state == KeyState::kPlanned);
    for (const auto& answer : answers) {
        if (answer) CHECK(answer->key == counts.key);
        if (!answer) CHECK(answer.error().code == Code::kUnavailable);
    }
    CHECK(site.count("day_key") == 1);
}

TEST_CASE("A day key goes from planned to open, closed and destroyed, and never back") {
    CatalogueSite site;
    auto& keys = site.catalogue.keys();
    CHECK(await(keys.day_key(kDay, soon())).error().code == Code::kNotFound);
    CHECK(await(keys.close_day_key(kDay, bytes("none"), soon())).error().code == Code::kNotFound);
    const auto key = id_of<KeyId>(1);
    REQUIRE(await(keys.plan_day_key(kDay, key, soon())));
    CHECK(await(keys.day_key_destroyed(kDay, key_of(site), bytes("early"), soon())).error().code == Code::kConflict);
    CHECK(await(keys.open_day_key(kDay, id_of<KeyId>(2), soon())).error().code == Code::kConflict);
    REQUIRE(await(keys.open_day_key(kDay, key, soon())));
    REQUIRE(await(keys.open_day_key(kDay, key, soon())));
    CHECK(state_of(site) == KeyState::kOpen);
    CHECK(await(keys.day_key_destroyed(kDay, key_of(site), bytes("early"), soon())).error().code == Code::kConflict);
    REQUIRE(await(keys.close_day_key(kDay, bytes("closed"), soon())));
    REQUIRE(await(keys.close_day_key(kDay, bytes("closed"), soon())));
    CHECK(state_of(site) == KeyState::kClosed);
    CHECK(await(keys.open_day_key(kDay, key, soon())).error().code == Code::kConflict);
    REQUIRE(await(keys.day_key_destroyed(kDay, key_of(site), bytes("destroyed"), soon())));
    REQUIRE(await(keys.day_key_destroyed(kDay, key_of(site), bytes("destroyed"), soon())));
    CHECK(state_of(site) == KeyState::kDestroyed);
    CHECK(await(keys.open_day_key(kDay, key, soon())).error().code == Code::kConflict);
    // The date keeps its dead key: no other takes its place.
    const auto again = await(keys.plan_day_key(kDay, id_of<KeyId>(3), soon()));
    CHECK(again->key == key);
    CHECK(again->state == KeyState::kDestroyed);
    CHECK(site.entries("closed") == 1);
    CHECK(site.entries("destroyed") == 1);
    CHECK(site.entries("early") == 0);
    CHECK(site.entries("none") == 0);
}

TEST_CASE("Keys are listed by date, and what a purge has to end by what is left of it") {
    CatalogueSite site;
    auto& keys = site.catalogue.keys();
    for (const char* const day : {"2026-12-03", "2026-12-01", "2026-12-02", "2026-12-04"}) site.open_day(date(day));
    REQUIRE(await(keys.close_day_key(date("2026-12-01"), bytes("c"), soon())));
    REQUIRE(await(keys.day_key_destroyed(date("2026-12-01"), key_of(site, date("2026-12-01")), bytes("d"), soon())));
    REQUIRE(await(keys.close_day_key(date("2026-12-04"), bytes("c"), soon())));
    const auto listed = await(keys.day_keys(date("2026-12-02"), date("2026-12-03"), soon()));
    REQUIRE(listed->size() == 2);
    CHECK(listed->front().purge_date == date("2026-12-02"));
    std::vector<policy::Date> ending;
    for (const auto& key : await(keys.day_keys_to_destroy(date("2026-12-02"), soon())).value())
        ending.push_back(key.purge_date);
    CHECK(ending == std::vector{date("2026-12-02"), date("2026-12-04")});
}

TEST_CASE("A day key is not destroyed while a recording that stays hangs on it") {
    CatalogueSite site;
    auto& keys = site.catalogue.keys();
    const auto held = site.store(1);
    const auto statutory = site.store(2, [](NewRecording& recording) {
        recording.row.kept_until = date("2031-11-24");
        recording.row.retention_class = "mifid";
    });
    const auto plain = site.store(3);
    site.store(4, [](NewRecording& recording) { recording.row.purge_date = date("2027-02-25"); });
    REQUIRE(await(site.catalogue.rights().hold({id_of<policy::HoldId>(1), "m", "dpo", date("2027-05-01")}, {held}, {},
                                               bytes("h"), soon())));
    REQUIRE(await(keys.close_day_key(kDay, bytes("closed"), soon())));
    CHECK(*await(keys.day_key_keepers(kDay, soon())) == 3);
    CHECK(*await(site.catalogue.purge().mark_due(kDay, 100, soon())) == 1);
    CHECK(site.facts(plain).access.state == "purging");
    CHECK(*await(keys.day_key_keepers(kDay, soon())) == 2);
    CHECK(await(keys.day_key_destroyed(kDay, key_of(site), bytes("early"), soon())).error().code == Code::kConflict);

    const auto to_keep = await(keys.to_keep(kDay, std::nullopt, 100, soon())).value();
    REQUIRE(to_keep.size() == 2);
    const PurgeCursor first{to_keep[0].purge_date, to_keep[0].id};
    REQUIRE(await(keys.to_keep(kDay, first, 100, soon()))->size() == 1);
    CHECK(to_keep[0].id == held);
    CHECK(to_keep[0].hold == id_of<policy::HoldId>(1));
    CHECK(to_keep[1].id == statutory);
    CHECK(to_keep[1].retention_class == "mifid");
    CHECK_FALSE(to_keep[1].hold);
    CHECK(to_keep[1].secret == Secret{1, bytes("secret 2")});
    const auto keep = open_keep_key(site, 50, "matter");
    REQUIRE(rewrap(site, held, keep));
    CHECK(await(keys.day_key_destroyed(kDay, key_of(site), bytes("early"), soon())).error().code == Code::kConflict);
    REQUIRE(rewrap(site, statutory, keep));
    CHECK(*await(keys.day_key_keepers(kDay, soon())) == 0);
    REQUIRE(await(keys.day_key_destroyed(kDay, key_of(site), bytes("destroyed"), soon())));
    CHECK(site.entries("early") == 0);
    CHECK(await(keys.to_keep(kDay, std::nullopt, 100, soon()))->empty());
}

TEST_CASE("A rewrap swaps secret and tokens together, on the very facts that it was made from") {
    CatalogueSite site;
    auto& keys = site.catalogue.keys();
    const auto id = site.store(1);
    const auto keep = open_keep_key(site, 50, "matter");
    const auto rewrapped = [&](std::int64_t version, std::string_view old, KeyId key) {
        return await(keys.rewrapped(id, version, bytes(old), {2, bytes("kept")}, {mac_of("new")}, key,
                                    bytes("rewrapped"), soon()));
    };
    CHECK(rewrapped(2, "secret 1", keep).error().code == Code::kConflict);
    CHECK(rewrapped(1, "other secret", keep).error().code == Code::kConflict);
    CHECK(rewrapped(1, "secret 1", id_of<KeyId>(51)).error().code == Code::kConflict);
    CHECK(site.facts(id).secret == Secret{1, bytes("secret 1")});
    CHECK(site.entries("rewrapped") == 0);
    REQUIRE(rewrapped(1, "secret 1", keep));
    CHECK(site.facts(id).secret == Secret{2, bytes("kept")});
    CHECK(site.facts(id).access.keep_key == keep);
    CHECK(site.facts(id).access.version == 2);
    CHECK(site.rows("select token from blind_index").size() == 1);
    CHECK(site.count("blind_index", "token = sha256('new')") == 1);
    CHECK(rewrapped(1, "secret 1", keep).error().code == Code::kConflict);
}

TEST_CASE("A keep key ends once nothing hangs on it, and its label may be used again") {
    CatalogueSite site;
    auto& keys = site.catalogue.keys();
    const auto id = site.store(1);
    const auto first = open_keep_key(site, 50, "restriction-2026-11");
    CHECK(await(keys.plan_keep_key("restriction-2026-11", id_of<KeyId>(51), soon()))->key == first);
    REQUIRE(rewrap(site, id, first));
    CHECK(await(keys.unused_keep_keys(0ms, 0ms, soon()))->empty());
    CHECK(await(keys.close_keep_key(first, soon())).error().code == Code::kConflict);
    REQUIRE(await(site.catalogue.purge().mark_erasure(id, std::nullopt, "erasure", kDay, true, bytes("m"), soon())));
    REQUIRE(await(
        site.catalogue.purge().finish(id_of<BatchId>(1), {{id, bytes("leaf")}}, kDay, "erasure", bytes("b"), soon())));
    CHECK(await(keys.unused_keep_keys(1h, 1h, soon()))->empty());
    REQUIRE(await(keys.unused_keep_keys(0ms, 0ms, soon()))->size() == 1);
    CHECK(await(keys.keep_key_destroyed(first, bytes("early"), soon())).error().code == Code::kConflict);
    REQUIRE(await(keys.close_keep_key(first, soon())));
    REQUIRE(await(keys.close_keep_key(first, soon())));
    CHECK(await(keys.open_keep_key(first, soon())).error().code == Code::kConflict);
    const auto late = site.store(2);
    CHECK(rewrap(site, late, first, "late").error().code == Code::kConflict);
    REQUIRE(await(keys.keep_key_destroyed(first, bytes("destroyed"), soon())));
    REQUIRE(await(keys.keep_key_destroyed(first, bytes("destroyed"), soon())));
    CHECK(site.entries("destroyed") == 1);
    CHECK(await(keys.keep_keys(soon()))->empty());
    // A purge that needs the month's key again must get one, or no day could end any more.
    const auto second = open_keep_key(site, 52, "restriction-2026-11");
    REQUIRE(rewrap(site, late, second));
    CHECK(await(keys.keep_keys(soon()))->size() == 1);
}

TEST_CASE("A keep key that a rewrap takes while it is being closed is not given up for destruction") {
    CatalogueSite site;
    auto& keys = site.catalogue.keys();
    const auto id = site.store(1);
    const auto keep = open_keep_key(site, 50, "matter");
    tests::PostgresLine rewrap(site.connection);
    rewrap.query(
        "set search_path = callvault; begin; select from keep_key for share; update recording set keep_key = '" +
        keep.text() + "'");
    std::optional<policy::Result<void>> closed;
    std::thread closing([&] { closed = await(keys.close_keep_key(keep, soon())); });
    while (site.value("select count(*) from pg_stat_activity where wait_event_type = 'Lock'") == "0")
        std::this_thread::sleep_for(10ms);
    rewrap.query("commit");
    closing.join();
    REQUIRE_FALSE(*closed);
    CHECK(closed->error().code == Code::kConflict);
    CHECK(await(keys.unused_keep_keys(0ms, 0ms, soon()))->empty());
    CHECK(site.facts(id).access.keep_key == keep);
}

TEST_CASE("Epochs follow each other one by one, and an old one ends when nothing is sealed under it") {
    CatalogueSite site;
    auto& keys = site.catalogue.keys();
    CHECK(await(keys.begin_epoch(2, id_of<KeyId>(2), bytes("secret 2"), soon())).error().code == Code::kConflict);
    REQUIRE(await(keys.begin_epoch(1, id_of<KeyId>(1), bytes("secret 1"), soon())));
    CHECK(await(keys.begin_epoch(1, id_of<KeyId>(9), bytes("secret 9"), soon())).error().code == Code::kConflict);
    const auto id = site.store(1);
    const auto other = site.store(2);
    REQUIRE(
        await(site.catalogue.directory().put({{"agent", "agent/7", {1, bytes("name")}}}, date("2026-12-01"), soon())));
    REQUIRE(await(keys.begin_epoch(2, id_of<KeyId>(2), bytes("secret 2"), soon())));
    const auto epochs = await(keys.epochs(soon())).value();
    REQUIRE(epochs.size() == 2);
    CHECK(epochs[0].state == KeyState::kClosed);
    CHECK(epochs[1].state == KeyState::kOpen);
    CHECK(epochs[1].key == id_of<KeyId>(2));
    CHECK(epochs[0].secret == bytes("secret 1"));
    CHECK(epochs[1].secret == bytes("secret 2"));
    CHECK(await(keys.epoch_destroyed(2, 0ms, {}, {}, bytes("open"), soon())).error().code == Code::kConflict);

    auto page = await(keys.sealed_before(SealedTable::kSecrets, 2, "", 1, soon())).value();
    REQUIRE(page.size() == 1);
    CHECK(*await(keys.reseal(SealedTable::kSecrets, {{page[0].key, bytes("changed meanwhile"), {2, bytes("x")}}},
                             soon())) == 0);
    CHECK(*await(keys.reseal(SealedTable::kSecrets, {{page[0].key, bytes("secret 1"), {2, bytes("fresh 1")}}},
                             soon())) == 1);
    CHECK(site.facts(id).secret == Secret{2, bytes("fresh 1")});
    page = await(keys.sealed_before(SealedTable::kSecrets, 2, page[0].key, 10, soon())).value();
    REQUIRE(page.size() == 1);
    CHECK(*await(keys.reseal(SealedTable::kSecrets, {{page[0].key, page[0].secret.sealed, {2, bytes("fresh 2")}}},
                             soon())) == 1);
    CHECK(site.facts(other).secret == Secret{2, bytes("fresh 2")});
    CHECK(await(keys.epoch_destroyed(1, 0ms, {}, {}, bytes("early"), soon())).error().code == Code::kConflict);

    page = await(keys.sealed_before(SealedTable::kDirectory, 2, "", 10, soon())).value();
    REQUIRE(page.size() == 1);
    CHECK(*await(keys.reseal(SealedTable::kDirectory, {{page[0].key, bytes("name"), {2, bytes("fresh name")}}},
                             soon())) == 1);
    CHECK(await(keys.sealed_before(SealedTable::kDirectory, 2, "", 10, soon()))->empty());
    CHECK(await(site.catalogue.directory().get("agent", {"agent/7"}, soon()))->front().secret ==
          Secret{2, bytes("fresh name")});
    CHECK(await(keys.epoch_destroyed(1, 1h, {}, {}, bytes("early"), soon())).error().code == Code::kConflict);
    REQUIRE(await(keys.epoch_destroyed(1, 0ms, {}, {}, bytes("ended"), soon())));
    REQUIRE(await(keys.epoch_destroyed(1, 0ms, {}, {}, bytes("ended"), soon())));
    CHECK(site.entries("ended") == 1);
    CHECK(site.entries("early") == 0);
    CHECK(await(keys.epochs(soon()))->size() == 1);
    CHECK(site.count("epoch_secret") == 1);  // that of the second
    // The number of a destroyed epoch is never used again.
    CHECK(await(keys.begin_epoch(1, id_of<KeyId>(8), bytes("secret 8"), soon())).error().code == Code::kConflict);
    // As if a version that knows of no secrets had begun the one before: its gateways may still run.
    site.rows("delete from epoch_secret");
    REQUIRE(await(keys.begin_epoch(3, id_of<KeyId>(3), bytes("secret 3"), soon())));
    CHECK(await(keys.epochs(soon()))->back().secret.empty());
    site.rows("update schema_migration set applied_at = now() - interval '25 hours'");
    REQUIRE(await(keys.begin_epoch(4, id_of<KeyId>(4), bytes("secret 4"), soon())));
    CHECK(await(keys.epochs(soon()))->back().secret == bytes("secret 4"));
}

TEST_CASE("Of many gateways that begin the next epoch at once one does") {
    CatalogueSite site({.connection = {}, .connections = 8});
    std::vector<Answer<void>> begun;
    for (std::uint64_t n = 1; n <= 8; ++n)
        begun.push_back(site.catalogue.keys().begin_epoch(1, id_of<KeyId>(n), bytes("secret"), soon()));
    std::size_t won = 0;
    for (const auto& answer : tests::await_all(std::move(begun))) {
        won += answer ? 1U : 0U;
        if (!answer) CHECK(answer.error().code == Code::kConflict);
    }
    CHECK(won == 1);
    CHECK(site.count("epoch_key") == 1);
}

// The first pushes of a new deployment, all at once, were told "ask again" with a 503.
TEST_CASE("Of many long-lived keys entered for one purpose at once one counts, and all are told which") {
    CatalogueSite site;
    std::vector<boost::asio::awaitable<policy::Result<KeyId>>> entered;
    for (std::uint64_t n = 1; n <= 16; ++n) {
        entered.push_back(site.catalogue.keys().adopt_vault_key("tombstone", id_of<KeyId>(n), soon()));
    }
    const auto answers = tests::await_all(std::move(entered));
    for (const auto& answer : answers) {
        REQUIRE(answer);
        CHECK(*answer == *answers.front());
    }
}

TEST_CASE("The first long-lived key of a purpose counts for ever") {
    CatalogueSite site;
    auto& keys = site.catalogue.keys();
    CHECK_FALSE(await(keys.vault_key("checkpoint", soon())).value());
    CHECK(*await(keys.adopt_vault_key("checkpoint", id_of<KeyId>(1), soon())) == id_of<KeyId>(1));
    CHECK(*await(keys.adopt_vault_key("checkpoint", id_of<KeyId>(2), soon())) == id_of<KeyId>(1));
    CHECK(*await(keys.adopt_vault_key("tombstone", id_of<KeyId>(3), soon())) == id_of<KeyId>(3));
    CHECK(await(keys.vault_key("checkpoint", soon())).value() == id_of<KeyId>(1));
}
