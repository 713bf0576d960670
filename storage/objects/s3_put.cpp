#include "storage/objects/s3_put.hpp"

#include <array>
#include <utility>

#include "storage/crypto/encoding.hpp"
#include "storage/crypto/random.hpp"

namespace storage::objects {

using boost::asio::awaitable;
using policy::Code;
using policy::Error;
using policy::fail;
using policy::Result;

namespace {

constexpr const char* kMark = "x-amz-meta-callvault-put";

Error in_doubt(const S3Put& put, const Error& why) {
    return fail(Code::kInDoubt, "whether " + put.name.text() + " was stored is not known: " + why.what);
}

S3Request look(const S3Put& put) {
    S3Request request;
    request.method = "HEAD";
    request.key = put.name.text();
    return request;
}

awaitable<Result<void>> find_out(S3Put put, Error why) {
    auto request = look(put);
    const auto seen = co_await put.client.send(std::move(request), put.deadline);
    if (!seen.answer || !seen.answer->good()) co_return in_doubt(put, why);
    if (seen.answer->head.field(kMark) == put.mark) co_return Result<void>();
    co_return fail(Code::kConflict, "the name " + put.name.text() + " is taken");
}

}  // namespace

S3Put S3Put::make(S3Client& client, ObjectName name, Deadline deadline) {
    std::array<std::byte, 16> random{};
    crypto::fill_random(random);
    return {client, std::move(name), crypto::to_hex(random), deadline};
}

S3Request S3Put::request(std::span<const std::byte> body) const {
    S3Request request;
    request.method = "PUT";
    request.key = name.text();
    request.fields = {{"if-none-match", "*"}, {kMark, mark}};
    request.body = body;
    return request;
}

awaitable<Result<void>> settle(S3Put put, S3Outcome outcome) {
    if (outcome.answer && outcome.answer->good()) co_return Result<void>();
    Error why = fail(Code::kConflict, "the name " + put.name.text() + " is taken");
    if (!outcome.answer) {
        why = outcome.answer.error();
    } else if (outcome.answer->status() != 412) {
        why = unexpected("PUT", *outcome.answer);
    }
    if (outcome.in_doubt) co_return co_await find_out(std::move(put), std::move(why));
    co_return why;
}

awaitable<Result<void>> put_whole(S3Put put, std::span<const std::byte> bytes) {
    auto request = put.request(bytes);
    auto outcome = co_await put.client.send(std::move(request), put.deadline);
    co_return co_await settle(std::move(put), std::move(outcome));
}

awaitable<Result<bool>> is_taken(S3Put put) {
    auto request = look(put);
    const auto seen = co_await put.client.send(std::move(request), put.deadline);
    if (!seen.answer) co_return seen.answer.error();
    if (seen.answer->good()) co_return true;
    if (seen.answer->status() == 404) co_return false;
    co_return unexpected("HEAD", *seen.answer);
}

}  // namespace storage::objects
