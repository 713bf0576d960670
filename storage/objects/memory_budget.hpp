#pragma once

#include <cstddef>

#include "storage/async/budget.hpp"

namespace storage::objects {

/// Bytes of a MemoryBudget.
using MemoryGrant = async::Grant;

/// The bound on the bytes that all uploads together may buffer.
class MemoryBudget final : public async::Budget {
  public:
    MemoryBudget(std::size_t total_bytes, std::size_t max_waiters)
        : Budget("memory for uploads", total_bytes, max_waiters) {}
};

}  // namespace storage::objects
