#include "storage/audit/recover.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "storage/async/crash_point.hpp"
#include "storage/audit/encoding.hpp"
#include "storage/audit/sequencer.hpp"
#include "storage/catalogue/catalogue.hpp"

namespace storage::audit {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;
using policy::Result;

namespace {

constexpr std::array kStates =
    std::to_array<std::string_view>({"sound", "unpublished", "database_behind", "store_behind", "forked"});
static_assert(kStates.size() == static_cast<std::size_t>(LogState::kForked) + 1);

constexpr std::int32_t kRows = 4096;

LogCheck verdict(LogState state, std::uint64_t database_size, std::uint64_t store_size, std::string explanation) {
    return LogCheck{state, database_size, store_size, std::move(explanation)};
}

std::string sizes_in_words(std::uint64_t database_size, std::uint64_t store_size) {
    return "the database has published " + std::to_string(database_size) +
           " audit entries, the object store has a signed "
           "checkpoint of " +
           std::to_string(store_size);
}

// What the database has is numbered, and is it what the log was signed for? Compares the numbered rows from `first` up
// to `end` (on any boundary) with the bundles of the tree of `tree_size`.
awaitable<Result<bool>> rows_agree(catalogue::Catalogue& catalogue, const LogReader& reader, std::uint64_t first,
                                   std::uint64_t end, std::uint64_t tree_size, Deadline deadline) {
    while (first < end) {
        const std::uint64_t bundle = first / kTileWidth;
        const std::uint64_t stop = std::min(end, (bundle + 1) * kTileWidth);
        auto stored = co_await reader.entries(bundle, tree_size, deadline);
        if (!stored) co_return stored.error();
        auto rows =
            co_await catalogue.audit_log().entries(number_of(first), static_cast<std::int32_t>(stop - first), deadline);
        if (!rows) co_return rows.error();
        if (rows->size() != stop - first) co_return false;
        for (const catalogue::NumberedEntry& row : *rows) {
            if (size_of(row.index) != first || row.bytes != (*stored)[first % kTileWidth]) co_return false;
            ++first;
        }
    }
    co_return true;
}

awaitable<Result<LogCheck>> check_store_not_ahead(const LogReader& reader, catalogue::TreeHead head,
                                                  Deadline deadline) {
    const std::uint64_t published = size_of(head.published_size);
    if (published > 0) {
        auto own = co_await reader.checkpoint(published, deadline);
        if (!own && own.error().code == Code::kNotFound) {
            co_return verdict(LogState::kStoreBehind, published, 0,
                              "the database published a checkpoint of " + std::to_string(published) +
                                  " entries, and the object store does not have it: was the object store restored or "
                                  "exchanged? Bring its newest state back; nothing else may mend this");
        }
        if (!own) co_return own.error();
        if (own->checkpoint.root != head.published_root) {
            co_return verdict(LogState::kForked, published, published,
                              "database and object store have different roots for " + std::to_string(published) +
                                  " entries: two histories exist. Keep both and call whoever answers for the log");
        }
    }
    const bool open = head.size > head.published_size;
    co_return verdict(open ? LogState::kUnpublished : LogState::kSound, published, published,
                      open ? "a numbered batch waits for its checkpoint; the sequencer goes on with it"
                           : "database and object store agree");
}

awaitable<Result<LogCheck>> check_store_ahead(catalogue::Catalogue& catalogue, const LogReader& reader,
                                              catalogue::TreeHead head, SignedCheckpoint newest, bool only_one_later,
                                              Deadline deadline) {
    const std::uint64_t published = size_of(head.published_size);
    const std::uint64_t numbered = size_of(head.size);
    const std::uint64_t stored = newest.checkpoint.size;
    const std::string sizes = sizes_in_words(published, stored);
    // Tiles may be lies as well: the proof is checked against both roots.
    const Checkpoint ours{reader.origin(), published, head.published_root};
    auto proof = co_await reader.consistency(ours, newest.checkpoint, deadline);
    if (!proof && proof.error().code != Code::kCorrupt) co_return proof.error();
    if (!proof) {
        co_return verdict(LogState::kForked, published, stored,
                          sizes +
                              ", and the one is not a continuation of the other: two histories exist. Keep both and "
                              "call whoever answers for the log");
    }
    auto agree = co_await rows_agree(catalogue, reader, published, std::min(numbered, stored), stored, deadline);
    if (!agree) co_return agree.error();
    if (!*agree || numbered > stored) {
        co_return verdict(
            LogState::kForked, published, stored,
            sizes +
                ", and the database gave numbers of that log to other entries. Keep both and call whoever "
                "answers for the log");
    }
    // Larger than any batch: rows that a recovery imported before it was killed.
    const bool one_batch = only_one_later && stored - published <= Sequencer::kMaxBatch;
    if (numbered == stored && one_batch) {
        co_return verdict(LogState::kUnpublished, published, stored,
                          "the newest checkpoint is durable and not yet published; the sequencer goes on with it");
    }
    co_return verdict(LogState::kDatabaseBehind, published, stored,
                      sizes +
                          ": the database was restored to an earlier day. Run `callvault audit recover` (after the "
                          "vault is restored), then start again");
}

awaitable<Result<LogCheck>> check_against(catalogue::Catalogue& catalogue, const LogReader& reader,
                                          catalogue::TreeHead head, Deadline deadline) {
    const std::uint64_t published = size_of(head.published_size);
    auto later = co_await reader.sizes_after(published, 2, deadline);
    if (!later) co_return later.error();
    if (later->empty()) co_return co_await check_store_not_ahead(reader, std::move(head), deadline);
    auto newest = co_await reader.newest(published, deadline);
    if (!newest) co_return newest.error();
    co_return co_await check_store_ahead(catalogue, reader, std::move(head), std::move(*newest), later->size() == 1,
                                         deadline);
}

awaitable<Result<std::uint64_t>> import_missing(catalogue::Catalogue& catalogue, const LogReader& reader,
                                                std::uint64_t first, std::uint64_t end, Deadline deadline) {
    std::uint64_t imported = 0;
    while (first < end) {
        std::vector<crypto::Bytes> entries;
        const std::uint64_t start = first;
        while (first < end && entries.size() < static_cast<std::size_t>(kRows)) {
            auto bundle = co_await reader.entries(first / kTileWidth, end, deadline);
            if (!bundle) co_return bundle.error();
            for (std::size_t i = first % kTileWidth; i < bundle->size(); ++i, ++first) {
                entries.push_back(std::move((*bundle)[i]));
            }
        }
        imported += entries.size();
        const auto written = co_await catalogue.audit_log().import(number_of(start), entries, deadline);
        if (!written) co_return written.error();
        CALLVAULT_CRASH_POINT("recover.imported");
    }
    co_return imported;
}

// Every entry up to the signed root, read once more: what is imported is exactly the log that was signed.
awaitable<Result<void>> check_bundles(const LogReader& reader, const Checkpoint& head, std::uint64_t from,
                                      Deadline deadline) {
    auto edge = co_await reader.edge(head.size, head.root, deadline);
    if (!edge) co_return edge.error();
    const std::uint64_t aligned = from - from % kTileWidth;
    auto root = co_await reader.root_at(aligned, head.size, deadline);
    if (!root) co_return root.error();
    auto start = co_await reader.edge(aligned, *root, deadline);
    if (!start) co_return start.error();
    std::vector<TileEdge::FullTile> ignored;
    for (std::uint64_t bundle = aligned / kTileWidth; bundle * kTileWidth < head.size; ++bundle) {
        auto entries = co_await reader.entries(bundle, head.size, deadline);
        if (!entries) co_return entries.error();
        for (const crypto::Bytes& entry : *entries) start->append(leaf_hash(entry), ignored);
        ignored.clear();
    }
    if (start->root() != head.root) {
        co_return fail(Code::kCorrupt, "the entry bundles in the object store do not lead to the signed root");
    }
    co_return Result<void>();
}

}  // namespace

std::string_view name_of(LogState state) {
    return kStates.at(static_cast<std::size_t>(state));
}

awaitable<Result<LogCheck>> check_log(catalogue::Catalogue& catalogue, const LogReader& reader, Deadline deadline) {
    auto head = co_await catalogue.audit_log().head(deadline);
    if (!head) co_return head.error();
    for (;;) {
        auto check = co_await check_against(catalogue, reader, *head, deadline);
        if (!check || check->may_open()) co_return check;
        // While another gateway is sequencing, what was read in the database may be older than what was read in the
        // store: only a verdict over a head that stood still counts.
        auto again = co_await catalogue.audit_log().head(deadline);
        if (!again) co_return again.error();
        if (again->size == head->size && again->published_size == head->published_size) co_return check;
        head = std::move(again);
    }
}

awaitable<Result<Recovered>> recover_log(catalogue::Catalogue& catalogue, const LogReader& reader, Deadline deadline) {
    auto check = co_await check_log(catalogue, reader, deadline);
    if (!check) co_return check.error();
    Recovered recovered{*check, 0, check->database_size};
    if (check->may_open()) co_return recovered;
    if (check->state != LogState::kDatabaseBehind) co_return fail(Code::kCorrupt, check->explanation);
    auto newest = co_await reader.checkpoint(check->store_size, deadline);
    if (!newest) co_return newest.error();
    auto head = co_await catalogue.audit_log().head(deadline);
    if (!head) co_return head.error();
    const auto whole = co_await check_bundles(reader, newest->checkpoint, size_of(head->published_size), deadline);
    if (!whole) co_return whole.error();
    auto imported = co_await import_missing(catalogue, reader, size_of(head->size), check->store_size, deadline);
    if (!imported) co_return imported.error();
    const auto raised = co_await catalogue.audit_log().import_head(number_of(check->store_size),
                                                                   newest->checkpoint.root, newest->note, deadline);
    if (!raised) co_return raised.error();
    recovered.imported = *imported;
    recovered.size = check->store_size;
    co_return recovered;
}

}  // namespace storage::audit
