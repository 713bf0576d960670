#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "policy/result.hpp"
#include "policy/time.hpp"
#include "storage/objects/s3_client.hpp"

namespace storage::objects {

enum class S3Versioning { kOff, kOn, kSuspended };

/// One lifecycle rule: the store's own purger, which knows of no legal hold.
struct S3LifecycleRule {
    std::string id;
    bool enabled = false;
    bool expires = false;         ///< Removes objects or their older versions by itself.
    bool moves = false;           ///< Moves them to another tier, which may lie anywhere.
    bool aborts_uploads = false;  ///< The only thing that is welcome.
};

/// Whether objects may be locked against removal, and whether new ones are without being asked for.
struct S3LockFacts {
    bool possible = false;
    std::string default_mode;    ///< "GOVERNANCE" or "COMPLIANCE"; empty: new objects are not locked.
    std::string default_period;  ///< "30 days", "1 years".
};

struct S3ReplicationRule {
    std::string id;
    bool enabled = false;
    std::string destination;  ///< The bucket (an ARN) that gets a copy.
};

/// A question that the store did not answer: "location", "versioning", "lifecycle", "lock", "replication" or
/// "policyStatus".
struct S3Unknown {
    std::string question;
    std::string why;  ///< "S3 GET: 501 NotImplemented".
};

/// What a bucket says about itself. Nothing in an optional means that the store did not say: it refused, or answered
/// something else, as stores do with questions that they do not know. That is never the same as "none": `unknown` says
/// why, and only the operator's word counts there.
struct S3BucketFacts {
    /// As GetBucketLocation says it: "" (some mean us-east-1 by that, some nothing), "EU" (AWS means eu-west-1), or the
    /// region's name.
    std::optional<std::string> location;
    std::string region_field;  ///< Of x-amz-bucket-region; empty where the store sends none (Ceph).
    std::optional<S3Versioning> versioning;
    std::optional<std::vector<S3LifecycleRule>> lifecycle;
    std::optional<S3LockFacts> lock;
    std::optional<std::vector<S3ReplicationRule>> replication;
    std::optional<bool> is_public;
    /// Whether a PUT with If-None-Match: * is refused under a taken name, as it did when it was tried just now. Not
    /// set: not tried, because new objects are locked and the trial could not be removed.
    std::optional<bool> refuses_taken_names;
    std::vector<S3Unknown> unknown;
};

/// Asks the bucket about itself, and stores and removes a probe: once at start, before it is used, and daily; it
/// decides nothing. kUnavailable: no bucket, no store, or a set-up that is wrong (S3Client); kDenied: the probe cannot
/// be removed; kDeadline.
boost::asio::awaitable<policy::Result<S3BucketFacts>> inspect_bucket(S3Client& client, Deadline deadline);

/// Removes probes that were stored before `before`, by the store's clock: what crashes left. How many.
boost::asio::awaitable<policy::Result<std::size_t>> remove_stray_probes(S3Client& client, policy::Instant before,
                                                                        Deadline deadline);

}  // namespace storage::objects
