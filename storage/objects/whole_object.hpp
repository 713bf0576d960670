#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <span>
#include <vector>

#include "policy/result.hpp"
#include "storage/objects/object_store.hpp"

namespace storage::objects {

/// Stores a small object (checkpoint, ledger record, tile) in one go. The same bytes under the name already: success,
/// and durable; so a repeat after a crash or a kInDoubt is safe. Other bytes: kConflict.
/// `bytes` must stay as they are until the await ends; `store` likewise.
boost::asio::awaitable<policy::Result<void>> put_once(ObjectStore& store, ObjectName name,
                                                      std::span<const std::byte> bytes, Deadline deadline);

/// The whole object. kTooLarge when it is larger than `max_bytes`.
boost::asio::awaitable<policy::Result<std::vector<std::byte>>> get(ObjectStore& store, ObjectName name,
                                                                   std::size_t max_bytes, Deadline deadline);

}  // namespace storage::objects
