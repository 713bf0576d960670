#include "gateway/http/transport.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace gateway::http {
namespace {

bool would_block(int error) {
    return error == EAGAIN || error == EWOULDBLOCK;
}

}  // namespace

Transport::Transport(int descriptor, BufferPool& pool) : descriptor_(descriptor), pool_(pool) {}

Transport::~Transport() {
    if (out_) pool_.give(std::move(out_));
}

Io Transport::read(std::span<std::byte> into, std::size_t& n) {
    for (;;) {
        const ssize_t got = ::recv(descriptor_, into.data(), into.size(), 0);
        if (got > 0) {
            n = static_cast<std::size_t>(got);
            return Io::kDone;
        }
        if (got == 0) return Io::kEnd;
        if (errno != EINTR) return would_block(errno) ? Io::kWantRead : Io::kFailed;
    }
}

bool Transport::write(std::span<const std::byte> bytes) {
    gather(bytes);
    return true;
}

void Transport::expect(std::size_t bytes) {
    if (!out_) {
        out_ = pool_.take(bytes > BufferPool::kSmallBatch ? BufferPool::Size::kLarge : BufferPool::Size::kSmall);
    }
}

void Transport::gather(std::span<const std::byte> bytes) {
    if (!out_) expect(bytes.size());
    if (out_.room().size() < bytes.size()) grow(bytes.size());
    std::memcpy(out_.room().data(), bytes.data(), bytes.size());
    out_.end += bytes.size();
}

void Transport::grow(std::size_t bytes) {
    const auto held = out_.filled();
    Buffer larger;
    larger.capacity = std::max(2 * out_.capacity, held.size() + bytes) + 1;  // No shelf of the pool has such a size.
    larger.bytes = std::make_unique_for_overwrite<std::byte[]>(larger.capacity);
    std::memcpy(larger.bytes.get(), held.data(), held.size());
    larger.end = held.size();
    pool_.give(std::exchange(out_, std::move(larger)));
}

Io Transport::flush() {
    while (!out_.empty()) {
        const auto left = out_.filled();
        const ssize_t n = ::send(descriptor_, left.data(), left.size(), MSG_NOSIGNAL);
        if (n < 0) {
            if (errno == EINTR) continue;
            return would_block(errno) ? Io::kWantWrite : Io::kFailed;
        }
        out_.begin += static_cast<std::size_t>(n);
    }
    if (out_) pool_.give(std::exchange(out_, Buffer{}));
    return Io::kDone;
}

Io Transport::discard() {
    std::array<std::byte, std::size_t{16} * 1024> scratch;
    for (int round = 0; round < 16; ++round) {
        std::size_t n = 0;
        const Io io = Transport::read(scratch, n);
        if (io != Io::kDone) return io;
    }
    return Io::kDone;
}

}  // namespace gateway::http
