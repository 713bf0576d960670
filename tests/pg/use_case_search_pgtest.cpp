#include <catch2/catch.hpp>
#include <string>

#include "gateway/recordings/search_recordings.hpp"
#include "tests/pg/rights_world.hpp"

// Searches over a real database and vault.

namespace {

using gateway::http::Method;
using gateway::http::Request;
using tests::RightsWorld;

struct SearchWorld : RightsWorld {
    gateway::recordings::SearchRecordings searching{services()};
    policy::RecordingId call = recording("call-1");

    SearchWorld() {
        serve(Method::kPost, "/v1/searches", [this](Request& r) { return searching.handle(r); });
    }
    Answer find(const std::string& more) {
        return post(kQa, "/v1/searches",
                    R"({"purpose":"quality","from":")" + policy::text(day(-30)) + R"(T00:00:00Z","to":")" +
                        policy::text(day(1)) + R"(T00:00:00Z")" + more + "}");
    }
};

const std::string kNumber = R"(,"number":"+31201234567")";

}  // namespace

TEST_CASE("A search by number fails while the vault lacks a key that is still counted on, and only then") {
    SearchWorld world;
    REQUIRE(world.find(kNumber).status == 200);
    for (const auto& key : world.services().vault.list().value()) {
        if (key.purpose == storage::keys::KeyPurpose::kDay) world.services().vault.destroy(key.id).value();
    }
    CHECK(world.find(kNumber).status == 503);
    CHECK(world.one("update day_key set state = 'closed' where state = 'open' returning 1") == "1");
    CHECK(world.find(kNumber).status == 200);  // the keys that are remembered are asked for again
}
