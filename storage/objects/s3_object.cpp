#include "storage/objects/s3_object.hpp"

#include <algorithm>
#include <utility>

namespace storage::objects {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;
using policy::Result;

namespace {

std::string range_text(std::uint64_t offset, std::size_t wanted) {
    return std::to_string(offset) + '-' + std::to_string(offset + wanted - 1);
}

}  // namespace

awaitable<Result<void>> expect_bucket(S3Client& client, Deadline deadline) {
    S3Request request;
    request.method = "HEAD";
    const auto seen = co_await client.send(std::move(request), deadline);
    if (!seen.answer) co_return seen.answer.error();
    if (seen.answer->good()) co_return Result<void>();
    if (seen.answer->status() == 404)
        co_return fail(Code::kUnavailable, "the S3 store has no bucket " + client.options().bucket +
                                               ": make it, or correct the configuration");
    co_return unexpected("HEAD of the bucket", *seen.answer);
}

awaitable<Result<std::shared_ptr<Object>>> S3Object::open(S3Client& client, ObjectName name, Deadline deadline) {
    S3Request request;
    request.method = "HEAD";
    request.key = name.text();
    const auto seen = co_await client.send(std::move(request), deadline);
    if (!seen.answer) co_return seen.answer.error();
    const S3Answer& answer = *seen.answer;
    if (answer.status() == 404) {
        const auto bucket = co_await expect_bucket(client, deadline);
        if (!bucket) co_return bucket.error();
        co_return fail(Code::kNotFound, "no such object");
    }
    if (!answer.good()) co_return unexpected("HEAD", answer);
    std::string etag(answer.head.field("etag"));
    if (!answer.head.body_in_bytes || etag.empty())
        co_return fail(Code::kUnavailable, "the S3 store tells no length or ETag of an object");
    co_return std::shared_ptr<Object>(
        std::make_shared<S3Object>(client, std::move(name), *answer.head.body_in_bytes, std::move(etag)));
}

awaitable<Result<std::size_t>> S3Object::read(std::uint64_t offset, std::span<std::byte> out, Deadline deadline) {
    if (offset >= size_ || out.empty()) co_return std::size_t{0};
    out = out.first(static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), size_ - offset)));
    S3Request request;
    request.key = name_.text();
    request.fields = {{"range", "bytes=" + range_text(offset, out.size())}, {"if-match", etag_}};
    request.sink = out;
    const auto got = co_await client_.send(std::move(request), deadline);
    if (!got.answer) co_return got.answer.error();
    const auto checked = check(*got.answer, offset, out.size());
    if (!checked) co_return checked.error();
    co_return out.size();
}

Result<void> S3Object::check(const S3Answer& answer, std::uint64_t offset, std::size_t wanted) const {
    if (answer.status() == 404) return fail(Code::kNotFound, "the object was removed after it was opened");
    if (answer.status() == 412 || answer.status() == 416)
        return fail(Code::kCorrupt, "the S3 store holds another object than when it was opened");
    if (!answer.good()) return unexpected("GET", answer);
    const auto etag = answer.head.field("etag");
    const std::string range = "bytes " + range_text(offset, wanted) + '/' + std::to_string(size_);
    const bool whole = answer.status() == 200 && wanted == size_;
    if (answer.sunk != wanted || etag != etag_ || !(whole || answer.head.field("content-range") == range))
        return fail(Code::kCorrupt, "the S3 store answered with other bytes than were asked for");
    return {};
}

}  // namespace storage::objects
