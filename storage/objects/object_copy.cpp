#include "storage/objects/object_copy.hpp"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "storage/crypto/sha256.hpp"

namespace storage::objects {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;
using policy::Result;

namespace {

/// Reads all of an object and tells its digest; what it reads goes to `upload` too, if there is one.
awaitable<Result<crypto::Digest256>> read_all(Object& object, Upload* upload, Deadline deadline) {
    std::vector<std::byte> buffer(
        static_cast<std::size_t>(std::min<std::uint64_t>(object.size_in_bytes(), kWriteBatchInBytes)));
    crypto::Sha256 digest;
    for (std::uint64_t at = 0; at < object.size_in_bytes();) {
        const auto read = co_await object.read(at, buffer, deadline);
        if (!read) co_return read.error();
        const auto bytes = std::span<const std::byte>(buffer).first(*read);
        digest.update(bytes);
        at += *read;
        if (upload == nullptr) continue;
        const auto written = co_await upload->write(bytes);
        if (!written) co_return written.error();
    }
    co_return digest.finish();
}

/// What `name` reads as in a store; kNotFound.
awaitable<Result<crypto::Digest256>> digest_of(ObjectStore& store, ObjectName name, std::uint64_t size,
                                               Deadline deadline) {
    const auto object = co_await store.open(std::move(name), deadline);
    if (!object) co_return object.error();
    if ((*object)->size_in_bytes() != size) co_return crypto::Digest256{};
    co_return co_await read_all(**object, nullptr, deadline);
}

/// The digest of what was read from `from` and stored.
awaitable<Result<crypto::Digest256>> write_copy(Object& source, ObjectStore& to, ObjectName name, Deadline deadline) {
    auto upload = co_await to.begin(std::move(name), source.size_in_bytes(), deadline);
    if (!upload) co_return upload.error();
    const auto digest = co_await read_all(source, upload->get(), deadline);
    if (!digest) {
        co_await (*upload)->abort();
        co_return digest.error();
    }
    const auto stored = co_await (*upload)->commit();
    if (!stored) co_return stored.error();
    co_return *digest;
}

/// An equal copy from before, or of another move at the same time, saves the writing.
awaitable<Result<bool>> is_there(Object& source, ObjectStore& to, ObjectName name, Deadline deadline) {
    const auto there = co_await digest_of(to, name, source.size_in_bytes(), deadline);
    if (!there && there.error().code == Code::kNotFound) co_return false;
    if (!there) co_return there.error();
    const auto ours = co_await read_all(source, nullptr, deadline);
    if (!ours) co_return ours.error();
    if (*ours == *there) co_return true;
    const auto removed = co_await to.remove(std::move(name), deadline);
    if (!removed) co_return removed.error();
    co_return false;
}

awaitable<Result<Copied>> copy(Object& source, ObjectStore& to, ObjectName name, Deadline deadline) {
    Copied out;
    out.bytes = source.size_in_bytes();
    const auto there = co_await is_there(source, to, name, deadline);
    if (!there) co_return there.error();
    if (*there) co_return out;
    out.wrote = true;
    const auto written = co_await write_copy(source, to, name, deadline);
    if (!written) co_return written.error();
    const auto again = co_await digest_of(to, name, out.bytes, deadline);
    if (!again) co_return again.error();
    if (*again == *written) co_return out;
    (void)co_await to.remove(name, deadline);
    co_return fail(Code::kCorrupt, name.text() + " read back differently from what was written");
}

}  // namespace

awaitable<Result<Copied>> copy_object(ObjectStore& from, ObjectStore& to, ObjectName name, Deadline deadline) {
    const auto source = co_await from.open(name, deadline);
    const auto gone = [](const policy::Error& error) { return error.code == Code::kNotFound; };
    if (!source && gone(source.error())) co_return Copied{true, false, 0};
    if (!source) co_return source.error();
    auto copied = co_await copy(**source, to, name, deadline);
    // Taken away while it was read, or while its copy was: whoever did that took it out of `from` first.
    if (!copied && gone(copied.error())) co_return Copied{true, false, 0};
    co_return copied;
}

}  // namespace storage::objects
