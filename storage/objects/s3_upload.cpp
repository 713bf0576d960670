#include "storage/objects/s3_upload.hpp"

#include <algorithm>
#include <utility>

#include "storage/async/crash_point.hpp"
#include "storage/objects/s3_part_upload.hpp"

namespace storage::objects {

using boost::asio::awaitable;
using policy::Code;
using policy::Error;
using policy::fail;
using policy::Result;

S3Upload::S3Upload(S3Put put, std::optional<std::uint64_t> length, std::size_t portion, MemoryGrant memory)
    : put_(std::move(put)), length_(length), portion_(portion), memory_(std::move(memory)) {}

awaitable<Result<void>> S3Upload::write(std::span<const std::byte> bytes) {
    if (ended_) co_return *ended_;
    if (length_ && bytes.size() > *length_ - received_)
        co_return co_await die(fail(Code::kTooLarge, "more bytes than announced"));
    received_ += bytes.size();
    while (!bytes.empty()) {
        std::span<const std::byte> whole;
        if (buffer_.empty() && bytes.size() >= portion_) {
            whole = bytes.first(portion_);
            bytes = bytes.subspan(portion_);
        } else {
            if (buffer_.capacity() == 0) buffer_.reserve(portion_);
            const auto taken = bytes.first(std::min(portion_ - buffer_.size(), bytes.size()));
            buffer_.insert(buffer_.end(), taken.begin(), taken.end());
            bytes = bytes.subspan(taken.size());
            if (buffer_.size() < portion_) break;
            whole = buffer_;
        }
        if (late()) co_return co_await die(fail(Code::kDeadline, "an upload to S3 ran out of time"));
        const auto sent = co_await send_portion(whole);
        if (!sent) co_return co_await die(sent.error());
        if (whole.data() == buffer_.data()) buffer_.clear();
    }
    co_return Result<void>();
}

awaitable<Result<void>> S3Upload::commit() {
    if (ended_) co_return *ended_;
    if (length_ && received_ != *length_) co_return co_await die(fail(Code::kInvalid, "fewer bytes than announced"));
    if (late()) co_return co_await die(fail(Code::kDeadline, "an upload to S3 ran out of time before the commit"));
    const auto done = co_await finish(buffer_);
    if (!done) co_return co_await die(done.error());
    CALLVAULT_CRASH_POINT("objects.s3_committed");
    ended_ = fail(Code::kInternal, "the upload is committed already");
    release();
    co_return Result<void>();
}

awaitable<void> S3Upload::abort() {
    if (!ended_) {
        const auto ended = co_await die(fail(Code::kInternal, "the upload was aborted"));
        static_cast<void>(ended);
    }
}

awaitable<Error> S3Upload::die(Error error) {
    ended_ = error;
    release();
    if (error.code != Code::kInDoubt) co_await drop();
    co_return error;
}

bool S3Upload::late() const {
    return std::chrono::steady_clock::now() >= put_.deadline;
}

void S3Upload::release() {
    buffer_ = {};
    memory_.release();
}

namespace {

/// Everything is kept until commit().
class WholeUpload final : public S3Upload {
  public:
    using S3Upload::S3Upload;

  private:
    awaitable<Result<void>> send_portion(std::span<const std::byte>) override {
        co_return fail(Code::kInternal, "a short upload has one portion only");
    }
    awaitable<Result<void>> finish(std::span<const std::byte> rest) override { return put_whole(put_, rest); }
    awaitable<void> drop() override { co_return; }
};

/// One PUT, sent as it comes.
class StreamUpload final : public S3Upload {
  public:
    static constexpr std::size_t kChunkInBytes = std::size_t{64} * 1024;
    using S3Upload::S3Upload;

  private:
    awaitable<Result<void>> send_portion(std::span<const std::byte> chunk) override {
        if (!stream_) {
            auto request = put_.request({});
            auto begun = co_await put_.client.begin_body(std::move(request), *length_, kChunkInBytes, put_.deadline);
            if (!begun) co_return begun.error();
            stream_ = std::move(*begun);
        }
        co_return co_await stream_->send(chunk);
    }

    awaitable<Result<void>> finish(std::span<const std::byte> rest) override {
        auto outcome = co_await stream_->finish(rest);
        co_return co_await settle(put_, std::move(outcome));
    }

    awaitable<void> drop() override {
        stream_.reset();
        co_return;
    }

    std::unique_ptr<S3BodyStream> stream_;
};

}  // namespace

std::size_t s3_upload_memory(std::optional<std::uint64_t> length) {
    if (length && *length <= kS3MostInOnePut) return upload_memory(length);
    const std::uint64_t least = length.value_or(0) / kS3MostParts + 1;
    return std::max<std::size_t>(kS3PartInBytes, static_cast<std::size_t>(least));
}

std::unique_ptr<Upload> make_s3_upload(S3Put put, std::optional<std::uint64_t> length, MemoryGrant memory) {
    const std::size_t portion = s3_upload_memory(length);
    if (!length || *length > kS3MostInOnePut)
        return std::make_unique<S3PartUpload>(std::move(put), length, portion, std::move(memory));
    if (*length <= kWriteBatchInBytes)  // one more, so that it is never full before the commit
        return std::make_unique<WholeUpload>(std::move(put), length, portion + 1, std::move(memory));
    return std::make_unique<StreamUpload>(std::move(put), length, StreamUpload::kChunkInBytes, std::move(memory));
}

}  // namespace storage::objects
