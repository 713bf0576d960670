#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <span>
#include <string>

#include "policy/result.hpp"
#include "storage/objects/object_name.hpp"
#include "storage/objects/s3_client.hpp"

namespace storage::objects {

/// One attempt to store an object: its name, and a random mark that goes with it, by which the store tells afterwards
/// whether an object is that of this attempt.
struct S3Put {
    S3Client& client;
    ObjectName name;
    std::string mark;
    Deadline deadline;

    static S3Put make(S3Client& client, ObjectName name, Deadline deadline);
    /// A PUT of the object, without its body: refused when the name is taken (where the store can), with the mark.
    S3Request request(std::span<const std::byte> body) const;
};

/// What an outcome means for the object. An error that leaves it in doubt is looked into: success when the object turns
/// out to be there with our mark, kConflict when another one is, kInDoubt when it cannot be told.
boost::asio::awaitable<policy::Result<void>> settle(S3Put put, S3Outcome outcome);

/// Stores all of `bytes` in one request, repeated as often as needed. `bytes` must stay until the await ends.
boost::asio::awaitable<policy::Result<void>> put_whole(S3Put put, std::span<const std::byte> bytes);

/// Whether an object is there now, whoever stored it. kUnavailable, kDeadline: not known.
boost::asio::awaitable<policy::Result<bool>> is_taken(S3Put put);

}  // namespace storage::objects
