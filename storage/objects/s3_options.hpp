#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>

#include "policy/time.hpp"
#include "storage/net/url.hpp"
#include "storage/objects/s3_retry.hpp"

namespace storage::objects {

/// Which bucket of which S3 store, and how patient to be with it.
struct S3Options {
    net::Url endpoint;   ///< Host and port of the store; its target is not looked at.
    std::string region;  ///< What requests are signed for.
    std::string bucket;
    bool path_style = true;  ///< https://host/bucket/key; else https://bucket.host/key.
    std::filesystem::path credentials_file;
    std::string authorities_pem;  ///< Who may vouch for the store, instead of the system's authorities; empty: those.

    std::chrono::milliseconds connect_limit = std::chrono::seconds(10);
    std::chrono::milliseconds stall_limit = std::chrono::seconds(30);  ///< Without a byte moving.
    std::chrono::milliseconds idle_limit = std::chrono::seconds(20);  ///< Stores close kept connections after a minute.
    std::chrono::milliseconds continue_limit = std::chrono::seconds(10);  ///< For the answer to Expect: 100-continue.
    /// How long bodies are sent unasked after the store did not know the question.
    std::chrono::milliseconds unasked_limit = std::chrono::minutes(5);
    std::size_t max_connections = 256;  ///< In use at once, over all loops; further requests wait for one.
    S3RetryLimits retries;

    std::function<policy::Instant()> clock = {};  ///< What the signature's time is taken from; empty: the machine's.
};

}  // namespace storage::objects
