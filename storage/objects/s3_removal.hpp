#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <vector>

#include "policy/result.hpp"
#include "policy/time.hpp"
#include "storage/objects/object_store.hpp"
#include "storage/objects/s3_client.hpp"

namespace storage::objects {

/// ObjectStore::remove_many(): every version and delete marker of each name is deleted by its id, every multipart
/// upload aborted, and then all of it looked for again: no version, no marker, no upload, and the object itself not
/// found. What comes meanwhile is removed too, in a bounded number of rounds. One that is refused keeps no other one
/// from being removed; the first error is told at the end. kDenied: a lock (the text says until when, if the store
/// tells) or a missing right.
boost::asio::awaitable<policy::Result<void>> remove_s3_objects(S3Client& client, std::vector<ObjectName> names,
                                                               Deadline deadline);

/// Aborts multipart uploads that were begun before `before`, by the store's clock: what crashes left. How many.
boost::asio::awaitable<policy::Result<std::size_t>> abort_stray_uploads(S3Client& client, policy::Instant before,
                                                                        Deadline deadline);

}  // namespace storage::objects
