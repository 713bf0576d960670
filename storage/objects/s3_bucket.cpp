#include "storage/objects/s3_bucket.hpp"

#include <array>
#include <utility>

#include "storage/crypto/encoding.hpp"
#include "storage/crypto/random.hpp"
#include "storage/objects/s3_document.hpp"
#include "storage/objects/s3_listing.hpp"
#include "storage/objects/s3_removal.hpp"

namespace storage::objects {

using boost::asio::awaitable;
using policy::Code;
using policy::Result;

namespace {

/// One question to the bucket.
struct Question {
    const char* name;       ///< As S3Unknown has it.
    const char* parameter;  ///< Of the query.
    const char* root;       ///< Of the answer.
    const char* none_code;  ///< What 404 is called when there is none of it; empty: 404 is no answer.
    bool (*take)(const pugi::xml_node& root, S3BucketFacts& facts);  ///< False: it says nothing that is understood.
    void (*take_none)(S3BucketFacts& facts);
};

bool is_enabled(const pugi::xml_node& rule) {
    return text_of_child(rule, "Status") == "Enabled";
}

bool take_location(const pugi::xml_node& root, S3BucketFacts& facts) {
    facts.location = root.text().get();
    return true;
}

bool take_versioning(const pugi::xml_node& root, S3BucketFacts& facts) {
    const std::string status = text_of_child(root, "Status");
    if (status.empty()) facts.versioning = S3Versioning::kOff;
    if (status == "Enabled") facts.versioning = S3Versioning::kOn;
    if (status == "Suspended") facts.versioning = S3Versioning::kSuspended;
    return facts.versioning.has_value();
}

bool take_lifecycle(const pugi::xml_node& root, S3BucketFacts& facts) {
    auto& rules = facts.lifecycle.emplace();
    for (const auto& node : root.children("Rule")) {
        S3LifecycleRule rule{text_of_child(node, "ID"), is_enabled(node)};
        rule.expires = node.child("Expiration") || node.child("NoncurrentVersionExpiration");
        rule.moves = node.child("Transition") || node.child("NoncurrentVersionTransition");
        rule.aborts_uploads = static_cast<bool>(node.child("AbortIncompleteMultipartUpload"));
        rules.push_back(std::move(rule));
    }
    return true;
}

bool take_lock(const pugi::xml_node& root, S3BucketFacts& facts) {
    auto& lock = facts.lock.emplace();
    lock.possible = text_of_child(root, "ObjectLockEnabled") == "Enabled";
    const auto retention = root.child("Rule").child("DefaultRetention");
    lock.default_mode = text_of_child(retention, "Mode");
    if (retention.child("Days")) lock.default_period = text_of_child(retention, "Days") + " days";
    if (retention.child("Years")) lock.default_period = text_of_child(retention, "Years") + " years";
    return true;
}

bool take_replication(const pugi::xml_node& root, S3BucketFacts& facts) {
    auto& rules = facts.replication.emplace();
    for (const auto& node : root.children("Rule")) {
        rules.push_back(
            {text_of_child(node, "ID"), is_enabled(node), text_of_child(node.child("Destination"), "Bucket")});
    }
    return true;
}

bool take_policy_status(const pugi::xml_node& root, S3BucketFacts& facts) {
    const std::string text = text_of_child(root, "IsPublic");
    if (text == "true" || text == "TRUE") facts.is_public = true;
    if (text == "false" || text == "FALSE") facts.is_public = false;
    return facts.is_public.has_value();
}

constexpr Question kQuestions[] = {
    {"location", "location", "LocationConstraint", "", take_location, nullptr},
    {"versioning", "versioning", "VersioningConfiguration", "", take_versioning, nullptr},
    {"lifecycle", "lifecycle", "LifecycleConfiguration", "NoSuchLifecycleConfiguration", take_lifecycle,
     [](S3BucketFacts& facts) { facts.lifecycle.emplace(); }},
    {"lock", "object-lock", "ObjectLockConfiguration", "ObjectLockConfigurationNotFoundError", take_lock,
     [](S3BucketFacts& facts) { facts.lock.emplace(); }},
    {"replication", "replication", "ReplicationConfiguration", "ReplicationConfigurationNotFoundError",
     take_replication, [](S3BucketFacts& facts) { facts.replication.emplace(); }},
    {"policyStatus", "policyStatus", "PolicyStatus", "NoSuchBucketPolicy", take_policy_status,
     [](S3BucketFacts& facts) { facts.is_public = false; }},
};

void take(const Question& question, const S3Answer& answer, S3BucketFacts& facts) {
    if (answer.status() == 404 && question.take_none != nullptr && answer.code == question.none_code) {
        question.take_none(facts);
        return;
    }
    if (!answer.good()) {
        facts.unknown.push_back({question.name, unexpected("GET", answer).what});
        return;
    }
    pugi::xml_document document;
    const auto root = parse_document(document, answer.body, question.root);
    if (!root) {
        facts.unknown.push_back({question.name, root.error().what});
    } else if (!question.take(*root, facts)) {
        facts.unknown.push_back({question.name, "the answer is not understood"});
    }
}

/// Whether the second of two PUTs of one name is refused.
awaitable<Result<bool>> put_twice(S3Client& client, ObjectName name, Deadline deadline) {
    for (int time = 0; time < 2; ++time) {
        S3Request request;
        request.method = "PUT";
        request.key = name.text();
        request.fields = {{"if-none-match", "*"}};
        const auto put = co_await client.send(std::move(request), deadline);
        if (!put.answer) co_return put.answer.error();
        if (put.answer->status() == 412)
            co_return true;  // of the first one too: a repeat, whose answer was lost before
        if (!put.answer->good()) co_return unexpected("PUT", *put.answer);
    }
    co_return false;
}

awaitable<Result<bool>> try_taken_name(S3Client& client, Deadline deadline) {
    std::array<std::byte, 16> random{};
    crypto::fill_random(random);
    const std::vector<ObjectName> probe{probe_object(crypto::to_hex(random))};
    const auto refused = co_await put_twice(client, probe.front(), deadline);
    const auto removed = co_await remove_s3_objects(client, probe, deadline);
    if (!refused) co_return refused.error();
    if (!removed) co_return removed.error();
    co_return *refused;  // not `refused`: as a const result it would be taken for its own truth
}

}  // namespace

awaitable<Result<S3BucketFacts>> inspect_bucket(S3Client& client, Deadline deadline) {
    S3BucketFacts facts;
    S3Request head;
    head.method = "HEAD";
    const auto seen = co_await client.send(std::move(head), deadline);
    if (!seen.answer) co_return seen.answer.error();
    if (seen.answer->status() == 404) {
        co_return policy::fail(Code::kUnavailable, "the S3 store has no bucket " + client.options().bucket +
                                                       ": make it, or correct the configuration");
    }
    facts.region_field = seen.answer->head.field("x-amz-bucket-region");
    for (const auto& question : kQuestions) {
        S3Request request;
        request.query = {{question.parameter, ""}};
        const auto answered = co_await client.send(std::move(request), deadline);
        if (!answered.answer) co_return answered.answer.error();
        take(question, *answered.answer, facts);
    }
    client.answered_region(facts.region_field.empty() ? facts.location.value_or("") : facts.region_field);
    if (facts.lock && !facts.lock->default_mode.empty()) co_return facts;
    const auto refused = co_await try_taken_name(client, deadline);
    if (!refused) co_return refused.error();
    facts.refuses_taken_names = *refused;
    co_return facts;
}

awaitable<Result<std::size_t>> remove_stray_probes(S3Client& client, policy::Instant before, Deadline deadline) {
    constexpr std::size_t kPage = 1000;
    const auto found = co_await list_s3_objects(client, kProbes, {}, kPage, deadline);
    if (!found) co_return found.error();
    std::vector<ObjectName> old;
    for (const auto& probe : found->objects) {
        if (probe.stored_at < before) old.push_back(probe.name);
    }
    const std::size_t count = old.size();
    const auto removed = co_await remove_s3_objects(client, std::move(old), deadline);
    if (!removed) co_return removed.error();
    co_return count;
}

}  // namespace storage::objects
