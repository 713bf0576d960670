#include "storage/objects/whole_object.hpp"

#include <algorithm>

namespace storage::objects {

using policy::Code;
using policy::fail;
using policy::Result;
namespace asio = boost::asio;

namespace {

asio::awaitable<Result<void>> put(ObjectStore& store, ObjectName name, std::span<const std::byte> bytes,
                                  Deadline deadline) {
    auto upload = co_await store.begin(name, bytes.size(), deadline);
    if (!upload) co_return upload.error();
    const auto written = co_await (*upload)->write(bytes);
    if (!written) {
        co_await (*upload)->abort();
        co_return written.error();
    }
    co_return co_await (*upload)->commit();
}

asio::awaitable<Result<void>> expect_same(ObjectStore& store, ObjectName name, std::span<const std::byte> bytes,
                                          Deadline deadline) {
    const auto found = co_await get(store, name, bytes.size(), deadline);
    const bool other_size = !found && found.error().code == Code::kTooLarge;
    if (!found && !other_size) co_return found.error();
    if (other_size || !std::equal(found->begin(), found->end(), bytes.begin(), bytes.end())) {
        co_return fail(Code::kConflict, "other bytes stand under " + name.text());
    }
    co_return Result<void>();
}

}  // namespace

asio::awaitable<Result<void>> put_once(ObjectStore& store, ObjectName name, std::span<const std::byte> bytes,
                                       Deadline deadline) {
    const auto stored = co_await put(store, name, bytes, deadline);
    if (stored) co_return stored;
    if (stored.error().code != Code::kConflict) co_return stored;
    co_return co_await expect_same(store, name, bytes, deadline);
}

asio::awaitable<Result<std::vector<std::byte>>> get(ObjectStore& store, ObjectName name, std::size_t max_bytes,
                                                    Deadline deadline) {
    const auto object = co_await store.open(name, deadline);
    if (!object) co_return object.error();
    const std::uint64_t size = (*object)->size_in_bytes();
    if (size > max_bytes) co_return fail(Code::kTooLarge, name.text() + " is larger than expected");
    std::vector<std::byte> bytes(static_cast<std::size_t>(size));
    const auto read = co_await (*object)->read(0, bytes, deadline);
    if (!read) co_return read.error();
    co_return bytes;
}

}  // namespace storage::objects
