#include "gateway/cli/local_socket.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <string>
#include <system_error>
#include <utility>

namespace gateway::cli {

using policy::Code;
using policy::fail;
using policy::Result;

namespace {

std::string reason(int error) {
    return std::system_category().message(error);
}

policy::Error connect_error(int error) {
    switch (error) {
        case ENOENT:
            return fail(Code::kNotFound, reason(error));
        case EACCES:
        case EPERM:
            return fail(Code::kDenied, reason(error));
        case EAGAIN:
            return fail(Code::kUnavailable, "its queue is full");
        default:
            return fail(Code::kUnavailable, reason(error));
    }
}

}  // namespace

Result<LocalSocket> LocalSocket::connect(const std::filesystem::path& path, Deadline deadline) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string& name = path.native();
    if (name.empty() || name.size() >= sizeof address.sun_path) {
        return fail(Code::kInvalid,
                    "the path of a socket has 1 to " + std::to_string(sizeof address.sun_path - 1) + " bytes");
    }
    std::memcpy(address.sun_path, name.data(), name.size());
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) return fail(Code::kUnavailable, reason(errno));
    LocalSocket out(descriptor);
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    // A stream socket of this family connects at once or fails; EAGAIN is a full queue of the listener.
    while (::connect(descriptor, generic, sizeof address) != 0) {
        const int error = errno;
        const bool again = error == EAGAIN && std::chrono::steady_clock::now() < deadline;
        if (error != EINTR && !again) return connect_error(error);
        if (again) ::poll(nullptr, 0, 20);
    }
    return out;
}

LocalSocket::LocalSocket(int descriptor) : descriptor_(descriptor) {
    ::fcntl(descriptor_, F_SETFL, ::fcntl(descriptor_, F_GETFL) | O_NONBLOCK);
}

LocalSocket::LocalSocket(LocalSocket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

LocalSocket::~LocalSocket() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

Result<void> LocalSocket::wait_for(short events, Deadline deadline) const {
    while (true) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
        if (left <= 0) return fail(Code::kDeadline, "no answer in time");
        pollfd wanted{descriptor_, events, 0};
        const int ready =
            ::poll(&wanted, 1, static_cast<int>(std::min<long long>(left, std::numeric_limits<int>::max())));
        if (ready > 0) return {};
        if (ready < 0 && errno != EINTR) return fail(Code::kUnavailable, reason(errno));
    }
}

Result<void> LocalSocket::write_all(std::string_view bytes, Deadline deadline) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        } else if (errno == EAGAIN) {
            if (const auto ready = wait_for(POLLOUT, deadline); ready.has_error()) return ready.error();
        } else if (errno != EINTR) {
            return fail(Code::kUnavailable, reason(errno));
        }
    }
    return {};
}

Result<std::size_t> LocalSocket::read_some(std::span<char> into, Deadline deadline) {
    while (true) {
        const ssize_t got = ::recv(descriptor_, into.data(), into.size(), 0);
        if (got >= 0) return static_cast<std::size_t>(got);
        if (errno == EAGAIN) {
            if (const auto ready = wait_for(POLLIN, deadline); ready.has_error()) return ready.error();
        } else if (errno == ECONNRESET) {
            return std::size_t{0};
        } else if (errno != EINTR) {
            return fail(Code::kUnavailable, reason(errno));
        }
    }
}

}  // namespace gateway::cli
