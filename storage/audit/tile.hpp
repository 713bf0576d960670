#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "policy/result.hpp"
#include "storage/audit/tree.hpp"
#include "storage/crypto/bytes.hpp"
#include "storage/objects/object_name.hpp"

namespace storage::audit {

// The C2SP tlog-tiles layout (c2sp.org/tlog-tiles). A tile is up to 256 consecutive hashes of one level; levels count
// tile heights, so a hash of tile level l is the root of 256^l entries. Beside each tile of level 0 lies the bundle of
// the entries themselves. A partial tile is never hashed upwards.

constexpr unsigned kTileWidth = 256;
constexpr std::size_t kMaxBundleSize = std::size_t{kTileWidth} * (2 + 65535);

/// One tile, or with level kEntries one entry bundle.
struct Tile {
    static constexpr unsigned kEntries = 64;  ///< Tile levels go from 0 to 7: 256^8 entries is past any log.

    unsigned level = 0;
    std::uint64_t index = 0;
    unsigned width = kTileWidth;  ///< 1..256; 256 is a full tile.
    friend bool operator==(const Tile&, const Tile&) = default;
};

/// "log/tile/0/x001/x234/067", "log/tile/entries/000.p/17": the tlog-tiles path, under "log/".
objects::ObjectName name_of(const Tile& tile);

/// The tile whose name is "log/tile/" and `path`. Nothing: there is no such name.
std::optional<Tile> parse_tile_path(std::string_view path);

/// The tiles (no bundles) that a tree of `new_size` has and one of `old_size` has not: level by level, by index, the
/// full ones and at most one partial a level.
std::vector<Tile> new_tiles(std::uint64_t old_size, std::uint64_t new_size);

/// The same for the entry bundles.
std::vector<Tile> new_bundles(std::uint64_t old_size, std::uint64_t new_size);

/// The tile of a tree of `size` (as wide as that tree has it) in which the hash of `node` is, or is computed from; the
/// node must be complete in that tree.
Tile tile_of(const Node& node, std::uint64_t size);

/// The hash of `node` out of the bytes of tile_of(node). kCorrupt when the bytes are not a tile of that width.
policy::Result<Hash> node_in_tile(const Node& node, const Tile& tile, std::span<const std::byte> bytes);

/// The hash that a full tile contributes to the level above. `hashes` are kTileWidth.
Hash tile_root(std::span<const Hash> hashes);

crypto::Bytes encode_tile(std::span<const Hash> hashes);

/// kCorrupt unless it is exactly `width` hashes.
policy::Result<std::vector<Hash>> parse_tile(std::span<const std::byte> bytes, unsigned width);

/// u16-BE length || entry, again and again. Each entry at most 65535 bytes.
crypto::Bytes encode_bundle(std::span<const crypto::Bytes> entries);

/// The entries of a bundle, as views into `bytes`. kCorrupt unless it holds exactly `count` and nothing more.
policy::Result<std::vector<std::span<const std::byte>>> parse_bundle(std::span<const std::byte> bytes,
                                                                     std::size_t count);

}  // namespace storage::audit
