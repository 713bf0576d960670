// What only stores with versions and locks can do to a purge.
#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <thread>

#include "storage/crypto/bytes.hpp"
#include "storage/objects/s3_listing.hpp"
#include "storage/objects/s3_upload.hpp"
#include "storage/objects/whole_object.hpp"
#include "tests/support/run_loop.hpp"
#include "tests/support/s3_lab.hpp"

namespace {

using namespace storage::objects;
using namespace std::chrono_literals;
using policy::Code;
using policy::Result;
using storage::crypto::bytes_of;
using tests::await;
using tests::S3Bucket;
using tests::S3Lab;

Deadline soon() {
    return std::chrono::steady_clock::now() + 60s;
}

ObjectName named(const std::string& text) {
    return ObjectName::parse(text).value();
}

void raw_put(S3Bucket& bucket, const std::string& key, const std::string& text,
             std::vector<storage::net::Field> fields = {}) {
    S3Request request;
    request.method = "PUT";
    request.key = key;
    request.fields = std::move(fields);
    request.body = bytes_of(text);
    bucket.must(std::move(request));
}

void raw_delete(S3Bucket& bucket, const std::string& key) {
    S3Request request;
    request.method = "DELETE";
    request.key = key;
    bucket.must(std::move(request));
}

std::size_t versions(S3Bucket& bucket, const std::string& key) {
    const std::vector<ObjectName> names{named(key)};
    return await(versions_of(bucket.client(), names, soon())).value().size();
}

std::size_t uploads(S3Bucket& bucket) {
    return await(open_uploads(bucket.client(), "", soon())).value().size();
}

Result<void> remove(S3Bucket& bucket, const std::string& key) {
    return await(bucket.store().remove(named(key), soon()));
}

std::string in_seconds(int seconds) {
    return policy::text(std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()) +
                        std::chrono::seconds(seconds));
}

/// An upload of unknown length that is dropped after its first part, as a crash drops it.
boost::asio::awaitable<void> leave_debris(ObjectStore& store, ObjectName name) {
    auto upload = (co_await store.begin(std::move(name), std::nullopt, soon())).value();
    const std::vector<std::byte> bytes(kS3PartInBytes + 10);
    const auto written = co_await upload->write(bytes);
    REQUIRE(written.has_value());
}

TEST_CASE("In a bucket with versions a removal takes every version and marker of that name, and no other name") {
    S3Bucket bucket(S3Lab::shared(), {.versions = true});
    for (const auto* key : {"day/one", "day/one-more", "day/on", "day/two"}) {
        raw_put(bucket, key, "first");
        raw_put(bucket, key, "second");
        raw_delete(bucket, key);
        raw_put(bucket, key, "third");
    }
    CHECK(versions(bucket, "day/one") == 4);
    REQUIRE(remove(bucket, "day/one").has_value());
    CHECK(versions(bucket, "day/one") == 0);
    for (const auto* key : {"day/one-more", "day/on", "day/two"}) CHECK(versions(bucket, key) == 4);
}

TEST_CASE("A delete marker alone is found and removed, though the object looks gone already") {
    S3Bucket bucket(S3Lab::shared(), {.versions = true});
    raw_put(bucket, "marked/one", "bytes that a marker hides");
    raw_delete(bucket, "marked/one");
    CHECK(await(bucket.store().open(named("marked/one"), soon())).error().code == Code::kNotFound);
    CHECK(versions(bucket, "marked/one") == 2);
    REQUIRE(remove(bucket, "marked/one").has_value());
    CHECK(versions(bucket, "marked/one") == 0);
}

TEST_CASE("What was stored before versions were switched on goes too") {
    S3Bucket bucket(S3Lab::shared());
    raw_put(bucket, "old/one", "without a version id");
    const std::string body = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    S3Request on;
    on.method = "PUT";
    on.query = {{"versioning", ""}};
    on.body = bytes_of(body);
    bucket.must(std::move(on));
    raw_put(bucket, "old/one", "with one");
    CHECK(versions(bucket, "old/one") == 2);
    REQUIRE(remove(bucket, "old/one").has_value());
    CHECK(versions(bucket, "old/one") == 0);
}

TEST_CASE("A few names far apart among many are removed, and nothing in between") {
    S3Bucket bucket(S3Lab::shared(), {.versions = true});
    std::vector<ObjectName> doomed;
    for (int i = 0; i < 400; ++i) {
        const std::string key = "many/" + std::to_string(1000 + i);
        raw_put(bucket, key, "x");
        if (i % 97 == 3) {
            for (int version = 0; version < 30; ++version) raw_put(bucket, key, "x");
            doomed.push_back(named(key));
        }
    }
    doomed.push_back(named("many/0"));
    doomed.push_back(named("many/9"));
    REQUIRE(await(bucket.store().remove_many(doomed, soon())).has_value());
    const auto left = await(bucket.store().list("many/", "", 1000, soon())).value();
    CHECK(left.objects.size() == 400 - (doomed.size() - 2));
    for (const auto& name : doomed) CHECK(versions(bucket, name.text()) == 0);
}

TEST_CASE("A locked version is denied, with the day until which it is, and goes when the lock has ended") {
    S3Bucket bucket(S3Lab::shared(), {.locks = true});
    for (const std::string mode : {"GOVERNANCE", "COMPLIANCE"}) {
        const std::string key = "locked/" + mode;
        raw_put(bucket, key, "kept",
                {{"x-amz-object-lock-mode", mode}, {"x-amz-object-lock-retain-until-date", in_seconds(4)}});
        raw_put(bucket, "locked/free", "not kept");
        const auto denied = await(bucket.store().remove_many({named(key), named("locked/free")}, soon()));
        REQUIRE(denied.has_error());
        CHECK(denied.error().code == Code::kDenied);
        CHECK(denied.error().what.find("locked until 20") != std::string::npos);
        CHECK(denied.error().what.find(mode) != std::string::npos);
        CHECK(versions(bucket, key) == 1);
        CHECK(versions(bucket, "locked/free") == 0);
        std::this_thread::sleep_for(4500ms);
        REQUIRE(remove(bucket, key).has_value());
        CHECK(versions(bucket, key) == 0);
    }
}

/// On one connection.
boost::asio::awaitable<void> put_versions(S3Bucket& bucket, std::string key, int count) {
    for (int version = 0; version < count; ++version) {
        S3Request request;
        request.method = "PUT";
        request.key = key;
        const auto put = co_await bucket.client().send(std::move(request), soon());
        REQUIRE(put.answer.has_value());
        REQUIRE(put.answer->good());
    }
}

TEST_CASE("A version that is refused keeps nothing behind it, neither versions nor uploads") {
    S3Bucket bucket(S3Lab::shared(), {.locks = true});
    raw_put(bucket, "a/held", "evidence", {{"x-amz-object-lock-legal-hold", "ON"}});
    await(put_versions(bucket, "b/many", 1001));  // more than one request deletes
    await(leave_debris(bucket.store(), named("c/parts")));
    const auto denied = await(bucket.store().remove_many({named("a/held"), named("b/many"), named("c/parts")}, soon()));
    REQUIRE(denied.has_error());
    CHECK(denied.error().code == Code::kDenied);
    CHECK(versions(bucket, "a/held") == 1);
    CHECK(versions(bucket, "b/many") == 0);
    CHECK(uploads(bucket) == 0);
}

TEST_CASE("A legal hold of the store denies until it is lifted") {
    S3Bucket bucket(S3Lab::shared(), {.locks = true});
    raw_put(bucket, "held/one", "evidence", {{"x-amz-object-lock-legal-hold", "ON"}});
    const auto denied = remove(bucket, "held/one");
    REQUIRE(denied.has_error());
    CHECK(denied.error().code == Code::kDenied);
    CHECK(denied.error().what.find("legal hold") != std::string::npos);
    const std::string off = "<LegalHold><Status>OFF</Status></LegalHold>";
    S3Request lift;
    lift.method = "PUT";
    lift.key = "held/one";
    lift.query = {{"legal-hold", ""}};
    lift.body = bytes_of(off);
    bucket.must(std::move(lift));
    REQUIRE(remove(bucket, "held/one").has_value());
    CHECK(versions(bucket, "held/one") == 0);
}

TEST_CASE("Parts of an upload that broke off are no object, and go with their name") {
    S3Bucket bucket(S3Lab::shared());
    await(leave_debris(bucket.store(), named("parts/one")));
    await(leave_debris(bucket.store(), named("parts/one-more")));
    CHECK(uploads(bucket) == 2);
    CHECK(await(bucket.store().list("", "", 10, soon())).value().objects.empty());
    REQUIRE(remove(bucket, "parts/one").has_value());
    CHECK(uploads(bucket) == 1);
}

TEST_CASE("Stray parts are swept once they are older than the upload lease") {
    S3Bucket bucket(S3Lab::shared());
    await(leave_debris(bucket.store(), named("stray/one")));
    CHECK(await(bucket.store().sweep(1h, soon())).value() == 0);
    CHECK(uploads(bucket) == 1);
    std::this_thread::sleep_for(1100ms);
    CHECK(await(bucket.store().sweep(1s, soon())).value() == 1);
    CHECK(uploads(bucket) == 0);
}

boost::asio::awaitable<Code> abort_after_a_part(ObjectStore& store, ObjectName name) {
    auto upload = (co_await store.begin(std::move(name), std::nullopt, soon())).value();
    const std::vector<std::byte> bytes(kS3PartInBytes + 10);
    const auto written = co_await upload->write(bytes);
    REQUIRE(written.has_value());
    co_await upload->abort();
    const auto committed = co_await upload->commit();
    co_return committed.error().code;
}

TEST_CASE("An upload that is aborted after its first part leaves no parts") {
    S3Bucket bucket(S3Lab::shared());
    CHECK(await(abort_after_a_part(bucket.store(), named("aborted/one"))) == Code::kInternal);
    CHECK(uploads(bucket) == 0);
}

boost::asio::awaitable<Result<void>> store_long(ObjectStore& store, ObjectName name) {
    auto upload = (co_await store.begin(std::move(name), std::nullopt, soon())).value();
    const std::vector<std::byte> bytes(kS3PartInBytes + 10);
    const auto written = co_await upload->write(bytes);
    if (!written) co_return written;
    co_return co_await upload->commit();
}

TEST_CASE("A long upload of unknown length looks whether its name is taken") {
    S3Bucket bucket(S3Lab::shared());
    raw_put(bucket, "taken/one", "first");
    CHECK(await(store_long(bucket.store(), named("taken/one"))).error().code == Code::kConflict);
    CHECK(uploads(bucket) == 0);
    CHECK(await(get(bucket.store(), named("taken/one"), 100, soon())).value().size() == 5);
}

TEST_CASE("A bucket that is gone is no proof that an object is") {
    S3Bucket bucket(S3Lab::shared());
    const auto elsewhere = bucket.store_with(S3Lab::shared().options("no-such-bucket"));
    const auto opened = await(elsewhere->open(named("a/one"), soon()));
    CHECK(opened.error().code == Code::kUnavailable);
    CHECK(opened.error().what.find("no-such-bucket") != std::string::npos);
    CHECK(await(elsewhere->remove(named("a/one"), soon())).error().code == Code::kUnavailable);
    CHECK(await(put_once(*elsewhere, named("a/one"), bytes_of("x"), soon())).error().code == Code::kUnavailable);
}

}  // namespace
