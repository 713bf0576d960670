// Epochs over a real database and vault: what is sealed anew, and when an old key ends.
#include "gateway/jobs/key_maker.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <string>
#include <utility>

#include "gateway/recordings/case_ref.hpp"
#include "tests/pg/rights_world.hpp"
#include "tests/support/forwarding_vault.hpp"

namespace {

using tests::await;
using tests::Postgres;
using tests::RightsWorld;

class KeyMakerWorld : public RightsWorld {
  public:
    void step() {
        gateway::jobs::KeyMaker maker(services(), {0, std::chrono::hours(24)});
        await(maker.step()).value();
    }
    void sql(const std::string& statement) { Postgres::shared().query(database(), statement); }
    void next_epoch() {
        sql("update epoch_key set created_at = now() - interval '2 days' where state = 'open'");
        step();
    }
    /// Longer than any push that carries its number can take.
    void closed_long_ago() {
        sql("update epoch_key set closed_at = now() - interval '2 hours' where state = 'closed'");
    }
    std::string epoch_of(const policy::RecordingId& id) {
        return one("select coalesce((select epoch from secret where recording_id = '" + id.text() + "'), 0)");
    }
    policy::KeyId first_epoch_key() {
        return await(services().catalogue.keys().epochs(services().deadline())).value().front().key;
    }
    bool in_vault(policy::KeyId key) {
        const auto all = services().vault.list().value();
        return std::ranges::any_of(all, [key](const auto& one) { return one.id == key; });
    }
    std::string state_of_first() { return one("select state from epoch_key where epoch = 1"); }
    void break_secret(const policy::RecordingId& id) {
        sql("update secret set sealed = decode(repeat('00', 64), 'hex') where recording_id = '" + id.text() + "'");
    }
};

/// A vault whose copies lag behind: its keys count once `held` says so.
class LaggingVault final : public tests::ForwardingVault {
  public:
    using ForwardingVault::ForwardingVault;
    bool held = false;

    policy::Result<std::vector<storage::keys::KeyInfo>> list() override {
        auto keys = inner().list();
        for (auto& key : *keys) key.usable = key.usable && held;
        return keys;
    }
    policy::Result<bool> usable(policy::KeyId id) override {
        const auto there = inner().usable(id);
        if (!there) return there.error();
        return *there && held;
    }
};

}  // namespace

TEST_CASE("A key counts once every copy of the vault holds it; until then the epoch before goes on") {
    KeyMakerWorld world;
    LaggingVault vault(world.services().vault);
    tests::Over other(world.services(), vault);
    auto& services = other.services;
    gateway::jobs::KeyMaker maker(services, {0, std::chrono::hours(24)});
    world.sql("update epoch_key set created_at = now() - interval '2 days'");
    const auto keys = [&] { return world.services().vault.list().value().size(); };
    const auto days = [&](const char* state) {
        return world.one("select count(*) from day_key where state = '" + std::string(state) + "'");
    };
    const auto open_before = days("open");
    await(maker.make()).value();
    CHECK(world.one("select max(epoch) from epoch_key") == "1");
    CHECK(days("open") == open_before);
    CHECK(days("planned") != "0");
    const auto made = keys();
    await(maker.make()).value();
    CHECK(keys() == made);  // those that wait are not made again
    vault.held = true;
    await(maker.make()).value();
    CHECK(keys() == made);
    CHECK(world.one("select max(epoch) from epoch_key") == "2");
    CHECK(days("planned") == "0");
}

TEST_CASE("Of two gateways that begin an epoch with the same key none destroys it") {
    KeyMakerWorld world;
    world.sql("update epoch_key set created_at = now() - interval '2 days'");
    // Another gateway made the key and begins the epoch when this one has found it in the vault.
    const auto key = world.services().vault.create(storage::keys::KeyPurpose::kEpoch, "2").value();
    class Slow final : public tests::ForwardingVault {
      public:
        Slow(KeyVault& vault, std::function<void()> meanwhile)
            : ForwardingVault(vault), meanwhile_(std::move(meanwhile)) {}
        policy::Result<std::vector<storage::keys::KeyInfo>> list() override {
            auto found = inner().list();
            if (meanwhile_) std::exchange(meanwhile_, nullptr)();
            return found;
        }

      private:
        std::function<void()> meanwhile_;
    };
    Slow vault(world.services().vault, [&] {
        world.sql("update epoch_key set state = 'closed', closed_at = now() where epoch = 1");
        world.sql("insert into epoch_key (epoch, key_id) values (2, '" + key.text() + "')");
    });
    tests::Over other(world.services(), vault);
    auto& services = other.services;
    await(gateway::jobs::KeyMaker(services, {0, std::chrono::hours(24)}).make()).value();
    CHECK(world.in_vault(key));
    CHECK(world.one("select max(epoch) from epoch_key") == "2");
}

TEST_CASE("The next epoch seals everything anew, and the old key ends when no push can carry its number any more") {
    KeyMakerWorld world;
    const auto id = world.recording("a");
    const auto case_id = await(gateway::recordings::case_id(world.services(), "case", "4711")).value();
    const auto key = world.first_epoch_key();
    world.next_epoch();
    CHECK(world.epoch_of(id) == "2");
    CHECK(world.state_of_first() == "closed");
    CHECK(world.in_vault(key));
    world.closed_long_ago();
    world.step();
    CHECK(world.state_of_first() == "destroyed");
    CHECK_FALSE(world.in_vault(key));
    CHECK(await(gateway::recordings::case_text(world.services(), "case", case_id.text())).value() == "4711");
}

TEST_CASE("Rows that nobody can open stop no other, and keep no epoch alive") {
    KeyMakerWorld world;
    const auto broken = world.recording("a");
    const auto whole = world.recording("b");
    REQUIRE(await(gateway::recordings::case_id(world.services(), "case", "4711")).has_value());
    world.break_secret(broken);
    world.sql("update directory set sealed = decode(repeat('00', 64), 'hex')");
    const auto key = world.first_epoch_key();
    world.next_epoch();
    CHECK(world.epoch_of(whole) == "2");
    world.closed_long_ago();
    world.step();
    CHECK(world.state_of_first() == "destroyed");
    CHECK_FALSE(world.in_vault(key));
    world.step();  // what is left of them alarms, and stops nothing
}

TEST_CASE("An epoch whose key the vault lacks keeps its rows: the key may come back with the vault") {
    KeyMakerWorld world;
    const auto id = world.recording("a");
    world.services().vault.destroy(world.first_epoch_key()).value();
    tests::Over anew(world.services(), world.services().vault);  // a process that never had it open
    gateway::jobs::KeyMaker maker(anew.services, {0, std::chrono::hours(24)});
    world.sql("update epoch_key set created_at = now() - interval '2 days' where state = 'open'");
    await(maker.step()).value();
    world.closed_long_ago();
    await(maker.step()).value();
    CHECK(world.epoch_of(id) == "1");
    CHECK(world.state_of_first() == "closed");
    // One that has it open still saves what it sealed.
    world.step();
    CHECK(world.epoch_of(id) == "2");
    CHECK(world.state_of_first() == "destroyed");
}

TEST_CASE("An epoch whose secret is damaged keeps its rows and its key: a copy of the catalogue may have it whole") {
    KeyMakerWorld world;
    const auto id = world.recording("a");
    const auto key = world.first_epoch_key();
    const auto whole = world.one("select encode(secret, 'hex') from epoch_secret");
    world.sql("update epoch_secret set secret = decode(repeat('00', 60), 'hex')");
    tests::Over anew(world.services(), world.services().vault);
    gateway::jobs::KeyMaker maker(anew.services, {0, std::chrono::hours(24)});
    world.sql("update epoch_key set created_at = now() - interval '2 days' where state = 'open'");
    await(maker.step()).value();
    world.closed_long_ago();
    await(maker.step()).value();
    CHECK(world.epoch_of(id) == "1");
    CHECK(world.state_of_first() == "closed");
    CHECK(world.in_vault(key));
    world.sql("update epoch_secret set secret = decode('" + whole + "', 'hex') where epoch = 1");
    tests::Over restored(world.services(), world.services().vault);
    await(gateway::jobs::KeyMaker(restored.services, {0, std::chrono::hours(24)}).step()).value();
    CHECK(world.epoch_of(id) == "2");
}

TEST_CASE("A key that the vault did not destroy when the catalogue noted it is destroyed at the next step") {
    KeyMakerWorld world;
    const auto key = world.first_epoch_key();
    world.next_epoch();
    world.sql("update epoch_key set state = 'destroyed' where epoch = 1");
    REQUIRE(world.in_vault(key));
    world.step();
    CHECK_FALSE(world.in_vault(key));
}
