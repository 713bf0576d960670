#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>

#include "policy/result.hpp"
#include "storage/objects/object_store.hpp"

namespace storage::objects {

struct Copied {
    bool gone = false;   ///< `from` does not have it (any more): whoever took it away decides what becomes of a copy.
    bool wrote = false;  ///< False: an equal copy was there.
    std::uint64_t bytes = 0;
};

/// Copies an object byte for byte from one store to another and reads the copy back; success means that both were the
/// same. `from` has the true one: a copy that differs is removed and written anew. kCorrupt: what was written read back
/// differently, and was removed.
boost::asio::awaitable<policy::Result<Copied>> copy_object(ObjectStore& from, ObjectStore& to, ObjectName name,
                                                           Deadline deadline);

}  // namespace storage::objects
