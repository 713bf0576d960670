#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "gateway/verify/log_source.hpp"
#include "gateway/verify/merkle.hpp"

namespace gateway::verify {

/// Builds the tree from its leaves, tile by tile, keeping one partial tile a level: 8 KiB times the height, whatever
/// the size of the log.
class Rows {
  public:
    /// Called for each tile as it becomes full (levels from 0 up).
    using Visit = std::function<void(const Tile&, const std::vector<Hash>&)>;

    explicit Rows(Visit visit) : visit_(std::move(visit)) {}

    void append(const Hash& leaf);
    std::uint64_t size() const noexcept { return size_; }
    Hash root() const;
    void visit_partial() const;

  private:
    Visit visit_;
    std::uint64_t size_ = 0;
    std::vector<std::vector<Hash>> rows_;
};

}  // namespace gateway::verify
