// Keys that move to another vault, over a real database and two vaults, while recordings live.
#include "gateway/jobs/key_mover.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "gateway/jobs/forget.hpp"
#include "gateway/jobs/keeper.hpp"
#include "gateway/jobs/key_maker.hpp"
#include "gateway/jobs/ledger_replay.hpp"
#include "gateway/recordings/stored_recording.hpp"
#include "storage/keys/moving_vault.hpp"
#include "storage/keys/recording_secret.hpp"
#include "tests/pg/rights_world.hpp"
#include "tests/support/forwarding_vault.hpp"

namespace {

using storage::audit::LedgerKind;
using storage::keys::FileVault;
using storage::keys::KeyPurpose;
using storage::keys::MovingVault;
using tests::await;
using tests::ForwardingVault;
using tests::go_on;
using tests::Postgres;
using tests::RightsWorld;

std::unique_ptr<FileVault> empty_vault(const std::filesystem::path& folder) {
    storage::keys::RootSecret secret(storage::crypto::Key256::random());
    FileVault::initialise({folder, {}, secret.clone(), std::nullopt}).value();
    return FileVault::open({folder, {}, std::move(secret), std::nullopt}).value();
}

bool holds(storage::keys::KeyVault& vault, const std::string& id) {
    const auto keys = vault.list().value();
    return std::ranges::any_of(keys, [&](const auto& key) { return key.id.text() == id; });
}

class MovingWorld : public RightsWorld {
  public:
    tests::TemporaryFolder new_folder;
    storage::keys::KeyVault& old_vault = RightsWorld::services().vault;
    std::unique_ptr<FileVault> new_vault = empty_vault(new_folder.path() / "vault");
    MovingVault both{std::make_unique<ForwardingVault>(*new_vault), std::make_unique<ForwardingVault>(old_vault)};
    tests::Over over{RightsWorld::services(), both};
    gateway::recordings::Services& moving = over.services;
    gateway::jobs::KeyMover mover{moving};

    void sql(const std::string& statement) { Postgres::shared().query(database(), statement); }
    /// As if every gateway had had its time to hear of the new keys.
    void let_it_be_known() { sql("update former_key set superseded_at = superseded_at - interval '1 minute'"); }
    /// New keys, and everything rewrapped.
    void move(gateway::jobs::KeyMover& by) {
        await(by.step()).value();
        let_it_be_known();
        while (await(by.step()).value() == std::chrono::milliseconds(0)) {
        }
    }
    void move() { move(mover); }

    std::string key_of(const policy::RecordingId& id) {
        return one("select replace(coalesce(keep_key, day_key)::text, '-', '') from recording where id = '" +
                   id.text() + "'");
    }
    std::string turn(const std::string& key) {
        return one(
            "select coalesce((select state from (select key_id, state from day_key union all select key_id, "
            "state from keep_key) k where key_id = '" +
            key +
            "'), (select case when destroyed_at is null then "
            "'closed' else 'destroyed' end from former_key where key_id = '" +
            key +
            "')) || coalesce((select "
            "case when emptied_at is null then ' former' else ' emptied' end from former_key where key_id = '" +
            key + "'), '')");
    }
    bool opens(gateway::recordings::Services& services, const policy::RecordingId& id) {
        const auto stored = await(services.catalogue.recordings().facts(id, services.deadline())).value();
        const auto epoch = await(services.keys.epoch_of(stored.secret.epoch, services.deadline())).value();
        const storage::keys::SecretPlace place{id, stored.row.purge_date,
                                               stored.access.keep_key.value_or(stored.day_key), epoch};
        return await(gateway::recordings::open_fields(services, stored)).has_value() &&
               storage::keys::open_audio_key(services.vault, place, stored.secret.sealed).has_value();
    }
    template <class... Ids>
    void hold(const Ids&... ids) {
        std::string named;
        ((named += (named.empty() ? "\"" : ",\"") + ids.text() + '"'), ...);
        const auto answer = post(kOlivia, "/v1/holds",
                                 R"({"recordings":[)" + named + R"(],"matter":"m","owner":"o","review_on":")" +
                                     policy::text(day(30)) + R"("})");
        REQUIRE(answer.status == 201);
    }
};

}  // namespace

TEST_CASE("Recordings move to keys of the new vault, and need nothing of the old one but the epoch's key") {
    MovingWorld world;
    const auto a = world.recording("a");
    const auto b = world.recording("b", "consent", 30);
    const auto old_a = world.key_of(a), old_b = world.key_of(b);
    world.move();
    for (const auto& [id, old] : {std::pair{a, old_a}, std::pair{b, old_b}}) {
        CHECK(world.key_of(id) != old);
        CHECK(holds(*world.new_vault, world.key_of(id)));
        CHECK(world.turn(world.key_of(id)) == "open");
        CHECK(world.turn(old) == "closed emptied");
        CHECK(holds(world.old_vault, old));  // it goes on its day
        CHECK(world.opens(world.moving, id));
        REQUIRE(world.old_vault.destroy(policy::KeyId::parse(old).value()).has_value());
        CHECK(world.opens(world.moving, id));
    }
    CHECK(world.one("select count(*) from audit_entry where convert_from(bytes, 'UTF8') like '%vault_move%'") == "2");
}

TEST_CASE("The key maker begins an epoch in the new vault at once, and seals everything under it") {
    MovingWorld world;
    const auto a = world.recording("a");
    gateway::jobs::KeyMaker maker(world.moving, {0, std::chrono::hours(24)});
    await(maker.step()).value();
    CHECK(world.one("select epoch from secret") == "2");
    const auto key = world.one("select replace(key_id::text, '-', '') from epoch_key where epoch = 2");
    CHECK(holds(*world.new_vault, key));
    CHECK(world.opens(world.moving, a));
    await(maker.step()).value();
    CHECK(world.one("select max(epoch) from epoch_key") == "2");  // once is enough
}

TEST_CASE("What is held moves to a keep key of the new vault; the old one stays until old copies are dark") {
    MovingWorld world;
    const auto held = world.recording("a", "consent", 5);
    world.hold(held);
    gateway::jobs::Keeper keeper(world.services());
    await(keeper.step()).value();
    const auto old = world.key_of(held);
    REQUIRE(world.one("select count(*) from keep_key") == "1");
    world.move();
    CHECK(world.key_of(held) != old);
    CHECK(holds(*world.new_vault, world.key_of(held)));
    CHECK(world.turn(old) == "closed emptied");
    world.sql("update keep_key set planned_at = planned_at - interval '2 hours'");
    gateway::jobs::Keeper later(world.moving);
    await(later.drop_unused()).value();
    CHECK(holds(world.old_vault, old));
    world.sql("update former_key set superseded_at = superseded_at - interval '22 days'");
    await(later.drop_unused()).value();
    CHECK(holds(world.old_vault, old));  // it counts from when nothing hung on it
    world.sql("update former_key set emptied_at = emptied_at - interval '22 days'");
    await(later.drop_unused()).value();
    CHECK_FALSE(holds(world.old_vault, old));
    CHECK(world.opens(world.moving, held));
}

TEST_CASE("What is kept after a move takes the key that took over, and makes none") {
    MovingWorld world;
    const auto soon = world.recording("a", "consent", 5), later = world.recording("b", "consent", 30);
    world.hold(soon, later);
    gateway::jobs::Keeper before(world.services());
    await(before.step()).value();
    REQUIRE(world.one("select count(*) from recording where keep_key is not null") == "1");
    world.move();
    const auto keys = world.both.list().value().size();
    world.clock().set_by(std::chrono::days(20));
    gateway::jobs::Keeper after(world.moving);
    await(after.step()).value();
    CHECK(world.key_of(later) == world.key_of(soon));
    CHECK(holds(*world.new_vault, world.key_of(later)));
    CHECK(world.both.list().value().size() == keys);
    CHECK(std::filesystem::is_empty(world.new_folder.path() / "vault" / "destroyed"));  // nor was one made in vain
}

TEST_CASE("On its day a date's keys are destroyed in both vaults, and the deletion ledger names both") {
    MovingWorld world;
    const auto due = world.recording("a", "consent", 2);
    const auto old = world.key_of(due);
    world.move();
    const auto fresh = world.key_of(due);
    gateway::jobs::Forget forget(world.moving, world.plays(), world.moving.ledger);
    world.clock().set_by(std::chrono::days(2));
    const auto today = world.day(0);
    REQUIRE(await(forget.mark_due(today, go_on)).has_value());
    CHECK(await(forget.destroy_day_keys(today, go_on)).value() == 2);
    CHECK_FALSE(holds(world.old_vault, old));
    CHECK_FALSE(holds(*world.new_vault, fresh));
    std::set<std::string> told;
    const auto read = await(world.moving.ledger.replay(
        {},
        [&](const auto& record) {
            if (record.event.kind == LedgerKind::kDayKeyDestroyed) told.insert(record.event.key->text());
            return policy::Result<void>{};
        },
        world.moving.deadline()));
    REQUIRE(read.has_value());
    CHECK(told == std::set{old, fresh});
    CHECK(await(forget.finish_purging(go_on)).value().purged == 1);
    CHECK(world.one("select count(*) from recording") == "0");
}

TEST_CASE("A recording that nobody can open stops no other, and its key is not called empty") {
    MovingWorld world;
    const auto broken = world.recording("a");
    const auto whole = world.recording("b");
    const auto old = world.key_of(broken);
    world.sql("update secret set sealed = decode(repeat('00', 64), 'hex') where recording_id = '" + broken.text() +
              "'");
    world.move();
    CHECK(world.key_of(broken) == old);
    CHECK(world.key_of(whole) != old);
    CHECK(world.turn(old) == "closed former");
    const auto searched = await(world.moving.keys.index_keys(world.day(0), world.moving.deadline())).value();
    CHECK(std::ranges::count(searched, policy::KeyId::parse(old).value()) == 1);
    CHECK(std::ranges::count(searched, policy::KeyId::parse(world.key_of(whole)).value()) == 1);
}

TEST_CASE("Searches ask under a former key until nothing hangs on it") {
    MovingWorld world;
    const auto id = world.recording("a");
    const auto old = policy::KeyId::parse(world.key_of(id)).value();
    await(world.mover.step()).value();
    auto searched = await(world.moving.keys.index_keys(world.day(0), world.moving.deadline())).value();
    CHECK(searched.size() == 2);
    CHECK(std::ranges::count(searched, old) == 1);
    world.move();
    searched = await(world.moving.keys.index_keys(world.day(0), world.moving.deadline())).value();
    CHECK(searched.size() == 1);
    CHECK(std::ranges::count(searched, old) == 0);
}

TEST_CASE("Nothing is rewrapped before every gateway can know of the new key") {
    MovingWorld world;
    const auto id = world.recording("a");
    const auto old = world.key_of(id);
    for (int i = 0; i < 3; ++i) CHECK(await(world.mover.step()).value() > std::chrono::milliseconds(0));
    CHECK(world.key_of(id) == old);
    CHECK(world.turn(old) == "closed former");
}

TEST_CASE("A move that was cut off goes on, and takes the keys that it had made") {
    MovingWorld world;
    world.recording("a");
    const auto made = world.new_vault->create(KeyPurpose::kDay, "moved-" + policy::text(world.day(60))).value();
    world.move();
    CHECK(world.new_vault->list().value().size() == 1);
    CHECK(world.one("select replace(key_id::text, '-', '') from day_key where state = 'open'") == made.text());
}

TEST_CASE("Keys can move back, and no key is used a second time") {
    MovingWorld world;
    const auto id = world.recording("a");
    const auto first = world.key_of(id);
    world.move();
    const auto second = world.key_of(id);
    MovingVault back(std::make_unique<ForwardingVault>(world.old_vault),
                     std::make_unique<ForwardingVault>(*world.new_vault));
    tests::Over over_services(world.RightsWorld::services(), back);
    auto& services = over_services.services;
    gateway::jobs::KeyMover mover(services);
    world.sql("delete from leadership");
    world.move(mover);
    CHECK(world.key_of(id) != first);
    CHECK(world.key_of(id) != second);
    CHECK(holds(world.old_vault, world.key_of(id)));
    CHECK(world.opens(services, id));
    MovingVault forth(std::make_unique<ForwardingVault>(*world.new_vault),
                      std::make_unique<ForwardingVault>(world.old_vault));
    tests::Over over_again(world.RightsWorld::services(), forth);
    auto& again = over_again.services;
    gateway::jobs::KeyMover mover_again(again);
    world.sql("delete from leadership");
    world.move(mover_again);
    CHECK(world.key_of(id) != second);
    CHECK(holds(*world.new_vault, world.key_of(id)));
    CHECK(world.opens(again, id));
}

TEST_CASE(
    "A copy of the database from the middle of a move comes back, whichever of a date's keys the ledger names first") {
    MovingWorld world;
    const auto moved = world.recording("a", "consent", 2), not_yet = world.recording("b", "consent", 2);
    world.hold(moved, not_yet);
    world.sql("create table was as select s.*, r.day_key from secret s join recording r on r.id = s.recording_id");
    const auto former = policy::KeyId::parse(world.key_of(not_yet)).value();
    world.move();
    const auto current = policy::KeyId::parse(world.key_of(moved)).value();
    world.sql(
        "update secret s set epoch = was.epoch, sealed = was.sealed from was where was.recording_id = s.recording_id "
        "and s.recording_id = '" +
        not_yet.text() +
        "'; update recording r set day_key = was.day_key from was "
        "where was.recording_id = r.id and r.id = '" +
        not_yet.text() + "'; update former_key set emptied_at = null");
    world.clock().set_by(std::chrono::days(2));
    for (const auto& key : {current, former}) {
        storage::audit::LedgerEvent event;
        event.kind = LedgerKind::kDayKeyDestroyed;
        event.at = world.moving.clock.now();
        event.key = key;
        event.date = world.day(0);
        await(world.moving.ledger.append(std::move(event), world.moving.deadline())).value();
    }
    const auto replayed = [&] {
        gateway::jobs::Forget forget(world.moving, world.plays(), world.moving.ledger);
        return await(gateway::jobs::LedgerReplay(world.moving, forget, std::chrono::milliseconds{0}).run()).value();
    };
    SECTION("the vaults have lost both keys, and with them what was held") {
        for (const auto& key : {current, former}) world.both.destroy(key).value();
        CHECK(replayed().lost == 2);
        CHECK(world.one("select count(*) from recording") == "0");
    }
    SECTION("the vaults are of that day too: what was held is kept") {
        CHECK(replayed().lost == 0);
        CHECK(world.one("select count(*) from recording where keep_key is not null and state = 'live'") == "2");
    }
    for (const auto& key : {current, former}) {
        CHECK_FALSE(holds(world.both, key.text()));
        CHECK(world.turn(key.text()).starts_with("destroyed"));
    }
}
