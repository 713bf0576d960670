#include "gateway/verify/log_source.hpp"

namespace gateway::verify {

namespace {

constexpr std::size_t kMaxBundle = std::size_t{Tile::kWidth} * (2 + 65535);
constexpr std::size_t kHashSize = 32;

}  // namespace

std::string path_of(const Tile& tile) {
    std::string path = "tile/" + (tile.level == Tile::kEntries ? "entries" : std::to_string(tile.level));
    std::string digits = std::to_string(tile.index);
    digits.insert(0, (3 - digits.size() % 3) % 3, '0');
    for (std::size_t i = 0; i < digits.size(); i += 3) {
        path += (i + 3 < digits.size() ? "/x" : "/") + digits.substr(i, 3);
    }
    if (tile.width < Tile::kWidth) path += ".p/" + std::to_string(tile.width);
    return path;
}

std::optional<std::string> LogSource::checkpoint(const StoredCheckpoint& stored) const {
    return get(stored.path, kMaxCheckpoint);
}

std::optional<std::string> LogSource::read(const Tile& tile) const {
    std::optional<std::string> bytes = get(path_of(tile), kMaxBundle);
    if (bytes || tile.width == Tile::kWidth) return bytes;
    bytes = get(path_of(Tile{tile.level, tile.index, Tile::kWidth}), kMaxBundle);
    if (bytes && tile.level != Tile::kEntries && bytes->size() > tile.width * kHashSize) {
        bytes->resize(tile.width * kHashSize);
    }
    return bytes;
}

}  // namespace gateway::verify
