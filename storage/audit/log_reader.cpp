#include "storage/audit/log_reader.hpp"

#include <charconv>
#include <limits>
#include <utility>

#include "storage/objects/object_name.hpp"
#include "storage/objects/object_store.hpp"
#include "storage/objects/whole_object.hpp"

namespace storage::audit {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;
using policy::Result;

namespace {

constexpr std::size_t kMaxCheckpointSize = std::size_t{64} * 1024;
constexpr std::size_t kListPage = 1000;
constexpr std::size_t kHashSize = std::tuple_size_v<Hash>;

// "log/checkpoint/" and the size that a name under it tells.
std::string checkpoint_prefix() {
    const std::string name = objects::log_checkpoint(0).text();
    return name.substr(0, name.rfind('/') + 1);
}

Result<std::uint64_t> size_in(const objects::ObjectName& name) {
    const std::string& text = name.text();
    const std::size_t digits = text.rfind('/') + 1;
    std::uint64_t size = 0;
    const auto [end, error] = std::from_chars(text.data() + digits, text.data() + text.size(), size);
    if (error != std::errc{} || end != text.data() + text.size() || objects::log_checkpoint(size) != name) {
        return fail(Code::kCorrupt, "something else than a checkpoint lies under " + checkpoint_prefix());
    }
    return size;
}

// The bundle of `bytes` cut to its first `count` entries.
Result<std::vector<std::span<const std::byte>>> first_entries(std::span<const std::byte> bytes, std::size_t count,
                                                              bool may_hold_more) {
    if (!may_hold_more) return parse_bundle(bytes, count);
    Result<std::vector<std::span<const std::byte>>> all = parse_bundle(bytes, kTileWidth);
    if (all) all->resize(count);
    return all;
}

}  // namespace

LogReader::LogReader(objects::ObjectStore& store, std::string origin, std::vector<VerifierKey> keys)
    : store_(&store), origin_(std::move(origin)), keys_(std::move(keys)) {}

awaitable<Result<SignedCheckpoint>> LogReader::checkpoint(std::uint64_t size, Deadline deadline) const {
    auto bytes = co_await objects::get(*store_, objects::log_checkpoint(size), kMaxCheckpointSize, deadline);
    if (!bytes) co_return bytes.error();
    std::string note = crypto::text_of(*bytes);
    Result<Checkpoint> opened = open_checkpoint(note, origin_, keys_);
    if (!opened) co_return opened.error();
    if (opened->size != size) co_return fail(Code::kCorrupt, "a checkpoint is of another size than its name says");
    co_return SignedCheckpoint{std::move(*opened), std::move(note)};
}

awaitable<Result<std::vector<std::uint64_t>>> LogReader::sizes_after(std::optional<std::uint64_t> size,
                                                                     std::size_t limit, Deadline deadline) const {
    std::string after;
    if (size) after = objects::log_checkpoint(*size).text();
    auto listing = co_await store_->list(checkpoint_prefix(), std::move(after), limit, deadline);
    if (!listing) co_return listing.error();
    std::vector<std::uint64_t> sizes;
    for (const objects::ListedObject& object : listing->objects) {
        const Result<std::uint64_t> found = size_in(object.name);
        if (!found) co_return found.error();
        sizes.push_back(*found);
    }
    co_return sizes;
}

awaitable<Result<SignedCheckpoint>> LogReader::newest(std::optional<std::uint64_t> at_least, Deadline deadline) const {
    std::optional<std::uint64_t> last = at_least;
    bool found_any = false;
    for (;;) {
        auto sizes = co_await sizes_after(last, kListPage, deadline);
        if (!sizes) co_return sizes.error();
        if (sizes->empty()) break;
        last = sizes->back();
        found_any = true;
    }
    if (!last || (!found_any && *last == 0)) co_return fail(Code::kNotFound, "there is no checkpoint");
    co_return co_await checkpoint(*last, deadline);
}

awaitable<Result<crypto::Bytes>> LogReader::read(Tile tile, Deadline deadline) const {
    auto bytes = co_await objects::get(*store_, name_of(tile), kMaxBundleSize, deadline);
    if (bytes || bytes.error().code != Code::kNotFound || tile.width == kTileWidth) co_return bytes;
    // The partial tile was cleaned away: then the full one is there.
    Tile full = tile;
    full.width = kTileWidth;
    bytes = co_await objects::get(*store_, name_of(full), kMaxBundleSize, deadline);
    if (!bytes) co_return bytes;
    if (tile.level != Tile::kEntries) {
        if (bytes->size() != kTileWidth * kHashSize) co_return fail(Code::kCorrupt, "a tile has the wrong size");
        bytes->resize(tile.width * kHashSize);
        co_return bytes;
    }
    auto entries = first_entries(*bytes, tile.width, true);
    if (!entries) co_return entries.error();
    std::vector<crypto::Bytes> cut;
    for (const std::span<const std::byte> entry : *entries) cut.emplace_back(entry.begin(), entry.end());
    co_return encode_bundle(cut);
}

awaitable<Result<std::vector<Hash>>> LogReader::hashes(std::vector<Fold> plan, std::uint64_t size,
                                                       Deadline deadline) const {
    std::vector<std::pair<Tile, crypto::Bytes>> tiles;  // A proof needs a tile or two a level.
    std::vector<Hash> hashes;
    for (const Fold& fold : plan) {
        std::vector<Hash> peaks;
        for (const Node& node : fold) {
            const Tile tile = tile_of(node, size);
            const crypto::Bytes* bytes = nullptr;
            for (const auto& [known, content] : tiles) {
                if (known == tile) bytes = &content;
            }
            if (bytes == nullptr) {
                auto content = co_await read(tile, deadline);
                if (!content) co_return content.error();
                tiles.emplace_back(tile, std::move(*content));
                bytes = &tiles.back().second;
            }
            const Result<Hash> hash = node_in_tile(node, tile, *bytes);
            if (!hash) co_return hash.error();
            peaks.push_back(*hash);
        }
        hashes.push_back(fold_right(peaks));
    }
    co_return hashes;
}

awaitable<Result<Hash>> LogReader::root_at(std::uint64_t size, std::uint64_t tree_size, Deadline deadline) const {
    if (size > tree_size) co_return fail(Code::kInvalid, "the tree is smaller than that");
    if (size == 0) co_return empty_root();
    std::vector<Fold> plan;
    plan.push_back(peaks_of(0, size));
    auto roots = co_await hashes(std::move(plan), tree_size, deadline);
    if (!roots) co_return roots.error();
    co_return roots->front();
}

awaitable<Result<TileEdge>> LogReader::edge(std::uint64_t size, Hash root, Deadline deadline) const {
    std::vector<std::vector<Hash>> rows;
    std::uint64_t count = size;
    for (unsigned level = 0; count != 0; ++level, count /= kTileWidth) {
        const auto width = static_cast<unsigned>(count % kTileWidth);
        if (width == 0) {
            rows.emplace_back();
            continue;
        }
        const Tile tile{level, count / kTileWidth, width};
        auto bytes = co_await read(tile, deadline);
        if (!bytes) co_return bytes.error();
        auto row = parse_tile(*bytes, width);
        if (!row) co_return row.error();
        rows.push_back(std::move(*row));
    }
    auto edge = TileEdge::of(size, std::move(rows));
    if (edge && edge->root() != root) {
        co_return fail(Code::kCorrupt, "the tiles in the object store do not have the published root");
    }
    co_return edge;
}

awaitable<Result<std::vector<crypto::Bytes>>> LogReader::entries(std::uint64_t bundle, std::uint64_t size,
                                                                 Deadline deadline) const {
    const std::uint64_t first = bundle * kTileWidth;
    if (first >= size) co_return fail(Code::kInvalid, "the log has no such bundle");
    const auto width = static_cast<unsigned>(std::min<std::uint64_t>(kTileWidth, size - first));
    const Tile leaves{0, bundle, width};
    const Tile bodies{Tile::kEntries, bundle, width};
    auto hash_bytes = co_await read(leaves, deadline);
    if (!hash_bytes) co_return hash_bytes.error();
    auto expected = parse_tile(*hash_bytes, width);
    if (!expected) co_return expected.error();
    auto bytes = co_await read(bodies, deadline);
    if (!bytes) co_return bytes.error();
    auto parsed = parse_bundle(*bytes, width);
    if (!parsed) co_return parsed.error();
    std::vector<crypto::Bytes> entries;
    entries.reserve(width);
    for (std::size_t i = 0; i < parsed->size(); ++i) {
        const std::span<const std::byte> entry = (*parsed)[i];
        if (leaf_hash(entry) != (*expected)[i]) {
            co_return fail(Code::kCorrupt, "entry " + std::to_string(first + i) + " is not what its leaf hash says");
        }
        entries.emplace_back(entry.begin(), entry.end());
    }
    co_return entries;
}

awaitable<Result<Inclusion>> LogReader::inclusion(std::uint64_t index, SignedCheckpoint head, Deadline deadline) const {
    auto plan = inclusion_plan(index, head.checkpoint.size);
    if (!plan) co_return plan.error();
    auto path = co_await hashes(std::move(*plan), head.checkpoint.size, deadline);
    if (!path) co_return path.error();
    auto bundle = co_await entries(index / kTileWidth, head.checkpoint.size, deadline);
    if (!bundle) co_return bundle.error();
    crypto::Bytes entry = std::move((*bundle)[index % kTileWidth]);
    const Result<void> good =
        verify_inclusion(leaf_hash(entry), index, head.checkpoint.size, *path, head.checkpoint.root);
    if (!good) co_return good.error();
    co_return Inclusion{index, std::move(entry), std::move(*path), std::move(head)};
}

awaitable<Result<std::vector<Hash>>> LogReader::consistency(Checkpoint earlier, Checkpoint later,
                                                            Deadline deadline) const {
    auto plan = consistency_plan(earlier.size, later.size);
    if (!plan) co_return plan.error();
    auto path = co_await hashes(std::move(*plan), later.size, deadline);
    if (!path) co_return path.error();
    const Result<void> good = verify_consistency(earlier.size, earlier.root, later.size, later.root, *path);
    if (!good) co_return good.error();
    co_return std::move(*path);
}

}  // namespace storage::audit
