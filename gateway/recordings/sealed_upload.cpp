#include "gateway/recordings/sealed_upload.hpp"

#include <algorithm>
#include <utility>

namespace gateway::recordings {

using boost::asio::awaitable;
using policy::Result;
namespace crypto = storage::crypto;
namespace objects = storage::objects;

namespace {

constexpr std::size_t kLargestPiece = std::size_t{64} * 1024;
/// A batch, and what one more piece may add to it.
constexpr std::size_t kBufferInBytes =
    objects::kWriteBatchInBytes + crypto::Sealer::bound(kLargestPiece) + crypto::kSealHeaderBytes;

std::optional<std::uint64_t> sealed_length(std::optional<std::uint64_t> plain) {
    return plain ? std::optional(crypto::sealed_size(*plain)) : std::nullopt;
}

}  // namespace

std::size_t SealedUpload::memory_with(std::size_t of_store) {
    return kBufferInBytes + of_store;
}

SealedUpload::SealedUpload(objects::ObjectName name, crypto::Sealer sealer, std::unique_ptr<objects::Upload> upload,
                           objects::MemoryGrant grant)
    : name_(std::move(name)),
      sealer_(std::move(sealer)),
      upload_(std::move(upload)),
      grant_(std::move(grant)),
      buffer_(kBufferInBytes) {
    std::ranges::copy(sealer_.header(), buffer_.begin());
    filled_ = sealer_.header().size();
}

awaitable<Result<std::unique_ptr<SealedUpload>>> SealedUpload::begin(objects::ObjectStore& store,
                                                                     objects::MemoryBudget& memory,
                                                                     objects::ObjectName name, crypto::Sealer sealer,
                                                                     std::optional<std::uint64_t> plain,
                                                                     Deadlines deadlines) {
    const auto sealed = sealed_length(plain);
    const std::size_t share = store.memory_for(sealed);
    auto grant = co_await memory.acquire(memory_with(share), deadlines.memory);
    if (grant.has_error()) co_return grant.error();
    auto of_store = grant->split(share);
    auto upload = co_await store.begin_with(std::move(of_store), name, sealed, deadlines.commit);
    if (upload.has_error()) co_return upload.error();
    co_return std::unique_ptr<SealedUpload>(
        new SealedUpload(std::move(name), std::move(sealer), std::move(*upload), std::move(*grant)));
}

awaitable<Result<void>> SealedUpload::write(std::span<const std::byte> plain) {
    while (!plain.empty()) {
        const auto piece = plain.first(std::min(plain.size(), kLargestPiece));
        plain = plain.subspan(piece.size());
        filled_ += sealer_.seal(piece, std::span(buffer_).subspan(filled_));
        if (filled_ >= objects::kWriteBatchInBytes) {
            const auto flushed = co_await flush();
            if (flushed.has_error()) co_return flushed.error();
        }
    }
    co_return Result<void>{};
}

awaitable<Result<void>> SealedUpload::flush() {
    const auto batch = std::span<const std::byte>(buffer_).first(filled_);
    const auto written = co_await upload_->write(batch);
    if (written.has_error()) co_return written.error();
    sealed_bytes_ += filled_;
    filled_ = 0;
    co_return Result<void>{};
}

awaitable<Result<void>> SealedUpload::commit() {
    filled_ += sealer_.finish(std::span(buffer_).subspan(filled_));
    const auto flushed = co_await flush();
    if (flushed.has_error()) co_return flushed.error();
    co_return co_await upload_->commit();
}

awaitable<void> SealedUpload::abort() {
    co_await upload_->abort();
}

}  // namespace gateway::recordings
