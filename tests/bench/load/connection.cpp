#include "tests/bench/load/connection.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <iostream>

namespace bench {

namespace {

constexpr std::size_t kPiece = 65536;
constexpr std::size_t kLongestHead = 8192;
constexpr std::uint64_t kErrorsTold = 3;

/// The value of Content-Length in a head; 0 when there is none.
std::uint64_t length_in(std::string_view head) {
    static constexpr std::string_view kName = "\r\ncontent-length:";
    const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
    const auto* const at = std::search(head.begin(), head.end(), kName.begin(), kName.end(), same);
    return at == head.end() ? 0 : std::stoull(std::string(at + kName.size(), head.end()));
}

}  // namespace

Connection::Connection(Load& load, std::size_t index) : load_(load), index_(index) {
    const auto& options = load.options();
    if (options.mode == Mode::kPaced)
        position_ = index * 7919 % (load.file().size() / options.shortest) * options.shortest;
}

Connection::~Connection() {
    close();
}

void Connection::open() {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(load_.options().port);
    ::inet_pton(AF_INET, load_.options().address.c_str(), &to.sin_addr);
    state_ = State::kConnecting;
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0 && errno != EINPROGRESS) {
        fail("connect");
        return;
    }
    watch(EPOLLOUT);
}

void Connection::step() {
    if (state_ == State::kConnecting) connected();
    if (state_ == State::kHandshake) shake_hands();
    if (state_ == State::kSending) send();
    if (state_ == State::kHead) read_head();
    if (state_ == State::kBody) read_body();
    if (state_ == State::kIdle && watched_ != EPOLLIN) watch(EPOLLIN);
}

void Connection::connected() {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return fail(std::strerror(error));
    ssl_.reset(SSL_new(load_.tls()));
    SSL_set_fd(ssl_.get(), socket_);
    SSL_set_connect_state(ssl_.get());
    state_ = State::kHandshake;
}

void Connection::shake_hands() {
    const int result = SSL_do_handshake(ssl_.get());
    if (result != 1) return wait_or_fail(result, "handshake");
    state_ = State::kIdle;
}

void Connection::ask(double planned) {
    begin(planned);
    step();
}

void Connection::begin(double planned) {
    auto request = load_.next_request(index_, position_);
    if (!request) {
        state_ = State::kIdle;
        return;
    }
    request_ = std::move(*request);
    planned_ = planned;
    began_sending_ = now();
    first_byte_ = 0;
    sent_ = taken_ = 0;
    head_sent_ = wrong_ = false;
    answer_.clear();
    state_ = State::kSending;
}

void Connection::send() {
    if (!head_sent_ && !send_head()) return;
    if (is_put() && !send_body()) return;
    state_ = State::kHead;
    watch(EPOLLIN);
}

bool Connection::send_head() {
    while (sent_ < request_.head.size()) {
        const int n =
            SSL_write(ssl_.get(), request_.head.data() + sent_, static_cast<int>(request_.head.size() - sent_));
        if (n <= 0) return wait_or_fail(n, "sending the head"), false;
        sent_ += static_cast<std::uint64_t>(n);
    }
    head_sent_ = true;
    sent_ = 0;
    return true;
}

/// How much of the body may be out by now.
std::uint64_t Connection::allowance() const {
    const double rate = load_.options().bytes_per_second;
    return rate > 0 ? static_cast<std::uint64_t>((now() - began_sending_) * rate) : request_.size;
}

bool Connection::send_body() {
    while (sent_ < request_.size) {
        const auto allowed = std::min(allowance(), request_.size);
        const auto piece = std::min<std::uint64_t>(kPiece, request_.size - sent_);
        if (allowed < sent_ + std::min<std::uint64_t>(piece, 4096)) {  // the next turn of the clock goes on
            watch(EPOLLIN);
            return false;
        }
        const int n =
            SSL_write(ssl_.get(), load_.file().data() + sent_, static_cast<int>(std::min(piece, allowed - sent_)));
        if (n <= 0) return wait_or_fail(n, "sending the body"), false;
        sent_ += static_cast<std::uint64_t>(n);
        load_.figures().body_bytes += static_cast<std::uint64_t>(n);
    }
    return true;
}

void Connection::read_head() {
    std::array<char, 4096> piece{};
    while (state_ == State::kHead) {
        const int n = SSL_read(ssl_.get(), piece.data(), piece.size());
        if (n <= 0) return wait_or_fail(n, "reading the head");
        answer_.append(piece.data(), static_cast<std::size_t>(n));
        const auto end = answer_.find("\r\n\r\n");
        if (end != std::string::npos) {
            take_head(end + 4);
        } else if (answer_.size() > kLongestHead) {
            return fail("a long head");
        }
    }
}

void Connection::take_head(std::size_t head_size) {
    first_byte_ = now();
    const std::string head = answer_.substr(0, head_size);
    const std::string rest = answer_.substr(head_size);
    left_ = length_in(head);
    const auto mode = load_.options().mode;
    const char* wanted = mode == Mode::kPut ? " 20" : mode == Mode::kWhole ? " 200" : " 206";
    const bool sized = is_put() || left_ == request_.size;
    if (head.compare(8, std::strlen(wanted), wanted) != 0 || !sized || rest.size() > left_) return fail(answer_);
    answer_.clear();
    state_ = State::kBody;
    take_body(rest);
}

void Connection::read_body() {
    static std::array<char, kPiece> piece;
    while (state_ == State::kBody) {
        const int n =
            SSL_read(ssl_.get(), piece.data(), static_cast<int>(std::min<std::uint64_t>(left_, piece.size())));
        if (n <= 0) return wait_or_fail(n, "reading the body");
        take_body({piece.data(), static_cast<std::size_t>(n)});
    }
}

void Connection::take_body(std::string_view piece) {
    if (is_put()) {
        answer_.append(piece);
    } else {
        const auto* expected = load_.file().data() + request_.first + taken_;
        wrong_ = wrong_ || std::memcmp(piece.data(), expected, piece.size()) != 0;
        load_.figures().body_bytes += piece.size();
    }
    taken_ += piece.size();
    left_ -= piece.size();
    if (left_ == 0) answered();
}

void Connection::answered() {
    if (is_put() && answer_.find(load_.options().answer) == std::string::npos) wrong_ = true;
    auto& figures = load_.figures();
    const double time = now();
    if (wrong_) ++figures.wrong;
    if (load_.measuring()) {
        ++figures.requests;
        figures.bytes += request_.size;
        figures.whole.add(time - planned_);
        figures.first_byte.add(first_byte_ - planned_);
    }
    state_ = State::kIdle;
    if (load_.options().mode != Mode::kPaced) begin(time);
    watch(state_ == State::kSending ? EPOLLOUT : EPOLLIN);  // not at once: the others have their turn first
}

void Connection::watch(std::uint32_t events) {
    if (watched_ == events) return;
    epoll_event event{};
    event.events = events;
    event.data.ptr = this;
    ::epoll_ctl(load_.epoll(), watched_ == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket_, &event);
    watched_ = events;
}

void Connection::wait_or_fail(int result, const char* what) {
    switch (SSL_get_error(ssl_.get(), result)) {
        case SSL_ERROR_WANT_READ:
            return watch(EPOLLIN);
        case SSL_ERROR_WANT_WRITE:
            return watch(EPOLLOUT);
        default:
            fail(what);
    }
}

void Connection::fail(std::string_view what) {
    if (++load_.figures().errors <= kErrorsTold) std::cerr << "https_load: " << what << "\n";
    ERR_clear_error();
    close();
}

void Connection::close() {
    state_ = State::kClosed;
    ssl_.reset();
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
    watched_ = 0;
}

}  // namespace bench
