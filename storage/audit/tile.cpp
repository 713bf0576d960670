#include "storage/audit/tile.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <utility>

namespace storage::audit {

using policy::Code;
using policy::fail;
using policy::Result;

namespace {

constexpr unsigned kLevels = 8;  // 256^8 entries fill 64 bits.
constexpr unsigned kBitsPerLevel = 8;
constexpr std::size_t kHashSize = std::tuple_size_v<Hash>;

// How many hashes tile level `level` has in a tree of `size`.
std::uint64_t hashes_at(unsigned level, std::uint64_t size) {
    return size >> (level * kBitsPerLevel);
}

// The root over a power of two of hashes.
Hash root_of_complete(std::vector<Hash> row) {
    for (std::size_t left = row.size(); left > 1; left /= 2) {
        for (std::size_t i = 0; i < left / 2; ++i) row[i] = node_hash(row[2 * i], row[2 * i + 1]);
    }
    return row.front();
}

void add_new_tiles(std::vector<Tile>& tiles, unsigned level, std::uint64_t old_hashes, std::uint64_t new_hashes) {
    if (old_hashes == new_hashes) return;
    for (std::uint64_t index = old_hashes / kTileWidth; index < new_hashes / kTileWidth; ++index) {
        tiles.push_back(Tile{level, index, kTileWidth});
    }
    const auto rest = static_cast<unsigned>(new_hashes % kTileWidth);
    if (rest != 0) tiles.push_back(Tile{level, new_hashes / kTileWidth, rest});
}

}  // namespace

objects::ObjectName name_of(const Tile& tile) {
    return tile.level == Tile::kEntries ? objects::log_entries(tile.index, tile.width)
                                        : objects::log_tile(tile.level, tile.index, tile.width);
}

std::optional<Tile> parse_tile_path(std::string_view path) {
    constexpr std::string_view kEntries = "entries/";
    constexpr std::string_view kPartial = ".p/";
    const auto number = [](std::string_view digits) -> std::optional<std::uint64_t> {
        std::uint64_t value = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
        return value;
    };
    std::string_view rest = path;
    Tile tile;
    if (rest.starts_with(kEntries)) {
        tile.level = Tile::kEntries;
        rest.remove_prefix(kEntries.size());
    } else {
        const std::size_t slash = rest.find('/');
        const auto level = number(rest.substr(0, slash));
        if (slash == std::string_view::npos || !level || *level >= Tile::kEntries) return std::nullopt;
        tile.level = static_cast<unsigned>(*level);
        rest.remove_prefix(slash + 1);
    }
    if (const std::size_t partial = rest.find(kPartial); partial != std::string_view::npos) {
        const auto width = number(rest.substr(partial + kPartial.size()));
        if (!width || *width == 0 || *width >= kTileWidth) return std::nullopt;
        tile.width = static_cast<unsigned>(*width);
        rest = rest.substr(0, partial);
    }
    std::string digits;
    for (const char c : rest) {
        if (c != 'x' && c != '/') digits += c;
    }
    const auto index = number(digits);
    if (!index) return std::nullopt;
    tile.index = *index;
    // One name a tile: whatever else was written differently is none.
    if (name_of(tile).text() != "log/tile/" + std::string(path)) return std::nullopt;
    return tile;
}

std::vector<Tile> new_tiles(std::uint64_t old_size, std::uint64_t new_size) {
    std::vector<Tile> tiles;
    for (unsigned level = 0; level < kLevels; ++level) {
        add_new_tiles(tiles, level, hashes_at(level, old_size), hashes_at(level, new_size));
    }
    return tiles;
}

std::vector<Tile> new_bundles(std::uint64_t old_size, std::uint64_t new_size) {
    std::vector<Tile> bundles;
    add_new_tiles(bundles, 0, old_size, new_size);
    for (Tile& bundle : bundles) bundle.level = Tile::kEntries;
    return bundles;
}

Tile tile_of(const Node& node, std::uint64_t size) {
    const unsigned level = node.level / kBitsPerLevel;
    const unsigned below = node.level % kBitsPerLevel;  // Tree levels between the tile's hashes and the node.
    const std::uint64_t index = (node.index << below) / kTileWidth;
    const std::uint64_t hashes = hashes_at(level, size);
    const std::uint64_t width = std::min<std::uint64_t>(kTileWidth, hashes - index * kTileWidth);
    return Tile{level, index, static_cast<unsigned>(width)};
}

Result<Hash> node_in_tile(const Node& node, const Tile& tile, std::span<const std::byte> bytes) {
    if (bytes.size() != tile.width * kHashSize) return fail(Code::kCorrupt, "a tile has the wrong size");
    const unsigned below = node.level % kBitsPerLevel;
    const std::uint64_t first = (node.index << below) % kTileWidth;
    const std::size_t count = std::size_t{1} << below;
    if (first + count > tile.width) return fail(Code::kInvalid, "the node is not within the tile");
    std::vector<Hash> row(count);
    std::memcpy(row.data(), bytes.data() + first * kHashSize, count * kHashSize);
    return root_of_complete(std::move(row));
}

Hash tile_root(std::span<const Hash> hashes) {
    if (hashes.size() != kTileWidth) throw std::logic_error("only a full tile is hashed upwards");
    return root_of_complete(std::vector<Hash>(hashes.begin(), hashes.end()));
}

crypto::Bytes encode_tile(std::span<const Hash> hashes) {
    const auto bytes = std::as_bytes(hashes);
    return {bytes.begin(), bytes.end()};
}

Result<std::vector<Hash>> parse_tile(std::span<const std::byte> bytes, unsigned width) {
    if (bytes.size() != width * kHashSize) return fail(Code::kCorrupt, "a tile has the wrong size");
    std::vector<Hash> hashes(width);
    std::memcpy(hashes.data(), bytes.data(), bytes.size());
    return hashes;
}

crypto::Bytes encode_bundle(std::span<const crypto::Bytes> entries) {
    crypto::Bytes out;
    std::size_t size = 0;
    for (const crypto::Bytes& entry : entries) size += 2 + entry.size();
    out.reserve(size);
    for (const crypto::Bytes& entry : entries) {
        if (entry.size() > std::numeric_limits<std::uint16_t>::max()) throw std::logic_error("an entry is too long");
        out.push_back(static_cast<std::byte>(entry.size() >> 8U));
        out.push_back(static_cast<std::byte>(entry.size() & 0xFFU));
        crypto::append(out, entry);
    }
    return out;
}

Result<std::vector<std::span<const std::byte>>> parse_bundle(std::span<const std::byte> bytes, std::size_t count) {
    std::vector<std::span<const std::byte>> entries;
    entries.reserve(std::min<std::size_t>(count, kTileWidth));
    while (!bytes.empty()) {
        if (entries.size() == count) return fail(Code::kCorrupt, "an entry bundle holds too many entries");
        if (bytes.size() < 2) return fail(Code::kCorrupt, "an entry bundle is cut short");
        const auto size = std::to_integer<std::size_t>(bytes[0]) * 256 + std::to_integer<std::size_t>(bytes[1]);
        if (bytes.size() - 2 < size) return fail(Code::kCorrupt, "an entry bundle is cut short");
        entries.push_back(bytes.subspan(2, size));
        bytes = bytes.subspan(2 + size);
    }
    if (entries.size() != count) return fail(Code::kCorrupt, "an entry bundle holds too few entries");
    return entries;
}

}  // namespace storage::audit
