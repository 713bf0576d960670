#include "gateway/http/server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>
#include <exception>
#include <mutex>
#include <utility>

#include "gateway/http/session.hpp"
#include "gateway/http/session_context.hpp"
#include "gateway/http/tls_context.hpp"
#include "gateway/http/tls_transport.hpp"

namespace gateway::http {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;
using policy::Result;

namespace {

constexpr int kBacklog = 4096;
constexpr std::chrono::milliseconds kAcceptPause{50};

/// A descriptor that is closed unless it was handed on.
class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const noexcept { return fd_; }
    int release() noexcept { return std::exchange(fd_, -1); }

  private:
    int fd_;
};

policy::Error refused(std::string_view what, const std::string& where) {
    return fail(Code::kUnavailable, std::string(what) + " " + where + ": " + std::strerror(errno));
}

/// An IPv4 or IPv6 address with its port.
struct Place {
    sockaddr_storage storage{};
    socklen_t size = 0;

    sockaddr* plain() { return reinterpret_cast<sockaddr*>(&storage); }
    sockaddr_in& v4() { return reinterpret_cast<sockaddr_in&>(storage); }
    sockaddr_in6& v6() { return reinterpret_cast<sockaddr_in6&>(storage); }
    std::uint16_t port() { return ntohs(storage.ss_family == AF_INET6 ? v6().sin6_port : v4().sin_port); }
    std::string address() {
        std::array<char, INET6_ADDRSTRLEN> text{};
        const void* from = storage.ss_family == AF_INET6 ? static_cast<const void*>(&v6().sin6_addr) : &v4().sin_addr;
        ::inet_ntop(storage.ss_family, from, text.data(), text.size());
        return text.data();
    }
};

Result<Place> place_of(const std::string& address, std::uint16_t port) {
    Place out;
    if (::inet_pton(AF_INET, address.c_str(), &out.v4().sin_addr) == 1) {
        out.v4().sin_family = AF_INET;
        out.v4().sin_port = htons(port);
        out.size = sizeof(sockaddr_in);
        return out;
    }
    if (::inet_pton(AF_INET6, address.c_str(), &out.v6().sin6_addr) == 1) {
        out.v6().sin6_family = AF_INET6;
        out.v6().sin6_port = htons(port);
        out.size = sizeof(sockaddr_in6);
        return out;
    }
    return fail(Code::kInvalid, "not a numeric IP address: " + address);
}

/// "::" takes IPv4 clients too, whatever the machine's default is.
Result<std::pair<int, std::uint16_t>> listen_on(const std::string& address, std::uint16_t port) {
    auto where = place_of(address, port);
    if (where.has_error()) return where.error();
    const int family = where->storage.ss_family;
    Descriptor fd(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const int one = 1;
    const int zero = 0;
    ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (family == AF_INET6) ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &zero, sizeof zero);
    if (fd.get() < 0 || ::bind(fd.get(), where->plain(), where->size) != 0 || ::listen(fd.get(), kBacklog) != 0 ||
        ::getsockname(fd.get(), where->plain(), &where->size) != 0) {
        return refused("cannot listen on", address + ":" + std::to_string(port));
    }
    return std::pair(fd.release(), where->port());
}

}  // namespace

class Server::Impl {
  public:
    Impl(Loops& loops, Router router, Limits limits, ServerContext context)
        : loops_(loops),
          router_(std::move(router)),
          limits_(limits),
          shared_(router_, limits_, context),
          accept_failures_(context.metrics.counter("callvault_accept_failures_total",
                                                   "Times that no connection could be taken: descriptors, memory.")) {
        for (std::size_t i = 0; i < loops_.size(); ++i) {
            sessions_.push_back(std::make_unique<LoopSessions>(limits_));
            watches_.push_back(std::make_unique<boost::asio::steady_timer>(loops_.context(i)));
        }
        // The loops run already: whatever their coroutines look at must not move any more.
        for (std::size_t i = 0; i < loops_.size(); ++i) {
            ++shared_.open;
            boost::asio::co_spawn(loops_.context(i), watch(i), [this](const std::exception_ptr&) { ended(); });
        }
    }

    enum class Kind { kTls, kClear, kLocal };

    void listen(Kind kind, int descriptor) {
        auto acceptor = std::make_shared<boost::asio::posix::stream_descriptor>(loops_.context(0), descriptor);
        acceptors_.push_back(acceptor);
        ++shared_.open;
        boost::asio::co_spawn(loops_.context(0), accept(kind, acceptor),
                              [this](const std::exception_ptr&) { ended(); });
    }

    Result<void> set_tls(const TlsOptions& options) {
        auto made = make_tls_context(options);
        if (made.has_error()) return made.error();
        const std::lock_guard lock(shared_.mutex);
        tls_ = std::move(*made);
        return {};
    }

    void drain() { shared_.draining = true; }

    void stop(std::chrono::milliseconds grace) {
        if (stopped_) return;
        stopped_ = true;
        shared_.stopping = true;
        for (const auto& acceptor : acceptors_) {
            boost::asio::post(loops_.context(0), [acceptor] {
                boost::system::error_code ignored;
                acceptor->close(ignored);
            });
        }
        on_every_loop([this](std::size_t i) {
            for (auto* session : sessions_[i]->sessions) session->close_if_idle();
        });
        wait_for_sessions(grace);
        on_every_loop([this](std::size_t i) {
            const auto all = sessions_[i]->sessions;  // a cancelled session may end at once
            for (auto* session : all) {
                if (sessions_[i]->sessions.contains(session)) session->cancel();
            }
        });
        wait_for_sessions(std::chrono::seconds(30));
        over_ = true;
        on_every_loop([this](std::size_t i) { watches_[i]->cancel(); });
        std::unique_lock lock(shared_.mutex);
        shared_.ended.wait(lock, [this] { return shared_.open == 0; });
    }

    /// Sessions alone: the watches are counted in `open` too.
    std::size_t connections() const { return sessions_open_.load(); }

  private:
    void ended() {
        const std::lock_guard lock(shared_.mutex);
        --shared_.open;
        shared_.ended.notify_all();
    }

    void wait_for_sessions(std::chrono::milliseconds most) {
        std::unique_lock lock(shared_.mutex);
        shared_.ended.wait_for(lock, most, [this] { return sessions_open_ == 0; });
    }

    /// Counted as open until it has run: a loop's watch may end by itself before, and nothing else would keep the
    /// server alive.
    template <typename What>
    void on_every_loop(What what) {
        for (std::size_t i = 0; i < loops_.size(); ++i) {
            ++shared_.open;
            boost::asio::post(loops_.context(i), [this, i, what] {
                what(i);
                ended();
            });
        }
    }

    /// Looks at the deadlines of a loop's sessions: cheaper than a timer for each wait.
    awaitable<void> watch(std::size_t loop) {
        auto& timer = *watches_[loop];
        while (!over_) {
            timer.expires_after(limits_.watch_interval);
            boost::system::error_code cancelled;
            co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, cancelled));
            const auto now = std::chrono::steady_clock::now();
            for (auto* session : sessions_[loop]->sessions) session->watch(now);
            sessions_[loop]->pool.trim();
        }
    }

    awaitable<void> accept(Kind kind, std::shared_ptr<boost::asio::posix::stream_descriptor> acceptor) {
        while (!shared_.stopping) {
            boost::system::error_code error;
            co_await acceptor->async_wait(boost::asio::posix::stream_descriptor::wait_read,
                                          boost::asio::redirect_error(boost::asio::use_awaitable, error));
            if (error || !acceptor->is_open()) co_return;
            bool full = false;  // of descriptors or memory: the wait above would return at once, again and again
            // A few at a time, so that a storm of connections does not starve those that are open.
            for (int i = 0; i < 32 && sessions_open_ < limits_.connections; ++i) {
                Place peer;
                peer.size = sizeof peer.storage;
                const int fd =
                    ::accept4(acceptor->native_handle(), peer.plain(), &peer.size, SOCK_NONBLOCK | SOCK_CLOEXEC);
                if (fd < 0) {
                    full = errno != EAGAIN && errno != EWOULDBLOCK && errno != ECONNABORTED && errno != EINTR;
                    break;
                }
                open(kind, fd, peer);
            }
            if (full) accept_failures_.add();
            if (full || sessions_open_ >= limits_.connections) {  // the rest waits in the backlog
                boost::asio::steady_timer pause(loops_.context(0), kAcceptPause);
                co_await pause.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, error));
            }
        }
    }

    void open(Kind kind, int fd, Place from) {
        Peer peer;
        if (kind == Kind::kLocal) {
            ucred credentials{};
            socklen_t size = sizeof credentials;
            if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) {
                ::close(fd);
                return;
            }
            peer.local = LocalPeer{credentials.uid, credentials.gid, credentials.pid};
        } else {
            const int one = 1;
            ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
            peer.address = from.address();
        }
        const auto loop = next_++ % loops_.size();
        ++sessions_open_;
        ++shared_.open;
        boost::asio::post(loops_.context(loop), [this, kind, fd, loop, peer = std::move(peer)]() mutable {
            begin(kind, fd, loop, std::move(peer));
        });
    }

    void begin(Kind kind, int fd, std::size_t loop, Peer peer) {
        auto& neighbours = *sessions_[loop];
        std::shared_ptr<SSL_CTX> tls;
        {
            const std::lock_guard lock(shared_.mutex);
            tls = tls_;
        }
        std::unique_ptr<Transport> transport;
        if (kind == Kind::kTls) {
            transport = std::make_unique<TlsTransport>(fd, neighbours.pool, tls.get());
        } else {
            transport = std::make_unique<Transport>(fd, neighbours.pool);
        }
        auto session = std::make_shared<Session>(loops_.context(loop), fd, std::move(transport), std::move(peer),
                                                 neighbours, shared_);
        auto* running = session.get();
        boost::asio::co_spawn(
            loops_.context(loop), running->run(),
            boost::asio::bind_cancellation_slot(running->slot(), [this, session](const std::exception_ptr&) mutable {
                session.reset();
                --sessions_open_;
                ended();
            }));
    }

    Loops& loops_;
    const Router router_;
    const Limits limits_;
    SessionContext shared_;
    observe::Counter& accept_failures_;
    std::vector<std::unique_ptr<LoopSessions>> sessions_;
    std::vector<std::unique_ptr<boost::asio::steady_timer>> watches_;
    std::vector<std::shared_ptr<boost::asio::posix::stream_descriptor>> acceptors_;
    std::shared_ptr<SSL_CTX> tls_;
    std::atomic<std::size_t> sessions_open_{0};
    std::atomic<std::size_t> next_{0};
    std::atomic<bool> over_{false};
    bool stopped_ = false;
};

Server::Server(Loops& loops, Router router, Limits limits, ServerContext context)
    : impl_(std::make_unique<Impl>(loops, std::move(router), limits, context)) {}

Server::~Server() {
    stop(std::chrono::milliseconds{0});
}

Result<std::uint16_t> Server::listen_tls(const std::string& address, std::uint16_t port, const TlsOptions& tls) {
    const auto set = impl_->set_tls(tls);
    if (set.has_error()) return set.error();
    const auto socket = listen_on(address, port);
    if (socket.has_error()) return socket.error();
    impl_->listen(Impl::Kind::kTls, socket->first);
    return socket->second;
}

Result<std::uint16_t> Server::listen_clear(const std::string& address, std::uint16_t port) {
    if (!address.starts_with("127.") && address != "::1")
        return fail(Code::kInvalid, "only loopback is served without TLS, not " + address);
    const auto socket = listen_on(address, port);
    if (socket.has_error()) return socket.error();
    impl_->listen(Impl::Kind::kClear, socket->first);
    return socket->second;
}

Result<void> Server::listen_local(std::string path, unsigned mode) {
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    if (path.size() >= sizeof where.sun_path)
        return fail(Code::kInvalid, "the path of a socket has at most 107 bytes: " + path);
    std::memcpy(where.sun_path, path.data(), path.size());
    const auto* plain = reinterpret_cast<const sockaddr*>(&where);
    {
        const Descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        if (::connect(probe.get(), plain, sizeof where) == 0)
            return fail(Code::kUnavailable, "another gateway listens on " + path);
    }
    struct stat there {};
    if (::lstat(path.c_str(), &there) == 0) {
        if (!S_ISSOCK(there.st_mode)) return fail(Code::kUnavailable, "something that is no socket stands at " + path);
        ::unlink(path.c_str());
    }
    Descriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (fd.get() < 0 || ::bind(fd.get(), plain, sizeof where) != 0 || ::chmod(path.c_str(), mode) != 0 ||
        ::listen(fd.get(), kBacklog) != 0) {
        return refused("cannot listen on", path);
    }
    impl_->listen(Impl::Kind::kLocal, fd.release());
    return {};
}

Result<void> Server::reload_tls(const TlsOptions& tls) {
    return impl_->set_tls(tls);
}

void Server::drain() {
    impl_->drain();
}

void Server::stop(std::chrono::milliseconds grace) {
    impl_->stop(grace);
}

std::size_t Server::connections() const {
    return impl_->connections();
}

}  // namespace gateway::http
