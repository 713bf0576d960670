#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>
#include <string>

#include "tests/pg/rights_world.hpp"

// Withdrawal, restriction, hold, erasure and idempotency keys, over a real database, vault and ledger.

namespace {

using tests::RightsWorld;

boost::json::object json(const RightsWorld::Answer& answer) {
    INFO(answer.body);
    return boost::json::parse(answer.body).as_object();
}

std::string text(const boost::json::object& object, const char* name) {
    return std::string(object.at(name).as_string());
}

std::string problem(const RightsWorld::Answer& answer) {
    return text(json(answer), "type").substr(std::string("urn:callvault:problem:").size());
}

std::string about(const policy::RecordingId& id, const std::string& more) {
    return R"({"recordings":[")" + id.text() + "\"]," + more + "}";
}

const std::string kErase = R"("ground":"unlawful","case":"case-1")";

std::string hold_body(RightsWorld& world, const policy::RecordingId& id) {
    return about(id, R"("matter":"matter-1","owner":"legal","review_on":")" + policy::text(world.day(60)) + "\"");
}

}  // namespace

TEST_CASE("A withdrawal restricts at once, queues the erasure, and gets the same answer again") {
    RightsWorld world;
    const auto id = world.recording("call-1");
    const auto first = world.post(RightsWorld::kRecorder, "/v1/withdrawals", R"({"recording_ref":"call-1"})");
    REQUIRE(first.status == 200);
    CHECK(text(json(first), "recording_id") == id.text());
    CHECK(world.one("select restrictions || restricted_ground from recording") == "1withdrawal");
    CHECK(world.one("select count(*) from job where kind = 'erase' and run_at between now() + interval '23 hours' and "
                    "now() + interval '25 hours'") == "1");
    for (const auto who : {RightsWorld::kRecorder, RightsWorld::kOlivia, RightsWorld::kSupervisor}) {
        const auto body = who == RightsWorld::kRecorder ? R"({"recording_ref":"call-1"})"
                                                        : R"({"recording_id":")" + id.text() + "\"}";
        CHECK(world.post(who, "/v1/withdrawals", body).body == first.body);
    }
    CHECK(world.one("select restrictions from recording") == "1");
    CHECK(world.one("select count(*) from job") == "1");
    CHECK(world.one("select count(*) from audit_entry where convert_from(bytes, 'UTF8') like '%\"withdrawal\"%'") ==
          "4");
}

TEST_CASE("A withdrawal of what is unknown is 404, of what is gone 410, without consent 409, by admin 403") {
    RightsWorld world;
    CHECK(world.post(RightsWorld::kRecorder, "/v1/withdrawals", R"({"recording_ref":"never"})").status == 404);
    const auto kept = world.recording("call-1", "legitimate_interest");
    const auto body = R"({"recording_id":")" + kept.text() + "\"}";
    CHECK(world.post(RightsWorld::kRecorder, "/v1/withdrawals", body).status == 409);
    CHECK(world.post(RightsWorld::kAdmin, "/v1/withdrawals", body).status == 403);
    CHECK(world.post(RightsWorld::kOlivia, "/v1/withdrawals", R"({"recording_ref":"call-1"})").status == 422);
    CHECK(world.post(RightsWorld::kRecorder, "/v1/withdrawals", "{").status == 400);
    world.one(
        "with gone as (delete from recording), s as (delete from secret) update reference set purged_on = "
        "current_date, ground = 'retention' returning 1");
    CHECK(world.post(RightsWorld::kRecorder, "/v1/withdrawals", R"({"recording_ref":"call-1"})").status == 410);
    CHECK(world.post(RightsWorld::kSupervisor, "/v1/withdrawals", body).status == 404);
}

TEST_CASE("A restriction is set and lifted by a privacy officer; a withdrawal is never lifted") {
    RightsWorld world;
    const auto id = world.recording("call-1");
    const auto path = "/v1/recordings/" + id.text() + "/restrictions";
    const std::string body = R"({"ground":"accuracy","case":"case-3"})";
    for (const auto who : {RightsWorld::kQa, RightsWorld::kSupervisor, RightsWorld::kAdmin, RightsWorld::kRecorder}) {
        CHECK(world.post(who, path, body).status == 403);
    }
    CHECK(world.post(RightsWorld::kStale, path, body).status == 401);
    const auto set = world.post(RightsWorld::kOlivia, path, body);
    REQUIRE(set.status == 201);
    const auto one = path + "/" + text(json(set), "id");
    CHECK(world.remove(RightsWorld::kOlivia, one).status == 400);
    CHECK(world.remove(RightsWorld::kOlivia, one + "?notice=letter-9").status == 204);
    CHECK(world.remove(RightsWorld::kOlivia, one + "?notice=letter-9").status == 204);
    CHECK(world.one("select restrictions from recording") == "0");
    CHECK(world.remove(RightsWorld::kOlivia, path + "/" + std::string(32, '0') + "?notice=x").status == 404);
    REQUIRE(world.post(RightsWorld::kRecorder, "/v1/withdrawals", R"({"recording_ref":"call-1"})").status == 200);
    CHECK(world.remove(RightsWorld::kOlivia, path + "/" + id.text() + "?notice=x").status == 409);
    CHECK(world.one("select restrictions from recording") == "1");
    std::size_t records = 0;
    tests::await(world.services().ledger.replay(
                     {},
                     [&](const auto&) {
                         ++records;
                         return policy::Result<void>{};
                     },
                     world.services().deadline()))
        .value();
    CHECK(records == 3);
}

TEST_CASE("A hold forbids erasure until two people release it") {
    RightsWorld world;
    const auto id = world.recording("call-1");
    const auto placed = world.post(RightsWorld::kOlivia, "/v1/holds", hold_body(world, id));
    REQUIRE(placed.status == 201);
    CHECK_FALSE(json(placed).contains("matter"));
    CHECK(world.one("select holds from recording") == "1");
    const auto shown = world.get(RightsWorld::kPeter, placed.location);
    CHECK(text(json(shown), "matter") == "matter-1");
    CHECK(text(json(shown), "owner") == "legal");
    CHECK(world.get(RightsWorld::kSupervisor, placed.location).status == 403);
    CHECK(world.post(RightsWorld::kOlivia, "/v1/erasures", about(id, kErase)).status == 409);
    const auto review = R"({"review_on":")" + policy::text(world.day(90)) + "\"}";
    CHECK(world.post(RightsWorld::kOlivia, placed.location + "/review", review).status == 422);
    CHECK(world.post(RightsWorld::kPeter, placed.location + "/review", review).status == 200);
    CHECK(world.post(RightsWorld::kOlivia, placed.location + "/review", review).status == 200);
    const auto release = world.post(RightsWorld::kOlivia, placed.location + "/release", R"({"case":"case-6"})");
    REQUIRE(release.status == 202);
    CHECK(world.post(RightsWorld::kOlivia, release.location + "/approval").status == 403);
    CHECK(world.one("select holds from recording") == "1");
    const auto approved = world.post(RightsWorld::kPeter, release.location + "/approval");
    CHECK(approved.status == 200);
    CHECK(text(json(approved), "state") == "approved");
    CHECK(world.post(RightsWorld::kPeter, release.location + "/approval").body == approved.body);
    CHECK(world.one("select holds from recording") == "0");
    CHECK(text(json(world.get(RightsWorld::kOlivia, placed.location)), "state") == "released");
    CHECK(world.post(RightsWorld::kOlivia, "/v1/erasures", about(id, kErase)).status == 202);
}

TEST_CASE("A supervisor asks for a hold, and a privacy officer's approval places it") {
    RightsWorld world;
    const auto id = world.recording("call-1");
    const auto asked = world.post(RightsWorld::kSupervisor, "/v1/holds", hold_body(world, id));
    REQUIRE(asked.status == 202);
    CHECK(text(json(asked), "kind") == "hold");
    CHECK(world.get(RightsWorld::kSupervisor, asked.location).status == 200);
    CHECK(world.get(RightsWorld::kQa, asked.location).status == 404);
    CHECK(world.post(RightsWorld::kSupervisor, asked.location + "/approval").status == 403);
    CHECK(world.one("select holds from recording") == "0");
    const auto approved = world.post(RightsWorld::kOlivia, asked.location + "/approval");
    REQUIRE(approved.status == 200);
    CHECK(world.one("select holds from recording") == "1");
    const auto hold = world.get(RightsWorld::kOlivia, "/v1/holds/" + text(json(approved), "hold_id"));
    CHECK(text(json(hold), "owner") == "legal");
}

TEST_CASE("An erasure takes two people who have not played the call") {
    RightsWorld world;
    const auto id = world.recording("call-1");
    CHECK(world.post(RightsWorld::kSupervisor, "/v1/erasures", about(id, kErase)).status == 403);
    CHECK(world.post(RightsWorld::kOlivia, "/v1/erasures", about({}, kErase)).status == 404);
    const auto proposed = world.post(RightsWorld::kOlivia, "/v1/erasures", about(id, kErase));
    REQUIRE(proposed.status == 202);
    CHECK(json(world.get(RightsWorld::kPeter, "/v1/proposals")).at("proposals").as_array().size() == 1);
    const auto approval = proposed.location + "/approval";
    CHECK(world.post(RightsWorld::kOlivia, approval).status == 403);
    CHECK(world.post(RightsWorld::kAdmin, approval).status == 403);
    CHECK(world.post(RightsWorld::kStale, approval).status == 401);
    auto& rights = world.services().catalogue.rights();
    const auto olivia = world.pseudonym(RightsWorld::kOlivia);
    CHECK(tests::await(rights.erases(id, olivia, world.services().deadline())).value());
    CHECK_FALSE(
        tests::await(rights.erases(id, world.pseudonym(RightsWorld::kPeter), world.services().deadline())).value());
    CHECK(world.one("select count(*) from job") == "0");
    CHECK(world.post(RightsWorld::kPeter, approval).status == 200);
    CHECK(world.one("select convert_from(payload, 'UTF8') from job where kind = 'erase' and run_at <= now()") ==
          R"({"ground":"erasure"})");
    CHECK(tests::await(rights.erases(id, world.pseudonym(RightsWorld::kPeter), world.services().deadline())).value());
}

TEST_CASE("Who played it neither proposes nor approves its erasure") {
    RightsWorld world;
    const auto id = world.recording("call-1");
    world.played(id, RightsWorld::kOlivia);
    CHECK(world.post(RightsWorld::kOlivia, "/v1/erasures", about(id, kErase)).status == 403);
    const auto proposed = world.post(RightsWorld::kPeter, "/v1/erasures", about(id, kErase));
    REQUIRE(proposed.status == 202);
    CHECK(world.post(RightsWorld::kOlivia, proposed.location + "/approval").status == 403);
    CHECK(world.one("select count(*) from job") == "0");
}

TEST_CASE("A hold that came after the proposal stops the erasure at its approval") {
    RightsWorld world;
    const auto id = world.recording("call-1");
    const auto proposed = world.post(RightsWorld::kOlivia, "/v1/erasures", about(id, kErase));
    REQUIRE(world.post(RightsWorld::kOlivia, "/v1/holds", hold_body(world, id)).status == 201);
    CHECK(world.post(RightsWorld::kPeter, proposed.location + "/approval").status == 409);
    CHECK(world.remove(RightsWorld::kOlivia, proposed.location).status == 403);
    CHECK(world.remove(RightsWorld::kPeter, proposed.location).status == 204);
    CHECK(world.remove(RightsWorld::kPeter, proposed.location).status == 204);
    CHECK(text(json(world.get(RightsWorld::kOlivia, proposed.location)), "state") == "rejected");
    CHECK(world.post(RightsWorld::kPeter, proposed.location + "/approval").status == 409);
}

TEST_CASE("Of several restrictions the one by which the person opposes erasure counts") {
    RightsWorld world;
    const auto id = world.recording("call-1");
    const auto path = "/v1/recordings/" + id.text() + "/restrictions";
    REQUIRE(world.post(RightsWorld::kOlivia, path, R"({"ground":"claims","case":"c"})").status == 201);
    REQUIRE(world.post(RightsWorld::kOlivia, path, R"({"ground":"accuracy","case":"c"})").status == 201);
    CHECK(world.post(RightsWorld::kOlivia, "/v1/erasures", about(id, kErase)).status == 409);
}

TEST_CASE("The same idempotency key gets the first answer, another request 422") {
    RightsWorld world;
    const auto id = world.recording("call-1");
    const auto first = world.post(RightsWorld::kOlivia, "/v1/holds", hold_body(world, id), "key-1");
    REQUIRE(first.status == 201);
    const auto again = world.post(RightsWorld::kOlivia, "/v1/holds", hold_body(world, id), "key-1");
    CHECK(again.status == 201);
    CHECK(again.body == first.body);
    CHECK(again.location == first.location);
    CHECK(world.one("select count(*) from hold") == "1");
    CHECK(problem(world.post(RightsWorld::kOlivia, "/v1/erasures", about(id, kErase), "key-1")) ==
          "idempotency-key-reused");
    CHECK(world.post(RightsWorld::kPeter, "/v1/holds", hold_body(world, id), "key-1").body != first.body);
    CHECK(world.post(RightsWorld::kOlivia, "/v1/holds", "{}", "bad key").status == 400);
    CHECK(world.one("select count(*) from idempotency where key_mac::text like '%key-1%' or body like '%matter%'") ==
          "0");
}

TEST_CASE("A key whose answer was a refusal is free again") {
    RightsWorld world;
    const auto id = world.recording("call-1");
    CHECK(world.post(RightsWorld::kOlivia, "/v1/holds", "{}", "key-1").status == 422);
    CHECK(world.post(RightsWorld::kOlivia, "/v1/holds", hold_body(world, id), "key-1").status == 201);
}

TEST_CASE("A key is held while its request runs, and by a lost request no longer than its lease") {
    RightsWorld world;
    const auto id = world.recording("call-1");
    const auto first = world.post(RightsWorld::kOlivia, "/v1/holds", hold_body(world, id), "key-1");
    world.one("update idempotency set status = null, body = null returning 1");
    CHECK(problem(world.post(RightsWorld::kOlivia, "/v1/holds", hold_body(world, id), "key-1")) == "still-running");
    world.one("update idempotency set lease_until = now() returning 1");
    const auto retried = world.post(RightsWorld::kOlivia, "/v1/holds", hold_body(world, id), "key-1");
    CHECK(retried.body == first.body);
    CHECK(world.one("select count(*) from hold") == "1");
    CHECK(world.one("select holds from recording") == "1");
    world.one("update idempotency set expires_at = now() returning 1");
    auto& keys = world.services().catalogue.idempotency();
    CHECK(tests::await(keys.forget_expired(world.services().deadline())).value() == 1);
}
