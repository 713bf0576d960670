#include "storage/objects/s3_part_upload.hpp"

#include <utility>

#include "storage/crypto/bytes.hpp"
#include "storage/objects/s3_listing.hpp"
#include "storage/objects/s3_xml.hpp"

namespace storage::objects {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;
using policy::Result;

namespace {

constexpr auto kPatienceForAbort = std::chrono::seconds(5);

}  // namespace

awaitable<Result<void>> S3PartUpload::send_portion(std::span<const std::byte> part) {
    if (upload_id_.empty()) {
        const auto begun = co_await begin();
        if (!begun) co_return begun;
    }
    if (etags_.size() >= kS3MostParts) co_return fail(Code::kTooLarge, "an upload to S3 has at most 10000 parts");
    S3Request request;
    request.method = "PUT";
    request.key = put_.name.text();
    request.query = {{"partNumber", std::to_string(etags_.size() + 1)}, {"uploadId", upload_id_}};
    request.body = part;
    const auto sent = co_await put_.client.send(std::move(request), put_.deadline);
    if (!sent.answer) co_return sent.answer.error();
    if (!sent.answer->good()) co_return unexpected("PUT of a part", *sent.answer);
    etags_.emplace_back(sent.answer->head.field("etag"));
    if (etags_.back().empty()) co_return fail(Code::kUnavailable, "the S3 store took a part without an ETag");
    co_return Result<void>();
}

awaitable<Result<void>> S3PartUpload::finish(std::span<const std::byte> rest) {
    if (upload_id_.empty()) co_return co_await put_whole(put_, rest);
    if (!rest.empty()) {
        const auto sent = co_await send_portion(rest);
        if (!sent) co_return sent;
    }
    co_return co_await complete();
}

awaitable<Result<void>> S3PartUpload::begin() {
    const auto taken = co_await is_taken(put_);
    if (!taken) co_return taken.error();
    if (*taken) co_return fail(Code::kConflict, "the name " + put_.name.text() + " is taken");
    S3Request request = put_.request({});
    request.method = "POST";
    request.query = {{"uploads", ""}};
    std::erase_if(request.fields, [](const net::Field& field) { return field.name == "if-none-match"; });
    const auto begun = co_await put_.client.send(std::move(request), put_.deadline);
    if (!begun.answer) co_return begun.answer.error();
    if (!begun.answer->good()) co_return unexpected("POST of an upload", *begun.answer);
    auto id = read_upload_id(begun.answer->body);
    if (!id) co_return id.error();
    upload_id_ = std::move(*id);
    if (begun.in_doubt) co_await abort_twins();
    co_return Result<void>();
}

/// A try whose answer was lost may have begun an upload that nobody knows the id of.
awaitable<void> S3PartUpload::abort_twins() {
    const auto uploads = co_await open_uploads(put_.client, put_.name.text(), put_.deadline);
    if (!uploads) co_return;  // left for whoever sweeps
    for (const auto& upload : *uploads) {
        if (upload.key != put_.name.text() || upload.upload_id == upload_id_) continue;
        const auto done = co_await abort_s3_upload(put_.client, upload.key, upload.upload_id, put_.deadline);
        static_cast<void>(done);
    }
}

awaitable<Result<void>> S3PartUpload::complete() {
    const std::string body = complete_request(etags_);
    S3Request request;
    request.method = "POST";
    request.key = put_.name.text();
    request.query = {{"uploadId", upload_id_}};
    request.fields = {{"if-none-match", "*"}};  // some stores look at it
    request.body = crypto::bytes_of(body);
    auto outcome = co_await put_.client.send(std::move(request), put_.deadline);
    if (outcome.answer && outcome.answer->good()) {
        const auto completed = read_completion(outcome.answer->body);
        if (completed) co_return completed;
        outcome.answer = completed.error();
        outcome.in_doubt = true;
    }
    co_return co_await settle(put_, std::move(outcome));
}

awaitable<void> S3PartUpload::drop() {
    if (upload_id_.empty()) co_return;
    const auto by = std::chrono::steady_clock::now() + kPatienceForAbort;
    const auto done = co_await abort_s3_upload(put_.client, put_.name.text(), std::exchange(upload_id_, {}), by);
    static_cast<void>(done);  // left for whoever sweeps
}

awaitable<Result<void>> abort_s3_upload(S3Client& client, std::string key, std::string upload_id, Deadline deadline) {
    S3Request request;
    request.method = "DELETE";
    request.key = std::move(key);
    request.query = {{"uploadId", std::move(upload_id)}};
    const auto done = co_await client.send(std::move(request), deadline);
    if (!done.answer) co_return done.answer.error();
    if (done.answer->good() || done.answer->status() == 404) co_return Result<void>();
    if (done.answer->status() == 403)
        co_return fail(Code::kDenied, unexpected("DELETE of an upload", *done.answer).what);
    co_return unexpected("DELETE of an upload", *done.answer);
}

}  // namespace storage::objects
