#include "gateway/app/bucket_verdict.hpp"

#include <catch2/catch.hpp>
#include <iterator>
#include <string_view>
#include <vector>

#include "gateway/app/setting_table.hpp"

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
    return judge_bucket(facts, "eu-nl", {}).size();
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
    CHECK(judge_bucket(facts, "us-east-1", {}).size() == 1);
    facts.location = "";
    CHECK(faults(facts) == 1);
    CHECK(judge_bucket(facts, "us-east-1", {}).empty());
    facts.location = "EU";
    CHECK(judge_bucket(facts, "eu-west-1", {}).empty());
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

constexpr const char* kQuestions[] = {"location", "versioning", "lifecycle", "lock", "replication", "policyStatus"};

TEST_CASE("What a store does not tell is a fault, unless the operator answers for it") {
    S3BucketFacts facts;
    facts.refuses_taken_names = true;
    for (const auto* question : kQuestions) facts.unknown.push_back({question, "S3 GET: 501 NotImplemented"});
    CHECK(faults(facts) == 6);
    CHECK(judge_bucket(facts, "eu-nl", {"replication"}).size() == 5);
    for (const auto& fault : judge_bucket(facts, "eu-nl", {"replication"}))
        CHECK(fault.find("replication") == std::string::npos);
    CHECK(judge_bucket(facts, "eu-nl", {std::begin(kQuestions), std::end(kQuestions)}).empty());
}

TEST_CASE("The operator's word counts nothing against the store's") {
    auto facts = plain();
    facts.replication->push_back({"copy", true, "elsewhere"});
    CHECK(judge_bucket(facts, "eu-nl", {std::begin(kQuestions), std::end(kQuestions)}).size() == 1);
}

TEST_CASE("Each question of a bucket may be assured, and nothing else") {
    std::vector<std::string_view> allowed;
    for (const auto& section : gateway::app::setting_sections()) {
        for (const auto& setting : section.settings) {
            if (section.name == "objects" && setting.key == "assured") allowed = setting.shape.allowed;
        }
    }
    CHECK(allowed == std::vector<std::string_view>{std::begin(kQuestions), std::end(kQuestions)});
}

}  // namespace
