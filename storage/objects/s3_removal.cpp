#include "storage/objects/s3_removal.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "storage/async/at_once.hpp"
#include "storage/crypto/bytes.hpp"
#include "storage/crypto/encoding.hpp"
#include "storage/crypto/md5.hpp"
#include "storage/objects/s3_listing.hpp"
#include "storage/objects/s3_object.hpp"
#include "storage/objects/s3_part_upload.hpp"
#include "storage/objects/s3_xml.hpp"

namespace storage::objects {

using boost::asio::awaitable;
using policy::Code;
using policy::Error;
using policy::fail;
using policy::Result;

namespace {

constexpr std::size_t kMostPerRequest = 1000;
constexpr int kRounds = 4;
constexpr unsigned kLooksAtOnce = 8;

struct Remains {
    std::vector<S3Version> versions;
    std::vector<S3OpenUpload> uploads;
    bool none() const { return versions.empty() && uploads.empty(); }
};

awaitable<Result<Remains>> look_for(S3Client& client, const std::vector<ObjectName>& names, Deadline deadline) {
    Remains remains;
    auto versions = co_await versions_of(client, names, deadline);
    if (!versions) co_return versions.error();
    remains.versions = std::move(*versions);
    auto uploads = co_await open_uploads(client, common_prefix(names), deadline);
    if (!uploads) co_return uploads.error();
    for (auto& upload : *uploads) {
        if (std::ranges::binary_search(names, upload.key, {}, &ObjectName::text))
            remains.uploads.push_back(std::move(upload));
    }
    co_return remains;
}

/// What keeps a version: for the text of kDenied.
awaitable<std::string> lock_of(S3Client& client, const S3Version& version, Deadline deadline) {
    S3Request request;
    request.method = "HEAD";
    request.key = version.key;
    request.query = {{"versionId", version.version_id}};
    const auto seen = co_await client.send(std::move(request), deadline);
    if (!seen.answer || !seen.answer->good()) co_return std::string();
    const auto& head = seen.answer->head;
    std::string out;
    if (const auto until = head.field("x-amz-object-lock-retain-until-date"); !until.empty())
        out += ", locked until " + std::string(until) + " (" + std::string(head.field("x-amz-object-lock-mode")) + ")";
    if (head.field("x-amz-object-lock-legal-hold") == "ON") out += ", under a legal hold of the store";
    co_return out;
}

bool is_refusal(const std::string& code) {
    return code == "AccessDenied" || code == "ObjectLocked" || code == "InvalidObjectState";
}

/// kDenied with the reason of the first that is refused; nothing when the fault may pass by the next round.
awaitable<Result<void>> judge(S3Client& client, const std::vector<S3DeleteFault>& faults, Deadline deadline) {
    for (const auto& fault : faults) {
        if (!is_refusal(fault.code)) continue;
        const std::string lock = co_await lock_of(client, fault.version, deadline);
        const std::string why = lock.empty() ? ": give the access key the right to delete versions" : lock;
        co_return fail(Code::kDenied,
                       "the S3 store does not delete " + fault.version.key + " (" + fault.code + ")" + why);
    }
    co_return Result<void>();
}

/// What the store would not delete.
awaitable<Result<std::vector<S3DeleteFault>>> ask_to_delete(S3Client& client, const std::vector<S3Version>& versions,
                                                            Deadline deadline) {
    const std::string body = delete_request(versions);
    S3Request request;
    request.method = "POST";
    request.query = {{"delete", ""}};
    request.body = crypto::bytes_of(body);
    request.fields = {{"content-md5", crypto::to_base64(crypto::md5(request.body))}};
    const auto done = co_await client.send(std::move(request), deadline);
    if (!done.answer) co_return done.answer.error();
    if (done.answer->status() == 403) co_return fail(Code::kDenied, unexpected("delete", *done.answer).what);
    if (!done.answer->good()) co_return unexpected("delete", *done.answer);
    co_return read_delete_result(done.answer->body);
}

awaitable<Result<void>> delete_batch(S3Client& client, std::vector<S3Version> versions, Deadline deadline) {
    const auto faults = co_await ask_to_delete(client, versions, deadline);
    if (!faults) co_return faults.error();
    co_return co_await judge(client, *faults, deadline);
}

/// In most buckets all there is of an object is its version "null", so that is deleted without a look; whatever comes
/// of it, the looks that follow find what is left.
awaitable<void> delete_unseen(S3Client& client, const std::vector<ObjectName>& names, Deadline deadline) {
    for (std::size_t at = 0; at < names.size(); at += kMostPerRequest) {
        std::vector<S3Version> some;
        for (std::size_t i = at; i < std::min(names.size(), at + kMostPerRequest); ++i)
            some.push_back({names[i].text(), "null"});
        (void)co_await ask_to_delete(client, some, deadline);
    }
}

/// All of them, whatever happens to some; the first error.
awaitable<Result<void>> delete_versions(S3Client& client, std::vector<S3Version> versions, Deadline deadline) {
    Result<void> outcome;
    for (std::size_t at = 0; at < versions.size(); at += kMostPerRequest) {
        const auto end = std::min(versions.size(), at + kMostPerRequest);
        std::vector<S3Version> some(versions.begin() + static_cast<std::ptrdiff_t>(at),
                                    versions.begin() + static_cast<std::ptrdiff_t>(end));
        const auto deleted = co_await delete_batch(client, std::move(some), deadline);
        if (!deleted && outcome) outcome = deleted;
    }
    co_return outcome;
}

/// All of them, whatever happens to some; how many, and the first error.
awaitable<std::pair<std::size_t, Result<void>>> abort_uploads(S3Client& client, std::vector<S3OpenUpload> uploads,
                                                              Deadline deadline) {
    std::size_t count = 0;
    Result<void> outcome;
    for (const auto& upload : uploads) {
        const auto aborted = co_await abort_s3_upload(client, upload.key, upload.upload_id, deadline);
        if (aborted) ++count;
        if (!aborted && outcome) outcome = aborted;
    }
    co_return std::pair(count, outcome);
}

awaitable<Result<void>> expect_absent(S3Client& client, std::string key, Deadline deadline) {
    S3Request request;
    request.method = "HEAD";
    request.key = key;
    const auto seen = co_await client.send(std::move(request), deadline);
    if (!seen.answer) co_return seen.answer.error();
    if (seen.answer->status() == 404) co_return Result<void>();
    if (seen.answer->good()) co_return fail(Code::kUnavailable, "the S3 store still has " + key + " after its removal");
    co_return unexpected("HEAD", *seen.answer);
}

awaitable<Result<void>> expect_all_absent(S3Client& client, const std::vector<ObjectName>& names, Deadline deadline) {
    std::function<awaitable<Result<void>>(std::size_t)> look = [&](std::size_t i) {
        return expect_absent(client, names[i].text(), deadline);
    };
    co_return co_await async::run_at_once(names.size(), kLooksAtOnce, async::AfterError::kStop, deadline,
                                          std::move(look));
}

awaitable<Result<void>> remove_found(S3Client& client, Remains found, Deadline deadline) {
    const auto [aborted, uploads] = co_await abort_uploads(client, std::move(found.uploads), deadline);
    const auto versions = co_await delete_versions(client, std::move(found.versions), deadline);
    co_return uploads ? versions : uploads;
}

}  // namespace

awaitable<Result<void>> remove_s3_objects(S3Client& client, std::vector<ObjectName> names, Deadline deadline) {
    if (names.empty()) co_return Result<void>();
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    co_await delete_unseen(client, names, deadline);
    for (int round = 0; round < kRounds; ++round) {
        auto found = co_await look_for(client, names, deadline);
        if (!found) co_return found.error();
        if (found->none()) co_return co_await expect_all_absent(client, names, deadline);
        const auto removed = co_await remove_found(client, std::move(*found), deadline);
        if (!removed) co_return removed;
    }
    co_return fail(Code::kUnavailable, "the S3 store still lists objects after they were deleted");
}

awaitable<Result<std::size_t>> abort_stray_uploads(S3Client& client, policy::Instant before, Deadline deadline) {
    auto uploads = co_await open_uploads(client, "", deadline);
    if (!uploads) co_return uploads.error();
    std::erase_if(*uploads, [&](const S3OpenUpload& upload) { return upload.initiated >= before; });
    const auto [count, outcome] = co_await abort_uploads(client, std::move(*uploads), deadline);
    if (!outcome) co_return outcome.error();
    co_return count;
}

}  // namespace storage::objects
