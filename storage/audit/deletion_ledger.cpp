#include "storage/audit/deletion_ledger.hpp"

#include <chrono>
#include <utility>

#include "storage/async/blocking_pool.hpp"
#include "storage/async/crash_point.hpp"
#include "storage/crypto/bytes.hpp"
#include "storage/crypto/sha256.hpp"
#include "storage/objects/object_name.hpp"
#include "storage/objects/object_store.hpp"
#include "storage/objects/whole_object.hpp"

namespace storage::audit {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;
using policy::Result;

namespace {

std::string ledger_prefix() {
    const std::string name = objects::ledger_record(0).text();
    return name.substr(0, name.rfind('/') + 1);
}

}  // namespace

DeletionLedger::DeletionLedger(objects::ObjectStore& store, const NoteSigner& signer, async::BlockingPool& vault_pool,
                               std::string origin, std::vector<VerifierKey> keys)
    : store_(&store), signer_(&signer), vault_pool_(&vault_pool), origin_(std::move(origin)), keys_(std::move(keys)) {
    keys_.insert(keys_.end(), signer.verifier_keys().begin(), signer.verifier_keys().end());
}

DeletionLedger::End DeletionLedger::known_end() {
    const std::lock_guard lock(mutex_);
    return end_;
}

void DeletionLedger::learn_end(End end) {
    const std::lock_guard lock(mutex_);
    if (end.number > end_.number) end_ = end;
}

awaitable<Result<std::optional<LedgerRecord>>> DeletionLedger::read_next(End& end, Deadline deadline) {
    auto bytes = co_await objects::get(*store_, objects::ledger_record(end.number), kMaxNoteSize, deadline);
    if (!bytes && bytes.error().code == Code::kNotFound) co_return std::optional<LedgerRecord>();
    if (!bytes) co_return bytes.error();
    const Result<std::string> text = open_note(crypto::text_of(*bytes), keys_);
    if (!text) co_return text.error();
    Result<LedgerRecord> record = parse_ledger_record(*text, origin_);
    if (!record) co_return record.error();
    if (record->number != end.number || record->previous != end.previous) {
        co_return fail(Code::kCorrupt,
                       "record " + std::to_string(end.number) + " of the deletion ledger breaks the chain");
    }
    end = End{end.number + 1, crypto::sha256(*bytes)};
    co_return std::optional<LedgerRecord>(std::move(*record));
}

awaitable<Result<std::uint64_t>> DeletionLedger::append(LedgerEvent event, Deadline deadline) {
    for (;;) {
        End end = known_end();
        for (;;) {
            auto record = co_await read_next(end, deadline);
            if (!record) co_return record.error();
            if (!*record) break;
        }
        learn_end(end);
        LedgerRecord next{end.number, end.previous, event};
        Result<std::string> text = text_of(next, origin_);
        if (!text) co_return text.error();
        const NoteSigner* const signer = signer_;
        auto signing = [signer, text = std::move(*text)]() { return signer->sign(text); };
        Result<std::string> note = co_await vault_pool_->run(std::move(signing));
        if (!note) co_return note.error();
        CALLVAULT_CRASH_POINT("ledger.signed");
        const auto bytes = crypto::bytes_of(*note);
        const auto stored = co_await objects::put_once(*store_, objects::ledger_record(next.number), bytes, deadline);
        if (stored) {
            CALLVAULT_CRASH_POINT("ledger.durable");
            learn_end(End{next.number + 1, crypto::sha256(bytes)});
            co_return next.number;
        }
        // Another host was first: its record is read next, and ours goes after it.
        if (stored.error().code != Code::kConflict) co_return stored.error();
        if (std::chrono::steady_clock::now() >= deadline) {
            co_return fail(Code::kDeadline, "others kept writing to the deletion ledger first");
        }
    }
}

awaitable<Result<void>> DeletionLedger::expect_nothing_after(End end, Deadline deadline) {
    std::string after;
    if (end.number > 0) after = objects::ledger_record(end.number - 1).text();
    auto listing = co_await store_->list(ledger_prefix(), std::move(after), 1, deadline);
    if (!listing) co_return listing.error();
    // A record that was written since we looked has exactly the next number.
    if (!listing->objects.empty() && listing->objects.front().name != objects::ledger_record(end.number)) {
        co_return fail(Code::kCorrupt, "record " + std::to_string(end.number) + " of the deletion ledger is missing");
    }
    co_return Result<void>();
}

// A place is the hash of the record before it: that record must still be there, and be those bytes.
awaitable<Result<void>> DeletionLedger::expect_before(End end, Deadline deadline) {
    if (end.number == 0) co_return Result<void>();
    const auto bytes = co_await objects::get(*store_, objects::ledger_record(end.number - 1), kMaxNoteSize, deadline);
    if (!bytes && bytes.error().code != Code::kNotFound) co_return bytes.error();
    if (!bytes || crypto::sha256(*bytes) != end.previous) {
        co_return fail(Code::kCorrupt, "record " + std::to_string(end.number - 1) +
                                           " of the deletion ledger is missing or another one: was the ledger "
                                           "restored or exchanged? Bring its newest state back");
    }
    co_return Result<void>();
}

awaitable<Result<LedgerPlace>> DeletionLedger::replay(LedgerPlace from,
                                                      std::function<Result<void>(const LedgerRecord&)> visit,
                                                      Deadline deadline) {
    End end = from;
    const auto joins = co_await expect_before(end, deadline);
    if (!joins) co_return joins.error();
    for (;;) {
        auto record = co_await read_next(end, deadline);
        if (!record) co_return record.error();
        if (!*record) break;
        const Result<void> visited = visit(**record);
        if (!visited) co_return visited.error();
    }
    const auto whole = co_await expect_nothing_after(end, deadline);
    if (!whole) co_return whole.error();
    learn_end(end);
    co_return end;
}

}  // namespace storage::audit
