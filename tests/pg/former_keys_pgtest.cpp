// Keys that take over from others, of a date or of a matter, while recordings still hang on those.
#include "storage/catalogue/keys.hpp"

#include <set>

#include "tests/support/catalogue_site.hpp"

using namespace storage::catalogue;  // NOLINT(google-build-using-namespace)
using namespace std::chrono_literals;
using policy::Code;
using policy::KeyId;
using policy::RecordingId;
using tests::await;
using tests::bytes;
using tests::CatalogueSite;
using tests::date;
using tests::id_of;
using tests::mac_of;
using tests::soon;

namespace {

const policy::Date kFormerDay = date("2027-02-24");
const KeyId kFresh = id_of<KeyId>(70);

KeyId current_key(CatalogueSite& site) {
    return await(site.catalogue.keys().day_key(kFormerDay, soon())).value().key;
}

void supersede(CatalogueSite& site, KeyId fresh = kFresh) {
    REQUIRE(await(site.catalogue.keys().supersede_day_key(current_key(site), fresh, bytes("took over"), soon())));
}

std::vector<FormerKey> formers(CatalogueSite& site, std::chrono::milliseconds age = 0ms) {
    return await(site.catalogue.keys().former_keys(age, soon())).value();
}

policy::Result<void> take_to(CatalogueSite& site, RecordingId id, KeyId key, std::string_view entry = "") {
    const auto facts = site.facts(id);
    return await(site.catalogue.keys().rewrapped(id, facts.access.version, facts.secret.sealed, {1, bytes("anew")},
                                                 {mac_of("anew")}, key, bytes(entry), soon()));
}

std::vector<RecordingId> hanging_on(CatalogueSite& site, const FormerKey& key, RecordingId after = {}) {
    return await(site.catalogue.keys().hanging_on(key, after, 2, soon())).value();
}

}  // namespace

TEST_CASE("A key takes over from a date's open one, which is closed then and still known") {
    CatalogueSite site;
    auto& keys = site.catalogue.keys();
    const auto first = site.open_day(kFormerDay);
    supersede(site);
    CHECK(current_key(site) == kFresh);
    CHECK(await(keys.day_key_of(kFresh, soon()))->state == KeyState::kOpen);
    const auto old = await(keys.day_key_of(first, soon())).value();
    CHECK(old.state == KeyState::kClosed);
    CHECK(old.turn == KeyTurn::kFormer);
    CHECK(may_hold(old));
    CHECK(await(keys.day_keys(kFormerDay, kFormerDay, soon()))->size() == 2);
    CHECK(site.entries("took over") == 1);
    // Once: who comes second has nothing to take over from.
    CHECK(await(keys.supersede_day_key(first, id_of<KeyId>(71), bytes("late"), soon())).error().code ==
          Code::kConflict);
    CHECK(site.entries("late") == 0);
    CHECK(await(keys.plan_day_key(kFormerDay, id_of<KeyId>(72), soon()))->key == kFresh);
    CHECK(await(keys.day_key_of(id_of<KeyId>(72), soon())).error().code == Code::kNotFound);
}

TEST_CASE("Nothing is pushed under a key from which another took over") {
    CatalogueSite site;
    site.store(1);
    auto late = site.recording(2);
    late.day_key = current_key(site);
    supersede(site);
    CHECK(std::holds_alternative<KeyNotOpen>(*site.push(std::move(late))));
    auto fresh = site.recording(2);
    fresh.day_key = kFresh;
    CHECK(std::holds_alternative<Stored>(*site.push(std::move(fresh))));
}

TEST_CASE("What hangs on a former key is listed until it was rewrapped under the one in its place") {
    CatalogueSite site;
    auto& keys = site.catalogue.keys();
    std::set<RecordingId> all;
    for (std::uint64_t n = 1; n <= 3; ++n) all.insert(site.store(n));
    all.insert(site.store(4, [](NewRecording& recording) {
        recording.row.kept_until = date("2031-11-24");
        recording.row.retention_class = "mifid";
    }));
    site.store(5, [](NewRecording& recording) { recording.row.purge_date = date("2027-02-25"); });
    const auto first = current_key(site);
    CHECK(formers(site).empty());
    supersede(site);
    CHECK(formers(site, 1h).empty());  // gateways may not know yet
    REQUIRE(formers(site).size() == 1);
    const auto key = formers(site).front();
    CHECK(key.key == first);
    CHECK(key.successor == kFresh);
    CHECK(key.purge_date == kFormerDay);
    std::set<RecordingId> listed;
    RecordingId after;
    for (auto page = hanging_on(site, key); !page.empty(); page = hanging_on(site, key, after)) {
        CHECK(page.size() <= 2);
        listed.insert(page.begin(), page.end());
        after = page.back();
    }
    CHECK(listed == all);
    for (const auto& id : all) {
        REQUIRE(await(keys.emptied(first, soon())));
        CHECK(formers(site).size() == 1);  // not while one hangs on it
        REQUIRE(take_to(site, id, kFresh));
        CHECK(site.facts(id).day_key == kFresh);
        CHECK_FALSE(site.facts(id).access.keep_key);
    }
    CHECK(site.entries("") == 0);
    CHECK(hanging_on(site, key).empty());
    REQUIRE(await(keys.emptied(first, soon())));
    CHECK(formers(site).empty());
    const auto old = await(keys.day_key_of(first, soon())).value();
    CHECK(old.turn == KeyTurn::kEmptied);
    CHECK(old.state == KeyState::kClosed);  // it goes on its day
    CHECK_FALSE(may_hold(old));
}

TEST_CASE("A recording is rewrapped under the open day key of its own date only") {
    CatalogueSite site;
    const auto id = site.store(1);
    const auto other_day = site.open_day(date("2027-02-25"));
    CHECK(take_to(site, id, other_day).error().code == Code::kConflict);
    const auto first = current_key(site);
    supersede(site);
    CHECK(take_to(site, id, first).error().code == Code::kConflict);
    CHECK(site.facts(id).secret == Secret{1, bytes("secret 1")});
    REQUIRE(take_to(site, id, kFresh));
}

TEST_CASE("Plays that run go on over a rewrap: what decides about access has not changed") {
    CatalogueSite site;
    const auto id = site.store(1);
    const auto play = [&](int version, const char* closed) {
        site.rows(
            "insert into play (id, recording_id, version, past_purge_date, session_mac, session_started, subject, "
            "purpose, "
            "gateway, lease_until, closed_at) values (gen_random_uuid(), '" +
            id.text() + "', " + std::to_string(version) + ", false, '\\x00', now(), 's', 'quality', 'g', now(), " +
            closed + ")");
    };
    play(1, "null");
    play(0, "null");  // opened on older facts: it ends as it would have
    play(1, "now()");
    supersede(site);
    REQUIRE(take_to(site, id, kFresh));
    CHECK(site.facts(id).access.version == 2);
    CHECK(site.count("play", "closed_at is null and version = 2") == 1);
    CHECK(site.count("play", "closed_at is null and version = 0") == 1);
    CHECK(site.count("play", "closed_at is not null and version = 1") == 1);
}

TEST_CASE("On its day a date ends with all of its keys, those of other dates stay") {
    CatalogueSite site;
    auto& keys = site.catalogue.keys();
    const auto first = site.open_day(kFormerDay);
    supersede(site);
    REQUIRE(await(keys.emptied(first, soon())));
    CHECK(await(keys.day_keys_to_destroy(policy::add_days(kFormerDay, -1), soon()))->empty());
    const auto ending = await(keys.day_keys_to_destroy(kFormerDay, soon())).value();
    REQUIRE(ending.size() == 2);
    CHECK(ending[0].key == kFresh);
    CHECK(ending[1].key == first);
    REQUIRE(await(keys.close_day_key(kFormerDay, bytes("closed"), soon())));
    REQUIRE(await(keys.day_key_destroyed(kFormerDay, kFresh, bytes("destroyed"), soon())));
    CHECK(await(keys.day_key_of(first, soon()))->state == KeyState::kClosed);
    CHECK(await(keys.day_keys_to_destroy(kFormerDay, soon()))->size() == 1);
    REQUIRE(await(keys.day_key_destroyed(kFormerDay, first, bytes("destroyed"), soon())));
    CHECK(await(keys.day_keys_to_destroy(kFormerDay, soon()))->empty());
    CHECK(site.entries("closed") == 1);
    CHECK(site.entries("destroyed") == 2);
    CHECK(formers(site).empty());
}

TEST_CASE("A keep key takes over from another under the same label, and the former stays while old copies hang on it") {
    CatalogueSite site;
    auto& keys = site.catalogue.keys();
    const auto id = site.store(1);
    const auto first = id_of<KeyId>(50);
    REQUIRE(await(keys.plan_keep_key("matter", first, soon())));
    REQUIRE(await(keys.open_keep_key(first, soon())));
    REQUIRE(take_to(site, id, first, "kept"));
    REQUIRE(await(keys.supersede_keep_key(first, kFresh, bytes("took over"), soon())));
    CHECK(await(keys.plan_keep_key("matter", id_of<KeyId>(51), soon()))->key == kFresh);
    REQUIRE(formers(site).size() == 1);
    const auto key = formers(site).front();
    CHECK(key.key == first);
    CHECK(key.successor == kFresh);
    CHECK_FALSE(key.purge_date);
    // Nothing hangs on the new one yet, and it must not be taken away before.
    CHECK(await(keys.keep_keys(soon()))->size() == 2);
    CHECK(await(keys.unused_keep_keys(0ms, 0ms, soon()))->empty());
    CHECK(hanging_on(site, key) == std::vector{id});
    REQUIRE(take_to(site, id, kFresh));
    CHECK(site.facts(id).access.keep_key == kFresh);
    CHECK(hanging_on(site, key).empty());
    REQUIRE(await(keys.emptied(first, soon())));
    CHECK(formers(site).empty());
    CHECK(await(keys.unused_keep_keys(0ms, 1h, soon()))->empty());
    const auto unused = await(keys.unused_keep_keys(0ms, 0ms, soon())).value();
    REQUIRE(unused.size() == 1);
    CHECK(unused.front().key == first);
    CHECK(unused.front().turn == KeyTurn::kEmptied);
    REQUIRE(await(keys.close_keep_key(first, soon())));
    REQUIRE(await(keys.keep_key_destroyed(first, bytes("gone"), soon())));
}

TEST_CASE("A date may be taken over again and again; every former key is rewrapped under the last") {
    CatalogueSite site;
    const auto id = site.store(1);
    supersede(site);
    supersede(site, id_of<KeyId>(71));
    const auto all = formers(site);
    REQUIRE(all.size() == 2);
    for (const auto& key : all) CHECK(key.successor == id_of<KeyId>(71));
    REQUIRE(take_to(site, id, id_of<KeyId>(71)));
}
