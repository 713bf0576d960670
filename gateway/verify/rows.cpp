#include "gateway/verify/rows.hpp"

#include <algorithm>
#include <bit>

namespace gateway::verify {

void Rows::append(const Hash& leaf) {
    Hash hash = leaf;
    std::uint64_t index = size_ / Tile::kWidth;
    for (unsigned level = 0;; ++level, index /= Tile::kWidth) {
        if (rows_.size() == level) {
            rows_.emplace_back();
            rows_.back().reserve(Tile::kWidth);
        }
        std::vector<Hash>& row = rows_[level];
        row.push_back(hash);
        if (row.size() < Tile::kWidth) break;
        visit_(Tile{level, index, Tile::kWidth}, row);
        hash = complete_root(row);
        row.clear();
    }
    ++size_;
}

Hash Rows::root() const {
    std::vector<Hash> peaks;
    for (auto row = rows_.rbegin(); row != rows_.rend(); ++row) {
        std::size_t done = 0;
        while (done < row->size()) {
            const std::size_t count = std::bit_floor(row->size() - done);
            const auto first = row->begin() + static_cast<std::ptrdiff_t>(done);
            peaks.push_back(complete_root(std::vector<Hash>(first, first + static_cast<std::ptrdiff_t>(count))));
            done += count;
        }
    }
    if (peaks.empty()) return sha256({});
    Hash hash = peaks.back();
    for (std::size_t i = peaks.size() - 1; i > 0; --i) hash = node_hash(peaks[i - 1], hash);
    return hash;
}

void Rows::visit_partial() const {
    std::uint64_t hashes = size_;
    for (unsigned level = 0; level < rows_.size(); ++level, hashes /= Tile::kWidth) {
        if (rows_[level].empty()) continue;
        visit_(Tile{level, hashes / Tile::kWidth, static_cast<unsigned>(rows_[level].size())}, rows_[level]);
    }
}

}  // namespace gateway::verify
