// A purge of which a real store holds something, with a real database, vault and ledger.
#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <thread>

#include "gateway/jobs/forget.hpp"
#include "storage/crypto/bytes.hpp"
#include "storage/objects/s3_listing.hpp"
#include "tests/pg/rights_world.hpp"
#include "tests/support/s3_lab.hpp"

namespace {

using namespace std::chrono_literals;
using storage::objects::ObjectName;
using storage::objects::S3Request;
using tests::await;
using tests::go_on;
using tests::RightsWorld;
using tests::S3Bucket;
using tests::S3Lab;

/// The object of a recording, held by the store in the way that the fields say.
void put_held(S3Bucket& bucket, const policy::RecordingId& id, std::vector<storage::net::Field> fields) {
    S3Request request;
    request.method = "PUT";
    request.key = "recordings/" + id.text();
    request.fields = std::move(fields);
    request.body = storage::crypto::bytes_of("sealed bytes");
    bucket.must(std::move(request));
}

std::size_t versions(S3Bucket& bucket, const policy::RecordingId& id) {
    const std::vector<ObjectName> names{ObjectName::parse("recordings/" + id.text()).value()};
    return await(versions_of(bucket.client(), names, std::chrono::steady_clock::now() + 30s)).value().size();
}

std::string in_seconds(int seconds) {
    return policy::text(std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()) +
                        std::chrono::seconds(seconds));
}

void lift_legal_hold(S3Bucket& bucket, const policy::RecordingId& id) {
    const std::string off = "<LegalHold><Status>OFF</Status></LegalHold>";
    S3Request lift;
    lift.method = "PUT";
    lift.key = "recordings/" + id.text();
    lift.query = {{"legal-hold", ""}};
    lift.body = storage::crypto::bytes_of(off);
    bucket.must(std::move(lift));
}

}  // namespace

TEST_CASE("What the store holds has no certificate until it is gone; its key is destroyed, and all else is purged") {
    S3Bucket bucket(S3Lab::shared(), {.locks = true});
    RightsWorld world(&bucket.store());
    gateway::jobs::Forget forget(world.services(), world.plays(), world.services().ledger);
    const auto free = world.recording("free", "consent", 0);
    const auto locked = world.recording("locked", "consent", 0);
    const auto held = world.recording("held", "consent", 0);
    put_held(bucket, free, {});
    put_held(bucket, locked,
             {{"x-amz-object-lock-mode", "GOVERNANCE"}, {"x-amz-object-lock-retain-until-date", in_seconds(8)}});
    put_held(bucket, held, {{"x-amz-object-lock-legal-hold", "ON"}});
    const auto state = [&](const policy::RecordingId& id) {
        return world.one("select coalesce((select state from recording where id = '" + id.text() + "'), 'gone')");
    };
    const auto certified = [&] { return world.one("select count(*) from reference where leaf is not null"); };

    REQUIRE(await(forget.mark_due(world.day(0), go_on)).has_value());
    REQUIRE(await(forget.destroy_day_keys(world.day(0), go_on)).value() == 1);
    const auto first = await(forget.finish_purging(go_on)).value();
    CHECK(first.purged == 1);
    CHECK(first.stuck == 2);
    REQUIRE(first.why.has_value());
    CHECK(first.why->code == policy::Code::kDenied);
    const auto why = first.why->what;
    INFO(why);
    CHECK((why.find("locked until 20") != std::string::npos || why.find("legal hold") != std::string::npos));
    CHECK(world.one("select state from day_key where purge_date = '" + policy::text(world.day(0)) + "'") ==
          "destroyed");
    CHECK(state(free) == "gone");
    CHECK(state(locked) == "purging");
    CHECK(state(held) == "purging");
    CHECK(certified() == "1");
    CHECK(versions(bucket, free) == 0);
    CHECK(versions(bucket, locked) == 1);

    std::this_thread::sleep_for(8500ms);
    CHECK(await(forget.finish_purging(go_on)).value().purged == 1);
    CHECK(state(locked) == "gone");
    CHECK(versions(bucket, locked) == 0);

    lift_legal_hold(bucket, held);
    const auto last = await(forget.finish_purging(go_on)).value();
    CHECK(last.purged == 1);
    CHECK(last.stuck == 0);
    CHECK(state(held) == "gone");
    CHECK(versions(bucket, held) == 0);
    CHECK(certified() == "3");

    const auto held_since = [&](const policy::RecordingId& id) {
        return world.one(
            "select convert_from(leaf, 'UTF8') like '%held-by-store-since: 20%' from reference where recording_id = '" +
            id.text() + "'");
    };
    CHECK(held_since(free) == "f");
    CHECK(held_since(locked) == "t");
    CHECK(held_since(held) == "t");
    CHECK(world.one("select count(*) from store_refusal") == "0");
}
