#include "storage/objects/s3_store.hpp"

#include <utility>

#include "storage/objects/s3_bucket.hpp"
#include "storage/objects/s3_listing.hpp"
#include "storage/objects/s3_object.hpp"
#include "storage/objects/s3_put.hpp"
#include "storage/objects/s3_removal.hpp"
#include "storage/objects/s3_upload.hpp"

namespace storage::objects {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;
using policy::Result;

namespace {

constexpr std::size_t kMaxPage = 10000;

std::optional<policy::Error> past(Deadline deadline) {
    if (std::chrono::steady_clock::now() < deadline) return std::nullopt;
    return fail(Code::kDeadline, "no time left for the object store");
}

}  // namespace

Result<std::unique_ptr<S3Store>> S3Store::make(S3Options options, async::BlockingPool& pool, MemoryBudget& budget) {
    auto client = S3Client::make(std::move(options), pool);
    if (!client) return client.error();
    return std::unique_ptr<S3Store>(new S3Store(std::move(*client), budget));
}

std::size_t S3Store::memory_for(std::optional<std::uint64_t> length) const {
    return s3_upload_memory(length);
}

awaitable<Result<std::unique_ptr<Upload>>> S3Store::begin(ObjectName name, std::optional<std::uint64_t> length,
                                                          Deadline deadline) {
    if (auto late = past(deadline)) co_return std::move(*late);
    auto memory = co_await budget_.acquire(memory_for(length), deadline);
    if (!memory) co_return memory.error();
    co_return co_await begin_with(std::move(*memory), std::move(name), length, deadline);
}

awaitable<Result<std::unique_ptr<Upload>>> S3Store::begin_with(MemoryGrant memory, ObjectName name,
                                                               std::optional<std::uint64_t> length, Deadline deadline) {
    if (auto late = past(deadline)) co_return std::move(*late);
    if (memory.size() < memory_for(length))
        co_return fail(Code::kInternal, "an upload to S3 was given less memory than it needs");
    co_return make_s3_upload(S3Put::make(*client_, std::move(name), deadline), length, std::move(memory));
}

awaitable<Result<std::shared_ptr<Object>>> S3Store::open(ObjectName name, Deadline deadline) {
    return S3Object::open(*client_, std::move(name), deadline);
}

awaitable<Result<Listing>> S3Store::list(std::string prefix, std::string after, std::size_t limit, Deadline deadline) {
    if (!is_possible_prefix(prefix) || !is_possible_prefix(after) || limit < 1 || limit > kMaxPage)
        co_return fail(Code::kInvalid, "not a prefix, a place or a size of an object listing");
    co_return co_await list_s3_objects(*client_, std::move(prefix), std::move(after), limit, deadline);
}

awaitable<Result<void>> S3Store::remove(ObjectName name, Deadline deadline) {
    std::vector<ObjectName> names;
    names.push_back(std::move(name));
    co_return co_await remove_many(std::move(names), deadline);
}

awaitable<Result<void>> S3Store::remove_many(std::vector<ObjectName> names, Deadline deadline) {
    if (auto late = past(deadline)) co_return std::move(*late);
    co_return co_await remove_s3_objects(*client_, std::move(names), deadline);
}

awaitable<Result<std::optional<std::uint64_t>>> S3Store::look(Deadline deadline) {
    const auto page = co_await list_s3_objects(*client_, "recordings/", {}, 1, deadline);
    if (!page) co_return page.error();
    co_return std::optional<std::uint64_t>();  // only its operator knows how full it is
}

awaitable<Result<std::size_t>> S3Store::sweep(std::chrono::seconds lease, Deadline deadline) {
    const auto now = client_->options().clock
                         ? client_->options().clock()
                         : std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    const auto before = now + client_->clock_correction() - lease;
    const auto uploads = co_await abort_stray_uploads(*client_, before, deadline);
    const auto probes = co_await remove_stray_probes(*client_, before, deadline);
    if (!uploads) co_return uploads.error();
    if (!probes) co_return probes.error();
    co_return *uploads + *probes;
}

}  // namespace storage::objects
