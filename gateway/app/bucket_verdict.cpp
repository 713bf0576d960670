#include "gateway/app/bucket_verdict.hpp"

#include <algorithm>

namespace gateway::app {

namespace objects = storage::objects;

namespace {

/// AWS has two regions with other names in this answer.
std::string region_of(const std::string& location) {
    if (location.empty()) return "us-east-1";
    return location == "EU" ? "eu-west-1" : location;
}

}  // namespace

std::vector<std::string> judge_bucket(const objects::S3BucketFacts& facts, std::string_view region,
                                      const std::vector<std::string>& assured) {
    std::vector<std::string> out;
    for (const auto& unknown : facts.unknown) {
        if (std::ranges::find(assured, unknown.question) == assured.end())
            out.push_back("the store does not tell the bucket's " + unknown.question + " (" + unknown.why +
                          "): let it answer, or answer for it yourself in [objects] assured");
    }
    if (facts.location && region_of(*facts.location) != region)
        out.push_back("the bucket is in region " + region_of(*facts.location) + ", not in " + std::string(region));
    if (!facts.region_field.empty() && facts.region_field != region)
        out.push_back("the store answers for region " + facts.region_field + ", not " + std::string(region));
    if (facts.lifecycle) {
        for (const auto& rule : *facts.lifecycle) {
            if (rule.enabled && (rule.expires || rule.moves))
                out.push_back("the lifecycle rule \"" + rule.id +
                              "\" removes or moves objects, and knows of no hold: take it away");
        }
    }
    if (facts.lock && !facts.lock->default_mode.empty())
        out.push_back("new objects are locked for " + facts.lock->default_period +
                      ": nothing could be erased on request; take the default retention away");
    if (facts.replication) {
        for (const auto& rule : *facts.replication) {
            if (rule.enabled)
                out.push_back("the rule \"" + rule.id + "\" copies the bucket to " + rule.destination +
                              ": take it away");
        }
    }
    if (facts.is_public == true) out.emplace_back("everybody may read the bucket: take its policy away");
    if (facts.refuses_taken_names != true)
        out.emplace_back(
            "a second PUT of a name is not known to be refused (If-None-Match: *), so records of the deletion ledger "
            "could overwrite each other: take a bucket without versions, or a store that heeds it in those too");
    return out;
}

}  // namespace gateway::app
