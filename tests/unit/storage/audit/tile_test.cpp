#include "storage/audit/tile.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <vector>
#include "tests/support/print_result.hpp"

#include "storage/audit/tile_edge.hpp"
#include "storage/crypto/bytes.hpp"

using namespace storage;         // NOLINT(google-build-using-namespace)
using namespace storage::audit;  // NOLINT(google-build-using-namespace)

namespace {

Hash leaf(std::uint64_t number) {
    return leaf_hash(std::as_bytes(std::span(&number, 1)));
}

}  // namespace

TEST_CASE("Tiles have the paths of tlog-tiles") {
    CHECK(name_of(Tile{0, 1234067, 256}).text() == "log/tile/0/x001/x234/067");
    CHECK(name_of(Tile{1, 5, 17}).text() == "log/tile/1/005.p/17");
    CHECK(name_of(Tile{Tile::kEntries, 1000, 1}).text() == "log/tile/entries/x001/000.p/1");
}

TEST_CASE("A path of tlog-tiles names one tile, and whatever is written otherwise none") {
    for (const auto& tile : {Tile{0, 1234067, 256}, Tile{1, 5, 17}, Tile{7, 0, 1}, Tile{Tile::kEntries, 1000, 1},
                             Tile{Tile::kEntries, 0, 256}}) {
        const auto name = name_of(tile).text();
        CHECK(parse_tile_path(name.substr(std::string("log/tile/").size())) == tile);
    }
    for (const char* path : {"",
                             "0",
                             "0/",
                             "/000",
                             "0/0",
                             "0/1234067",
                             "0/x000/001",
                             "0/001/",
                             "00/001",
                             "64/001",
                             "-1/001",
                             "0/001.p/0",
                             "0/001.p/256",
                             "0/001.p/01",
                             "0/001.p/",
                             "0/001.p/1/2",
                             "entries/",
                             "entries/1",
                             "entries/001.p/300",
                             "data/001",
                             "0/x001/067/..",
                             "0/x99999999/x99999999/x99999999/999",
                             "0/001.p/1 "}) {
        INFO(path);
        CHECK_FALSE(parse_tile_path(path).has_value());
    }
}

TEST_CASE("A tree of 70,000 has the tiles that the specification counts") {
    std::map<unsigned, unsigned> full;
    std::map<unsigned, unsigned> partial;
    for (const Tile& tile : new_tiles(0, 70'000)) {
        if (tile.width == kTileWidth) ++full[tile.level];
        if (tile.width != kTileWidth) partial[tile.level] = tile.width;
    }
    CHECK(full == std::map<unsigned, unsigned>{{0, 273}, {1, 1}});
    CHECK(partial == std::map<unsigned, unsigned>{{0, 112}, {1, 17}, {2, 1}});
    CHECK(new_tiles(0, 256) == std::vector<Tile>{{0, 0, 256}, {1, 0, 1}});
    CHECK(new_tiles(70'000, 70'000).empty());
    CHECK(new_bundles(10, 300) == std::vector<Tile>{{Tile::kEntries, 0, 256}, {Tile::kEntries, 1, 44}});
}

TEST_CASE("The edge has the root of the tree at every size, writes each full tile once and can be taken up again") {
    TileEdge edge;
    Frontier frontier;
    std::vector<TileEdge::FullTile> tiles;
    for (std::uint64_t i = 0; i < 66'000; ++i) {
        const Hash hash = leaf(i);
        edge.append(hash, tiles);
        frontier.append(hash);
        if (i % 251 == 0 || i > 65'530) {
            REQUIRE(edge.root() == frontier.root());
            edge = *TileEdge::of(edge.size(), edge.rows());
        }
    }
    CHECK(edge.root() == frontier.root());
    std::vector<Tile> full;
    for (const Tile& tile : new_tiles(0, 66'000)) {
        if (tile.width == kTileWidth) full.push_back(tile);
    }
    CHECK(tiles.size() == full.size());
    CHECK(edge.partial().size() == 3);
    CHECK_FALSE(TileEdge::of(300, {}));
}

TEST_CASE("A node is found in its tile") {
    TileEdge edge;
    std::vector<TileEdge::FullTile> tiles;
    for (std::uint64_t i = 0; i < 600; ++i) edge.append(leaf(i), tiles);
    for (auto& tile : edge.partial()) tiles.push_back(tile);
    const auto hash_of = [&](const Node& node) {
        const Tile wanted = tile_of(node, 600);
        for (const auto& [tile, hashes] : tiles) {
            if (tile == wanted) return *node_in_tile(node, tile, encode_tile(hashes));
        }
        throw std::logic_error("no such tile");
    };
    CHECK(hash_of(Node{0, 599}) == leaf(599));
    CHECK(hash_of(Node{1, 3}) == node_hash(leaf(6), leaf(7)));
    CHECK(hash_of(Node{9, 0}) == node_hash(hash_of(Node{8, 0}), hash_of(Node{8, 1})));
    CHECK(hash_of(Node{8, 0}) == node_hash(hash_of(Node{7, 0}), hash_of(Node{7, 1})));
    CHECK_FALSE(node_in_tile(Node{0, 1}, Tile{0, 0, 256}, {}));
}

TEST_CASE("An entry bundle is read back, and a damaged one is refused") {
    const std::vector<crypto::Bytes> entries{crypto::Bytes(3, std::byte{7}), {}, crypto::Bytes(65535, std::byte{1})};
    const crypto::Bytes bundle = encode_bundle(entries);
    CHECK(bundle.size() == 3 * 2 + 3 + 65535);
    const auto parsed = parse_bundle(bundle, 3);
    REQUIRE(parsed);
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(crypto::Bytes((*parsed)[i].begin(), (*parsed)[i].end()) == entries[i]);
    }
    CHECK_FALSE(parse_bundle(bundle, 2));
    CHECK_FALSE(parse_bundle(bundle, 4));
    CHECK_FALSE(parse_bundle(std::span(bundle).first(bundle.size() - 1), 3));
    CHECK_FALSE(parse_bundle(std::span(bundle).first(1), 1));
}
