#include "storage/audit/tile_edge.hpp"

#include <bit>
#include <span>

namespace storage::audit {

using policy::Code;
using policy::fail;
using policy::Result;

Result<TileEdge> TileEdge::of(std::uint64_t size, std::vector<std::vector<Hash>> rows) {
    std::uint64_t hashes = size;
    for (const std::vector<Hash>& row : rows) {
        if (row.size() != hashes % kTileWidth) return fail(Code::kCorrupt, "the right edge of the tree does not fit");
        hashes /= kTileWidth;
    }
    if (hashes != 0) return fail(Code::kCorrupt, "the right edge of the tree lacks levels");
    TileEdge edge;
    edge.size_ = size;
    edge.rows_ = std::move(rows);
    return edge;
}

void TileEdge::append(const Hash& leaf, std::vector<FullTile>& full) {
    Hash hash = leaf;
    std::uint64_t index = size_ / kTileWidth;
    for (unsigned level = 0;; ++level, index /= kTileWidth) {
        if (rows_.size() == level) rows_.emplace_back();
        std::vector<Hash>& row = rows_[level];
        row.push_back(hash);
        if (row.size() < kTileWidth) break;
        hash = tile_root(row);
        full.emplace_back(Tile{level, index, kTileWidth}, std::move(row));
        row.clear();
    }
    ++size_;
}

Hash TileEdge::root() const {
    std::vector<Hash> peaks;
    for (std::size_t level = rows_.size(); level > 0; --level) {
        std::span<const Hash> row(rows_[level - 1]);
        while (!row.empty()) {
            const std::size_t count = std::bit_floor(row.size());
            std::vector<Hash> complete(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(count));
            for (std::size_t left = count; left > 1; left /= 2) {
                for (std::size_t i = 0; i < left / 2; ++i)
                    complete[i] = node_hash(complete[2 * i], complete[2 * i + 1]);
            }
            peaks.push_back(complete.front());
            row = row.subspan(count);
        }
    }
    return peaks.empty() ? empty_root() : fold_right(peaks);
}

std::vector<TileEdge::FullTile> TileEdge::partial() const {
    std::vector<FullTile> tiles;
    std::uint64_t hashes = size_;
    for (unsigned level = 0; level < rows_.size(); ++level, hashes /= kTileWidth) {
        if (rows_[level].empty()) continue;
        tiles.emplace_back(Tile{level, hashes / kTileWidth, static_cast<unsigned>(rows_[level].size())}, rows_[level]);
    }
    return tiles;
}

}  // namespace storage::audit
