#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <string>
#include <vector>

#include "policy/result.hpp"
#include "storage/objects/object_store.hpp"
#include "storage/objects/s3_client.hpp"
#include "storage/objects/s3_xml.hpp"

namespace storage::objects {

/// ObjectStore::list(). Keys that are no names of ours are passed over.
boost::asio::awaitable<policy::Result<Listing>> list_s3_objects(S3Client& client, std::string prefix, std::string after,
                                                                std::size_t limit, Deadline deadline);

/// What all of these names, in order and at least one, begin with.
std::string common_prefix(const std::vector<ObjectName>& names);

/// All versions and delete markers of exactly these names, which are in order and each there once.
boost::asio::awaitable<policy::Result<std::vector<S3Version>>> versions_of(S3Client& client,
                                                                           const std::vector<ObjectName>& names,
                                                                           Deadline deadline);

/// All multipart uploads of keys with this prefix.
boost::asio::awaitable<policy::Result<std::vector<S3OpenUpload>>> open_uploads(S3Client& client, std::string prefix,
                                                                               Deadline deadline);

}  // namespace storage::objects
