#pragma once

#include <cstddef>
#include <string>

#include "policy/result.hpp"
#include "storage/objects/object_store.hpp"

namespace storage::objects {

/// One page of the objects below `root`, in the byte order of their names: reads only the folders that can hold a name
/// with the prefix and after `after`. Blocking. What is no object name (temporary files, lost+found) is passed over.
policy::Result<Listing> list_files(const std::string& root, const std::string& prefix, const std::string& after,
                                   std::size_t limit);

}  // namespace storage::objects
