#include "tests/support/faulty_proxy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <stdexcept>

namespace tests {

namespace {

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    where.sin_port = htons(port);
    return where;
}

void reset(int fd) {
    const linger now{1, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    ::close(fd);
}

bool send_all(int fd, const char* bytes, std::size_t size) {
    while (size > 0) {
        const auto sent = ::send(fd, bytes, size, MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes += sent;
        size -= static_cast<std::size_t>(sent);
    }
    return true;
}

}  // namespace

FaultyProxy::FaultyProxy(std::uint16_t server_port) : server_port_(server_port) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in where = loopback(0);
    socklen_t size = sizeof where;
    auto* plain = reinterpret_cast<sockaddr*>(&where);
    if (::bind(listener_, plain, size) != 0 || ::listen(listener_, 64) != 0 ||
        ::getsockname(listener_, plain, &size) != 0)
        throw std::runtime_error("socket of the proxy");
    port_ = ntohs(where.sin_port);
    acceptor_ = std::thread([this] { serve(); });
}

FaultyProxy::~FaultyProxy() {
    stopping_ = true;
    acceptor_.join();
    for (auto& worker : workers_) worker.join();
    ::close(listener_);
}

void FaultyProxy::cut(Side side, std::size_t after_bytes, int times) {
    const std::scoped_lock lock(mutex_);
    cut_ = {side, after_bytes};
    cuts_left_ = times;
}

void FaultyProxy::serve() {
    while (!stopping_) {
        pollfd wait{listener_, POLLIN, 0};
        if (::poll(&wait, 1, 20) <= 0) continue;
        const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        ++connections_;
        const std::scoped_lock lock(mutex_);
        const bool is_cut = cuts_left_ > 0;
        if (is_cut) --cuts_left_;
        workers_.emplace_back([this, client, is_cut, cut = cut_] { forward(client, is_cut, cut); });
    }
}

void FaultyProxy::forward(int client, bool is_cut, Cut cut) {
    const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in where = loopback(server_port_);
    if (::connect(server, reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0) {
        reset(client);
        ::close(server);
        return;
    }
    std::array<char, 16384> piece{};
    std::array<std::size_t, 2> passed{};
    bool ended = false;
    while (!ended && !stopping_) {
        std::array<pollfd, 2> wait{pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}};
        if (::poll(wait.data(), 2, 20) <= 0) continue;
        for (std::size_t side = 0; side < 2 && !ended; ++side) {
            if (wait[side].revents == 0) continue;
            std::size_t most = piece.size();
            const bool here = is_cut && (cut.side == Side::kRequest) == (side == 0);
            if (here) most = std::min(most, cut.after - passed[side]);
            const std::size_t speed = speed_;
            if (side == 1 && speed > 0) {
                most = std::min(most, std::max<std::size_t>(1, speed / 20));
                std::this_thread::sleep_for(std::chrono::milliseconds(50));
            }
            const auto got = most == 0 ? 0 : ::recv(side == 0 ? client : server, piece.data(), most, 0);
            ended = got <= 0 || !send_all(side == 0 ? server : client, piece.data(), static_cast<std::size_t>(got));
            if (got > 0) passed[side] += static_cast<std::size_t>(got);
            if (here && passed[side] >= cut.after) ended = true;
        }
    }
    last_request_ = passed[0];
    last_answer_ = passed[1];
    if (is_cut) {
        reset(client);
        reset(server);
    } else {
        ::close(client);
        ::close(server);
    }
}

}  // namespace tests
