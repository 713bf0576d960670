#include "gateway/verify/tree_reader.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace gateway::verify {

namespace {

struct Reader {
    const LogSource& log;
    std::uint64_t size;

    // The root of the entries [begin, end): a complete subtree out of one tile, anything else out of its halves.
    std::optional<Hash> range(std::uint64_t begin, std::uint64_t end) const {
        const std::uint64_t count = end - begin;
        if (std::has_single_bit(count) && (begin & (count - 1)) == 0) {
            const auto level = static_cast<unsigned>(std::countr_zero(count));
            return complete(level, begin >> level);
        }
        const std::uint64_t middle = begin + std::bit_floor(count - 1);
        const std::optional<Hash> left = range(begin, middle);
        const std::optional<Hash> right = range(middle, end);
        if (!left || !right) return std::nullopt;
        return node_hash(*left, *right);
    }

    std::optional<Hash> complete(unsigned height, std::uint64_t index) const {
        const unsigned level = height / 8;
        const unsigned below = height % 8;
        const std::uint64_t first = index << below;
        const std::uint64_t hashes = size >> (8 * level);
        const std::uint64_t tile_index = first / Tile::kWidth;
        const auto width =
            static_cast<unsigned>(std::min<std::uint64_t>(Tile::kWidth, hashes - tile_index * Tile::kWidth));
        const std::optional<std::string> bytes = log.read(Tile{level, tile_index, width});
        const std::size_t count = std::size_t{1} << below;
        const std::size_t offset = first % Tile::kWidth;
        if (!bytes || bytes->size() != width * sizeof(Hash) || offset + count > width) return std::nullopt;
        std::vector<Hash> row(count);
        std::memcpy(row.data(), bytes->data() + offset * sizeof(Hash), count * sizeof(Hash));
        return complete_root(std::move(row));
    }
};

// Siblings in the order from the root down; nothing when one could not be read.
struct Path {
    std::vector<Hash> hashes;
    bool whole = true;

    void add(const std::optional<Hash>& hash) {
        whole = whole && hash.has_value();
        if (hash) hashes.push_back(*hash);
    }
    std::optional<std::vector<Hash>> upwards() {
        if (!whole) return std::nullopt;
        std::reverse(hashes.begin(), hashes.end());
        return std::move(hashes);
    }
};

}  // namespace

std::optional<std::vector<Hash>> inclusion_path(const LogSource& log, std::uint64_t index, std::uint64_t size) {
    const Reader reader{log, size};
    Path path;
    std::uint64_t begin = 0;
    std::uint64_t end = size;
    while (end - begin > 1) {
        const std::uint64_t middle = begin + std::bit_floor(end - begin - 1);
        if (index < middle) {
            path.add(reader.range(middle, end));
            end = middle;
        } else {
            path.add(reader.range(begin, middle));
            begin = middle;
        }
    }
    return path.upwards();
}

std::optional<std::vector<Hash>> consistency_path(const LogSource& log, std::uint64_t old_size, std::uint64_t size) {
    const Reader reader{log, size};
    Path path;
    if (old_size == 0 || old_size == size) return path.upwards();
    std::uint64_t begin = 0;
    std::uint64_t end = size;
    while (old_size != end) {
        const std::uint64_t middle = begin + std::bit_floor(end - begin - 1);
        if (old_size <= middle) {
            path.add(reader.range(middle, end));
            end = middle;
        } else {
            path.add(reader.range(begin, middle));
            begin = middle;
        }
    }
    if (begin != 0) path.add(reader.range(begin, end));
    return path.upwards();
}

}  // namespace gateway::verify
