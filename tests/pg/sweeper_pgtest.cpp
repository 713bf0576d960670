// What the sweeper does when something cannot be removed.
#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "gateway/jobs/housekeeping.hpp"
#include "storage/objects/whole_object.hpp"
#include "tests/pg/rights_world.hpp"

namespace {

using namespace std::chrono_literals;
using storage::objects::ObjectName;
using tests::await;

/// Counts what the store is asked to sweep by itself.
class CountingStore final : public tests::FaultyStore {
  public:
    using FaultyStore::FaultyStore;
    boost::asio::awaitable<policy::Result<std::size_t>> sweep(std::chrono::seconds, Deadline) override {
        ++sweeps;
        co_return std::size_t{0};
    }
    int sweeps = 0;
};

std::size_t left(tests::RightsWorld& world) {
    return await(world.services().objects.list("recordings/", "", 100, world.services().deadline()))
        .value()
        .objects.size();
}

}  // namespace

TEST_CASE("What cannot be swept keeps nothing else, is told, and goes when it can") {
    const tests::TemporaryFolder folder;
    storage::async::BlockingPool pool("store", 2, 100);
    storage::objects::MemoryBudget memory(std::size_t{1} << 20U, 10);
    const auto file = storage::objects::FileStore::open({.root = folder.path() / "objects"}, pool, memory).value();
    CountingStore store(*file);
    tests::RightsWorld world(&store);
    for (const auto* name : {"recordings/a", "recordings/held", "recordings/z"}) {
        const std::vector<std::byte> bytes(3);
        const auto object = ObjectName::parse(name).value();
        await(storage::objects::put_once(store, object, bytes, world.services().deadline())).value();
    }
    world.clock().set_by(25h);
    tests::StoreFaults held;
    held.only_prefix = "recordings/held";
    held.remove_fails = policy::Code::kDenied;
    world.store().set(held);
    gateway::jobs::Sweeper sweeper(world.services(), 0ms);
    auto& stuck = world.services().metrics.gauge("callvault_sweeper_stuck", "");
    CHECK(await(sweeper.step()).has_value());
    CHECK(left(world) == 1);
    CHECK(store.sweeps == 1);
    CHECK(stuck.value() == 1);
    world.store().heal();
    CHECK(await(sweeper.step()).has_value());
    CHECK(left(world) == 0);
    CHECK(store.sweeps == 2);
    CHECK(stuck.value() == 0);
}
