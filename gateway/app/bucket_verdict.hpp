#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "storage/objects/s3_bucket.hpp"

namespace gateway::app {

/// What forbids to use a bucket, each as a sentence; empty: it may be used. Something that works behind callvault's
/// back (expiry, copies, locks without end), another region, open to everybody, a store that overwrites, or a question
/// that the store did not answer and that is not in `assured`: what the operator answers for. An answer of the store's
/// is judged, whatever is assured.
std::vector<std::string> judge_bucket(const storage::objects::S3BucketFacts& facts, std::string_view region,
                                      const std::vector<std::string>& assured);

}  // namespace gateway::app
