#include "gateway/app/bucket_verdict.hpp"

#include <catch2/catch.hpp>

namespace {

using gateway::app::judge_bucket;
using namespace storage::objects;

S3BucketFacts plain() {
    S3BucketFacts facts;
    facts.location = "eu-nl";
    facts.versioning = S3Versioning::kOff;
    facts.lifecycle.emplace();
    facts.lock.emplace();
    facts.replication.emplace();
    facts.is_public = false;
    facts.refuses_taken_names = true;
    return facts;
}

std::size_t faults(const S3BucketFacts& facts) {
    return judge_bucket(facts, "eu-nl").faults.size();
}

TEST_CASE("A plain bucket of the right region may be used, with versions or without") {
    CHECK(faults(plain()) == 0);
    auto facts = plain();
    facts.versioning = S3Versioning::kOn;
    facts.lock->possible = true;
    facts.lifecycle->push_back({"tidy", true, false, false, true});
    facts.lifecycle->push_back({"asleep", false, true, false, false});
    facts.replication->push_back({"asleep", false, "elsewhere"});
    CHECK(faults(facts) == 0);
}

TEST_CASE("A bucket of another region may not be used, whatever its name for it") {
    auto facts = plain();
    CHECK(judge_bucket(facts, "us-east-1").faults.size() == 1);
    facts.location = "";
    CHECK(faults(facts) == 1);
    CHECK(judge_bucket(facts, "us-east-1").faults.empty());
    facts.location = "EU";
    CHECK(judge_bucket(facts, "eu-west-1").faults.empty());
    facts = plain();
    facts.region_field = "eu-central-1";
    CHECK(faults(facts) == 1);
}

TEST_CASE("Whatever works behind our back forbids a bucket") {
    auto facts = plain();
    facts.lifecycle->push_back({"purge", true, true, false, false});
    CHECK(faults(facts) == 1);
    facts = plain();
    facts.lifecycle->push_back({"tier", true, false, true, false});
    CHECK(faults(facts) == 1);
    facts = plain();
    facts.lock->default_mode = "GOVERNANCE";
    CHECK(faults(facts) == 1);
    facts = plain();
    facts.replication->push_back({"copy", true, "elsewhere"});
    CHECK(faults(facts) == 1);
    facts = plain();
    facts.is_public = true;
    CHECK(faults(facts) == 1);
}

TEST_CASE("A store that overwrites a taken name may not be used, nor one where that was not tried") {
    auto facts = plain();
    facts.refuses_taken_names = false;
    CHECK(faults(facts) == 1);
    facts.refuses_taken_names.reset();
    CHECK(faults(facts) == 1);
}

TEST_CASE("What a store does not tell is a doubt, not a fault") {
    S3BucketFacts facts;
    facts.refuses_taken_names = true;
    facts.unknown.emplace_back("replication: 501 NotImplemented");
    const auto verdict = judge_bucket(facts, "eu-nl");
    CHECK(verdict.faults.empty());
    CHECK(verdict.doubts.size() == 1);
}

}  // namespace
