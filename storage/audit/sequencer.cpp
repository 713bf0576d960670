#include "storage/audit/sequencer.hpp"

#include <algorithm>
#include <utility>

#include "storage/async/blocking_pool.hpp"
#include "storage/async/crash_point.hpp"
#include "storage/audit/encoding.hpp"
#include "storage/catalogue/catalogue.hpp"
#include "storage/objects/object_store.hpp"
#include "storage/objects/whole_object.hpp"

namespace storage::audit {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;
using policy::Result;

namespace {

policy::Error fork_alarm(const std::string& what) {
    return fail(Code::kCorrupt, "the audit log would fork: " + what +
                                    "; nothing was signed. Stop the service and run `callvault audit recover`");
}

}  // namespace

Sequencer::Sequencer(catalogue::Catalogue& catalogue, objects::ObjectStore& store, const NoteSigner& signer,
                     async::BlockingPool& vault_pool, Options options)
    : catalogue_(&catalogue),
      store_(&store),
      signer_(&signer),
      vault_pool_(&vault_pool),
      options_(options),
      reader_(store, signer.name(), signer.verifier_keys()) {
    options_.batch = std::clamp<std::size_t>(options_.batch, 1, kMaxBatch);
}

awaitable<Result<Sequenced>> Sequencer::step(Deadline deadline) {
    auto head = co_await catalogue_->audit_log().head(deadline);
    if (!head) co_return head.error();
    const std::uint64_t published = size_of(head->published_size);
    const std::uint64_t size = size_of(head->size);

    const auto found = co_await ahead(published, size, deadline);
    if (!found) co_return found.error();
    if (*found == Ahead::kBeyond) co_return co_await behind(published, deadline);

    const auto loaded = co_await load_tail(published, head->published_root, deadline);
    if (!loaded && loaded.error().code == Code::kNotFound) co_return co_await behind(published, deadline);
    if (!loaded) co_return loaded.error();

    Batch batch{published, {}};
    if (size > published) {
        auto rest = co_await numbered(published, size, deadline);
        if (!rest) co_return rest.error();
        batch.entries = std::move(*rest);
    } else {
        auto fresh =
            co_await catalogue_->audit_log().number(head->size, static_cast<std::int32_t>(options_.batch), deadline);
        if (!fresh && fresh.error().code == Code::kConflict) co_return Sequenced{0, published, true};
        if (!fresh) co_return fresh.error();
        for (catalogue::NumberedEntry& entry : *fresh) batch.entries.push_back(std::move(entry.bytes));
        CALLVAULT_CRASH_POINT("sequencer.numbered");
    }
    if (batch.entries.empty()) co_return Sequenced{0, published, false};
    co_return co_await publish(std::move(batch), deadline);
}

awaitable<Result<Sequencer::Ahead>> Sequencer::ahead(std::uint64_t published, std::uint64_t target,
                                                     Deadline deadline) const {
    auto sizes = co_await reader_.sizes_after(published, 2, deadline);
    if (!sizes) co_return sizes.error();
    if (sizes->empty()) co_return Ahead::kNone;
    co_return sizes->size() == 1 && sizes->front() == target ? Ahead::kThisBatch : Ahead::kBeyond;
}

// The object store is ahead of what this step read in the database: another sequencer was faster, or the database went
// back in time. Reading the head again tells which.
awaitable<Result<Sequenced>> Sequencer::behind(std::uint64_t published, Deadline deadline) {
    auto head = co_await catalogue_->audit_log().head(deadline);
    if (!head) co_return head.error();
    if (size_of(head->published_size) != published) co_return Sequenced{0, size_of(head->published_size), true};
    const auto found = co_await ahead(published, size_of(head->size), deadline);
    if (!found) co_return found.error();
    // The other one is between its checkpoint and its publication.
    if (*found != Ahead::kBeyond) co_return Sequenced{0, published, true};
    co_return fork_alarm("the object store has checkpoints that the database does not know (was it restored?)");
}

awaitable<Result<void>> Sequencer::load_tail(std::uint64_t size, Hash root, Deadline deadline) {
    if (tail_ && tail_->edge.size() == size && tail_->edge.root() == root) co_return Result<void>();
    tail_.reset();
    auto edge = co_await reader_.edge(size, root, deadline);
    if (!edge) co_return edge.error();
    Tail tail{std::move(*edge), {}};
    if (size % kTileWidth != 0) {
        auto entries = co_await reader_.entries(size / kTileWidth, size, deadline);
        if (!entries) co_return entries.error();
        tail.entries = std::move(*entries);
    }
    tail_ = std::move(tail);
    co_return Result<void>();
}

awaitable<Result<std::vector<crypto::Bytes>>> Sequencer::numbered(std::uint64_t first, std::uint64_t end,
                                                                  Deadline deadline) {
    std::vector<crypto::Bytes> entries;
    while (first < end) {
        const std::uint64_t count = std::min<std::uint64_t>(kMaxBatch, end - first);
        auto rows =
            co_await catalogue_->audit_log().entries(number_of(first), static_cast<std::int32_t>(count), deadline);
        if (!rows) co_return rows.error();
        for (catalogue::NumberedEntry& row : *rows) {
            if (size_of(row.index) != first) co_return fail(Code::kCorrupt, "a numbered audit entry is missing");
            entries.push_back(std::move(row.bytes));
            ++first;
        }
        if (rows->empty()) co_return fail(Code::kCorrupt, "numbered audit entries are missing");
    }
    co_return entries;
}

awaitable<Result<Sequenced>> Sequencer::publish(Batch batch, Deadline deadline) {
    Tail after{tail_->edge, {}};
    const auto bundled = co_await write_bundles(*tail_, batch, after, deadline);
    if (!bundled) co_return bundled.error();
    CALLVAULT_CRASH_POINT("sequencer.bundles_durable");
    auto full = co_await write_tiles(batch, after, deadline);
    if (!full) co_return full.error();
    CALLVAULT_CRASH_POINT("sequencer.tiles_durable");
    const std::uint64_t size = after.edge.size();
    Checkpoint checkpoint{signer_->name(), size, after.edge.root()};
    auto note = co_await write_checkpoint(checkpoint, deadline);
    if (!note) co_return note.error();
    CALLVAULT_CRASH_POINT("sequencer.checkpoint_durable");
    const auto published = co_await catalogue_->audit_log().publish(number_of(batch.published_size), number_of(size),
                                                                    checkpoint.root, *note, deadline);
    // kConflict: the other sequencer published the very same bytes first.
    if (!published && published.error().code != Code::kConflict) co_return published.error();
    CALLVAULT_CRASH_POINT("sequencer.published");
    const std::uint64_t before = batch.published_size;
    tail_ = std::move(after);
    co_await clean(std::move(*full), before, size, deadline);
    co_return Sequenced{published ? batch.entries.size() : 0, size, batch.entries.size() >= options_.batch};
}

awaitable<Result<void>> Sequencer::write_bundles(const Tail& before, const Batch& batch, Tail& after,
                                                 Deadline deadline) {
    std::vector<crypto::Bytes>& open = after.entries;
    open = before.entries;
    std::uint64_t bundle = batch.published_size / kTileWidth;
    for (std::size_t i = 0; i < batch.entries.size(); ++i) {
        open.push_back(batch.entries[i]);
        const bool last = i + 1 == batch.entries.size();
        if (open.size() < kTileWidth && !last) continue;
        const Tile tile{Tile::kEntries, bundle, static_cast<unsigned>(open.size())};
        const crypto::Bytes bytes = encode_bundle(open);
        const auto stored = co_await put(name_of(tile), bytes, deadline);
        if (!stored) co_return stored.error();
        if (open.size() == kTileWidth) {
            open.clear();
            ++bundle;
        }
    }
    co_return Result<void>();
}

awaitable<Result<std::vector<Tile>>> Sequencer::write_tiles(const Batch& batch, Tail& after, Deadline deadline) {
    std::vector<TileEdge::FullTile> tiles;
    for (const crypto::Bytes& entry : batch.entries) after.edge.append(leaf_hash(entry), tiles);
    std::vector<Tile> full;
    full.reserve(tiles.size());
    for (const TileEdge::FullTile& tile : tiles) full.push_back(tile.first);
    const std::vector<Tile> changed = new_tiles(batch.published_size, after.edge.size());
    for (TileEdge::FullTile& tile : after.edge.partial()) {
        if (std::find(changed.begin(), changed.end(), tile.first) != changed.end()) tiles.push_back(std::move(tile));
    }
    for (const TileEdge::FullTile& tile : tiles) {
        const crypto::Bytes bytes = encode_tile(tile.second);
        const auto stored = co_await put(name_of(tile.first), bytes, deadline);
        if (!stored) co_return stored.error();
    }
    co_return full;
}

awaitable<Result<std::string>> Sequencer::write_checkpoint(Checkpoint checkpoint, Deadline deadline) {
    const NoteSigner* const signer = signer_;
    std::string text = text_of(checkpoint);
    auto signing = [signer, text = std::move(text)]() { return signer->sign(text); };
    Result<std::string> note = co_await vault_pool_->run(std::move(signing));
    if (!note) co_return note.error();
    const auto stored = co_await put(objects::log_checkpoint(checkpoint.size), crypto::bytes_of(*note), deadline);
    if (stored) co_return std::move(*note);
    if (stored.error().code != Code::kCorrupt) co_return stored.error();
    // The same tree signed by another set of keys (a rotation between two tries) is no fork.
    auto there = co_await reader_.checkpoint(checkpoint.size, deadline);
    if (there && there->checkpoint == checkpoint) co_return std::move(there->note);
    co_return stored.error();
}

awaitable<Result<void>> Sequencer::put(objects::ObjectName name, std::span<const std::byte> bytes, Deadline deadline) {
    const auto stored = co_await objects::put_once(*store_, name, bytes, deadline);
    if (!stored && stored.error().code == Code::kConflict) {
        co_return fork_alarm("the object store holds other bytes under " + name.text());
    }
    if (!stored && stored.error().code == Code::kNotFound) {
        co_return fail(Code::kUnavailable,
                       "another sequencer was faster, and has cleaned up what this one was writing");
    }
    co_return stored;
}

// Best effort: whatever is left over takes room and does no harm, and the next full tile's cleaning is independent.
awaitable<void> Sequencer::clean(std::vector<Tile> full, std::uint64_t before, std::uint64_t now, Deadline deadline) {
    std::vector<objects::ObjectName> names;
    for (const Tile& tile : full) {
        const std::uint64_t had = before >> (8 * tile.level);
        if (had / kTileWidth != tile.index || had % kTileWidth == 0) continue;  // It never was partial.
        std::vector<std::string> prefixes{name_of(tile).text() + ".p/"};
        if (tile.level == 0) prefixes.push_back(objects::log_entries(tile.index).text() + ".p/");
        for (const std::string& prefix : prefixes) {
            auto listing = co_await store_->list(prefix, "", kTileWidth, deadline);
            if (!listing) co_return;
            for (objects::ListedObject& object : listing->objects) names.push_back(std::move(object.name));
        }
    }
    if (is_superseded(before, now)) names.push_back(objects::log_checkpoint(before));
    if (!names.empty()) (void)co_await store_->remove_many(std::move(names), deadline);
}

}  // namespace storage::audit
