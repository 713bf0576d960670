#pragma once

#include <boost/asio/awaitable.hpp>
#include <vector>

#include "policy/result.hpp"
#include "storage/async/blocking_pool.hpp"
#include "storage/objects/file_tree.hpp"
#include "storage/objects/object_store.hpp"

namespace storage::objects {

struct RemovalPlace {
    FileTree& tree;
    async::BlockingPool& pool;
    unsigned jobs;
    bool sync_whole_file_system;
};

/// Removes files durably: unlinks in parallel; then each touched folder is removed if it is empty, else synced, and so
/// on upwards (a removed folder is made durable by its parent's fsync: a whole day costs one); then every name is
/// looked for again.
boost::asio::awaitable<policy::Result<void>> remove_files(RemovalPlace place, std::vector<ObjectName> names,
                                                          Deadline deadline);

}  // namespace storage::objects
