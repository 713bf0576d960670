#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "storage/objects/s3_bucket.hpp"

namespace gateway::app {

/// What a bucket may not be, each as a sentence; empty: it may be used. Something that works behind callvault's back
/// (expiry, copies, locks without end), another region, open to everybody, or a store that overwrites. `doubts`: what the store did not tell.
struct BucketVerdict {
    std::vector<std::string> faults;
    std::vector<std::string> doubts;
};
BucketVerdict judge_bucket(const storage::objects::S3BucketFacts& facts, std::string_view region);

}  // namespace gateway::app
