#pragma once

#include <chrono>
#include <cstddef>

#include "policy/result.hpp"
#include "storage/objects/file_tree.hpp"

namespace storage::objects {

/// Proves that the temporary folder can be written, by a probe file, and removes the temporary files that were last
/// written at least `lease` before the probe: by the file system's own clock. Tells how many. Blocking, at start.
policy::Result<std::size_t> sweep_debris(FileTree& tree, std::chrono::seconds lease);

}  // namespace storage::objects
