#include "gateway/recordings/sealed_file.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace gateway::recordings {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;
using policy::Result;
namespace crypto = storage::crypto;
namespace objects = storage::objects;

namespace {

/// Read and opened at a time: few visits to the store, and a slice that no other listener notices.
constexpr std::uint64_t kBatchInBytes = std::uint64_t{64} * 1024;

}  // namespace

crypto::SealContext seal_context(const policy::RecordingId& recording, std::string_view rendition) {
    return {recording, std::string(rendition), 0, true};
}

awaitable<Result<SealedFile>> open_sealed(Services& services, const storage::catalogue::RecordingFacts& stored,
                                          std::string_view rendition, const crypto::Key256& data_key) {
    const auto found =
        std::ranges::find_if(stored.objects, [rendition](const auto& object) { return object.rendition == rendition; });
    if (found == stored.objects.end()) co_return fail(Code::kNotFound, "a recording has no such rendition");
    const auto name = objects::ObjectName::parse(found->name);
    if (name.has_error()) co_return fail(Code::kCorrupt, "a recording's object has no valid name");
    auto object = co_await services.objects.open(*name, services.deadline());
    if (object.has_error()) {
        if (object.error().code != Code::kNotFound) co_return object.error();
        co_return fail(Code::kCorrupt, "a recording's object is missing");
    }
    SealedFile out;
    out.object = std::move(*object);
    const auto read = co_await out.object->read(0, out.header, services.deadline());
    if (read.has_error()) co_return read.error();
    auto opener = crypto::Opener::create(data_key, seal_context(stored.row.id, rendition), out.header,
                                         out.object->size_in_bytes());
    if (opener.has_error()) co_return opener.error();
    std::vector<std::byte> last(opener->size().last_chunk_size);
    const auto tail = co_await out.object->read(opener->size().last_chunk_offset, last, services.deadline());
    if (tail.has_error()) co_return tail.error();
    const auto plain = opener->authenticate_size(last);
    if (plain.has_error()) co_return plain.error();
    out.plain_in_bytes = *plain;
    co_return out;
}

Result<SealedReader> SealedReader::create(Services& services, SealedFile file, const crypto::Key256& data_key,
                                          const crypto::SealContext& context) {
    auto opener = crypto::Opener::create(data_key, context, file.header, file.object->size_in_bytes());
    if (opener.has_error()) return opener.error();
    return SealedReader(services, std::move(file), std::move(*opener));
}

SealedReader::SealedReader(Services& services, SealedFile file, crypto::Opener opener)
    : services_(services), file_(std::move(file)), opener_(std::move(opener)) {}

SealedReader::~SealedReader() {
    crypto::zero(plain_);
}

awaitable<Result<std::span<const std::byte>>> SealedReader::read(std::uint64_t offset, std::size_t most) {
    if (offset >= file_.plain_in_bytes || most == 0) co_return std::span<const std::byte>();
    if (offset < first_ || offset >= first_ + filled_) {
        const auto count = std::min<std::uint64_t>(kBatchInBytes, file_.plain_in_bytes - offset);
        const auto range = opener_.plan(offset, count);
        if (range.has_error()) co_return fail(Code::kCorrupt, "an object is shorter than it says");
        // Once and for all: a buffer that grows would leave sound in the one before.
        sealed_.resize(std::max(sealed_.size(), range->size));
        if (plain_.empty()) plain_.resize(kBatchInBytes + 2 * crypto::kPlainChunkBytes);
        filled_ = 0;
        const auto into = std::span(sealed_).first(range->size);
        const auto got = co_await file_.object->read(range->offset, into, services_.deadline());
        if (got.has_error()) co_return got.error();
        if (*got != range->size) co_return fail(Code::kCorrupt, "an object is shorter than it was");
        const auto opened = opener_.open(range->first_chunk, into, plain_);
        if (opened.has_error()) co_return opened.error();
        first_ = offset - range->skip;
        filled_ = *opened;
    }
    const auto rest = std::span<const std::byte>(plain_).first(filled_).subspan(offset - first_);
    co_return rest.first(std::min(rest.size(), most));
}

}  // namespace gateway::recordings
