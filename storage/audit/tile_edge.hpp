#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "policy/result.hpp"
#include "storage/audit/tile.hpp"
#include "storage/audit/tree.hpp"

namespace storage::audit {

/// The right edge of the tree in terms of tiles: for each tile level the hashes of its last, still partial tile. All
/// that appending, writing tiles and telling the root needs. A value.
class TileEdge {
  public:
    using FullTile = std::pair<Tile, std::vector<Hash>>;

    TileEdge() = default;
    /// `rows[l]` has as many hashes as a tree of `size` has in its partial tile of level l. kCorrupt otherwise.
    static policy::Result<TileEdge> of(std::uint64_t size, std::vector<std::vector<Hash>> rows);

    /// Tiles that become full go to `full`, lower levels first.
    void append(const Hash& leaf, std::vector<FullTile>& full);

    std::uint64_t size() const noexcept { return size_; }
    Hash root() const;
    /// The partial tiles, lower levels first; empty ones left out.
    std::vector<FullTile> partial() const;
    const std::vector<std::vector<Hash>>& rows() const noexcept { return rows_; }

  private:
    std::uint64_t size_ = 0;
    std::vector<std::vector<Hash>> rows_;
};

}  // namespace storage::audit
