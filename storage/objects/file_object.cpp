#include "storage/objects/file_object.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "storage/objects/files.hpp"

namespace storage::objects {

using policy::Code;
using policy::fail;
using policy::Result;

namespace {

policy::Error cut_short() {
    return fail(Code::kCorrupt, "a stored object is shorter than it was when it was opened");
}

}  // namespace

Result<std::shared_ptr<Object>> FileObject::open(const std::string& path, async::BlockingPool& pool) {
    files::FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!file.is_open()) {
        if (errno == ENOENT || errno == ENOTDIR) return fail(Code::kNotFound, "no such object");
        return file_error("opening an object", errno);
    }
    struct stat facts {};
    if (::fstat(file.number(), &facts) != 0) return file_error("looking at an object", errno);
    if (!S_ISREG(facts.st_mode)) return fail(Code::kNotFound, "no such object");
    return std::shared_ptr<Object>(
        std::make_shared<FileObject>(std::move(file), static_cast<std::uint64_t>(facts.st_size), pool));
}

boost::asio::awaitable<Result<std::size_t>> FileObject::read(std::uint64_t offset, std::span<std::byte> out,
                                                             Deadline deadline) {
    if (offset >= size_ || out.empty()) co_return std::size_t{0};
    out = out.first(static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), size_ - offset)));
    const auto cached = read_cached(offset, out);
    if (!cached) co_return cached.error();
    if (*cached == out.size()) co_return out.size();
    if (std::chrono::steady_clock::now() >= deadline) {
        co_return fail(Code::kDeadline, "a read ran out of time before the disk was asked");
    }
    const std::uint64_t rest_offset = offset + *cached;
    const std::span<std::byte> rest = out.subspan(*cached);
    const auto read = co_await pool_.run([this, rest_offset, rest] { return read_blocking(rest_offset, rest); });
    if (!read) co_return read.error();
    co_return out.size();
}

Result<std::size_t> FileObject::read_cached(std::uint64_t offset, std::span<std::byte> out) const {
    const iovec place{out.data(), out.size()};
    const ::ssize_t got = ::preadv2(file_.number(), &place, 1, static_cast<::off_t>(offset), RWF_NOWAIT);
    if (got > 0) return static_cast<std::size_t>(got);
    if (got == 0) return cut_short();
    // Not cached, or a file system that cannot tell: the pool finds out, real errors included.
    return std::size_t{0};
}

Result<std::size_t> FileObject::read_blocking(std::uint64_t offset, std::span<std::byte> out) const {
    std::size_t done = 0;
    while (done < out.size()) {
        const ::ssize_t got =
            ::pread(file_.number(), out.data() + done, out.size() - done, static_cast<::off_t>(offset + done));
        if (got == 0) return cut_short();
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return file_error("reading an object", errno);
        done += static_cast<std::size_t>(got);
    }
    return done;
}

}  // namespace storage::objects
