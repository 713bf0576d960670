// What buckets say about themselves, at two real stores.
#include "storage/objects/s3_bucket.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <thread>

#include "storage/crypto/bytes.hpp"
#include "storage/crypto/encoding.hpp"
#include "storage/crypto/md5.hpp"
#include "storage/objects/s3_xml.hpp"
#include "storage/objects/whole_object.hpp"
#include "tests/support/run_loop.hpp"
#include "tests/support/s3_lab.hpp"

namespace {

using namespace storage::objects;
using namespace std::chrono_literals;
using policy::Code;
using storage::crypto::bytes_of;
using tests::await;
using tests::S3Bucket;
using tests::S3Lab;

Deadline soon() {
    return std::chrono::steady_clock::now() + 30s;
}

S3BucketFacts facts_of(S3Bucket& bucket) {
    return await(inspect_bucket(bucket.client(), soon())).value();
}

void configure(S3Bucket& bucket, const std::string& what, const std::string& body) {
    S3Request request;
    request.method = "PUT";
    request.query = {{what, ""}};
    request.body = bytes_of(body);
    request.fields = {{"content-md5", storage::crypto::to_base64(storage::crypto::md5(request.body))}};
    bucket.must(std::move(request));
}

TEST_CASE("A plain bucket has a place, no versions, no rules, no locks, no copies and no public") {
    S3Bucket bucket(S3Lab::shared());
    const auto facts = facts_of(bucket);
    CHECK(facts.location == "eu-lab");
    CHECK(facts.versioning == S3Versioning::kOff);
    REQUIRE(facts.lifecycle.has_value());
    CHECK(facts.lifecycle->empty());
    REQUIRE(facts.lock.has_value());
    CHECK_FALSE(facts.lock->possible);
    REQUIRE(facts.replication.has_value());
    CHECK(facts.replication->empty());
    CHECK(facts.is_public == false);
    for (const auto& unknown : facts.unknown) WARN(unknown.question << ": " << unknown.why);
    CHECK(facts.unknown.empty());
}

TEST_CASE("A bucket of another region says so, though the store takes the signature of any") {
    S3Lab elsewhere("us-lab");
    S3Bucket bucket(elsewhere);
    auto options = bucket.options();
    options.region = "eu-lab";
    const auto store = bucket.store_with(std::move(options));
    CHECK(await(inspect_bucket(store->client(), soon())).value().location == "us-lab");
}

TEST_CASE("Versions, suspended ones too, are told") {
    S3Bucket bucket(S3Lab::shared(), {.versions = true});
    CHECK(facts_of(bucket).versioning == S3Versioning::kOn);
    configure(bucket, "versioning", "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>");
    CHECK(facts_of(bucket).versioning == S3Versioning::kSuspended);
}

TEST_CASE("A default lock is told with its mode and length") {
    S3Bucket bucket(S3Lab::shared(), {.locks = true});
    CHECK(facts_of(bucket).lock->possible);
    CHECK(facts_of(bucket).lock->default_mode.empty());
    configure(bucket, "object-lock",
              "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>"
              "<Mode>COMPLIANCE</Mode><Days>30</Days></DefaultRetention></Rule></ObjectLockConfiguration>");
    const auto lock = facts_of(bucket).lock;
    CHECK(lock->default_mode == "COMPLIANCE");
    CHECK(lock->default_period == "30 days");
}

TEST_CASE("A rule that copies the bucket is told with where to") {
    S3Bucket target(S3Lab::shared(), {.versions = true});
    S3Bucket bucket(S3Lab::shared(), {.versions = true});
    configure(bucket, "replication",
              "<ReplicationConfiguration><Role></Role><Rule><ID>copy</ID><Status>Enabled</Status><Priority>1</Priority>"
              "<Filter><Prefix></Prefix></Filter><DeleteMarkerReplication><Status>Disabled</Status>"
              "</DeleteMarkerReplication><Destination><Bucket>" +
                  target.name() + "</Bucket></Destination></Rule></ReplicationConfiguration>");
    const auto rules = facts_of(bucket).replication;
    REQUIRE(rules.has_value());
    REQUIRE(rules->size() == 1);
    CHECK(rules->front().enabled);
    CHECK(rules->front().destination.find(target.name()) != std::string::npos);
}

TEST_CASE("A rule that removes by itself is told, and told apart from one that only aborts uploads") {
    S3Bucket bucket(S3Lab::shared());
    configure(bucket, "lifecycle",
              "<LifecycleConfiguration><Rule><ID>purge</ID><Filter><Prefix></Prefix></Filter><Status>Enabled</Status>"
              "<Expiration><Days>1</Days></Expiration></Rule><Rule><ID>tidy</ID><Filter><Prefix>x</Prefix></Filter>"
              "<Status>Disabled</Status><AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation>"
              "</AbortIncompleteMultipartUpload></Rule></LifecycleConfiguration>");
    const auto rules = facts_of(bucket).lifecycle.value();
    REQUIRE(rules.size() == 2);
    for (const auto& rule : rules) {
        CHECK(rule.expires == (rule.id == "purge"));
        CHECK(rule.enabled == (rule.id == "purge"));
        CHECK(rule.aborts_uploads == (rule.id == "tidy"));
        CHECK_FALSE(rule.moves);
    }
}

TEST_CASE("A store's own purger does remove: why a bucket with such a rule must be refused") {
    S3Lab hurried("eu-lab", 1);  // rules count a second as a day
    S3Bucket bucket(hurried);
    const auto name = ObjectName::parse("held/one").value();
    REQUIRE(await(put_once(bucket.store(), name, bytes_of("on hold"), soon())).has_value());
    configure(bucket, "lifecycle",
              "<LifecycleConfiguration><Rule><ID>purge</ID><Filter><Prefix></Prefix></Filter><Status>Enabled</Status>"
              "<Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>");
    bool gone = false;
    for (int i = 0; i < 60 && !gone; ++i) {
        std::this_thread::sleep_for(500ms);
        const auto opened = await(bucket.store().open(name, soon()));
        gone = opened.has_error() && opened.error().code == Code::kNotFound;
    }
    CHECK(gone);
}

TEST_CASE("A bucket that everybody may read says so") {
    S3Bucket bucket(S3Lab::shared());
    configure(bucket, "policy",
              R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject",)"
              R"("Resource":"arn:aws:s3:::)" +
                  bucket.name() + R"(/*"}]})");
    CHECK(facts_of(bucket).is_public == true);
}

std::size_t everything_in(S3Bucket& bucket) {
    S3Request request;
    request.query = {{"versions", ""}};
    const auto page = read_version_page(bucket.must(std::move(request)).body).value();
    REQUIRE_FALSE(page.more);
    return page.versions.size();
}

TEST_CASE("Whether a taken name is refused is tried, and nothing stays of the trial: with versions Ceph overwrites") {
    S3Bucket plain(S3Lab::shared());
    S3Bucket versioned(S3Lab::shared(), {.versions = true});
    CHECK(facts_of(plain).refuses_taken_names == true);
    CHECK(facts_of(versioned).refuses_taken_names == false);
    CHECK(everything_in(plain) == 0);
    CHECK(everything_in(versioned) == 0);
}

TEST_CASE("Nothing is stored for a trial where it could not be removed") {
    S3Bucket bucket(S3Lab::shared(), {.locks = true});
    configure(bucket, "object-lock",
              "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>"
              "<Mode>COMPLIANCE</Mode><Days>30</Days></DefaultRetention></Rule></ObjectLockConfiguration>");
    CHECK_FALSE(facts_of(bucket).refuses_taken_names.has_value());
    CHECK(everything_in(bucket) == 0);
}

TEST_CASE("A probe that a crash left is swept once it is older than the upload lease, and nothing else is") {
    S3Bucket bucket(S3Lab::shared());
    for (const auto& name : {probe_object("left"), ObjectName::parse("recordings/one").value()})
        REQUIRE(await(put_once(bucket.store(), name, bytes_of("x"), soon())).has_value());
    CHECK(await(bucket.store().sweep(1h, soon())).value() == 0);
    std::this_thread::sleep_for(1100ms);
    CHECK(await(bucket.store().sweep(1s, soon())).value() == 1);
    CHECK(everything_in(bucket) == 1);
}

TEST_CASE("A bucket that is not there has no facts") {
    S3Bucket bucket(S3Lab::shared());
    const auto store = bucket.store_with(S3Lab::shared().options("nowhere"));
    CHECK(await(inspect_bucket(store->client(), soon())).error().code == Code::kUnavailable);
}

}  // namespace
