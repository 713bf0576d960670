#include "gateway/jobs/residency_watch.hpp"

#include <catch2/catch.hpp>

#include "tests/pg/rights_world.hpp"

// Looks at where everything lies, over a real database.

namespace {

using gateway::jobs::ResidencyWatch;
using policy::Result;
using tests::RightsWorld;
using namespace std::chrono_literals;

using Sentences = std::vector<std::string>;

struct WatchWorld : RightsWorld {
    Result<Sentences> says = Sentences{};
    ResidencyWatch watch(std::chrono::milliseconds trusted) {
        return {services(),
                [this](storage::async::Deadline) -> boost::asio::awaitable<Result<Sentences>> { co_return says; }, 6h,
                trusted};
    }
    bool may_store() const { return services().residency.may_store().has_value(); }
    bool told_as(const char* value) const {
        return services().metrics.text().find(std::string("callvault_residency_good ") + value) != std::string::npos;
    }
    std::string looks() const { return one("select count(*) from residency_check"); }
};

}  // namespace

TEST_CASE("A fault stops what is new within the look, is told, and is looked at again within a minute") {
    WatchWorld world;
    auto watch = world.watch(26h);
    CHECK(tests::await(watch.step()).value() == 6h);
    CHECK(world.may_store());
    CHECK(world.told_as("1"));
    world.says = Sentences{"it copies", "it is public"};
    CHECK(tests::await(watch.step()).value() == 1min);
    CHECK_FALSE(world.may_store());
    CHECK(world.told_as("0"));
    CHECK(world.one("select array_to_string(faults, '|') from residency_check order by id desc limit 1") ==
          "it copies|it is public");
    world.says = Sentences{};
    CHECK(tests::await(watch.step()).value() == 6h);
    CHECK(world.may_store());
    CHECK(world.looks() == "3");
    CHECK(world.one("select count(*) from audit_entry where convert_from(bytes, 'UTF8') like '%residency.check%'") ==
          "3");
}

TEST_CASE("A store that does not answer keeps the verdict before, for a time only") {
    WatchWorld world;
    world.says = policy::fail(policy::Code::kUnavailable, "no store");
    auto patient = world.watch(26h);
    CHECK(tests::await(patient.step()).has_error());
    CHECK(world.may_store());
    auto weary = world.watch(0ms);
    CHECK(tests::await(weary.step()).error().code == policy::Code::kUnavailable);
    CHECK_FALSE(world.may_store());
    CHECK(world.told_as("0"));
    CHECK(tests::await(patient.step()).has_error());
    CHECK_FALSE(world.may_store());  // nor does it come back by itself
    world.says = Sentences{};
    CHECK(tests::await(patient.step()).has_value());
    CHECK(world.may_store());
}
