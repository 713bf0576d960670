#include "gateway/http/session.hpp"

#include <openssl/rand.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <utility>
#include <variant>

#include "gateway/http/problem.hpp"
#include "gateway/http/request_head.hpp"
#include "gateway/http/response_head.hpp"
#include "gateway/http/session_body.hpp"

namespace gateway::http {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;

namespace {

policy::RequestId new_request_id() {
    policy::RequestId::Bytes bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) throw std::runtime_error("no randomness");
    return policy::RequestId(bytes);
}

/// The problem type of a refused head, as the API names it; HeadRefusal::code is finer and for the log.
std::string_view type_of_refusal(unsigned status) {
    switch (status) {
        case 408:
            return "request-timeout";
        case 414:
            return "uri-too-long";
        case 417:
            return "expectation-failed";
        case 431:
            return "headers-too-large";
        case 505:
            return "http-version-not-supported";
        default:
            return "malformed-request";
    }
}

/// What a client is told whose body could not be read to its end.
Problem body_problem(Code code) {
    Problem problem = problem_of(code);
    if (code == Code::kDeadline) {
        problem.status = 408;
        problem.code = "request-timeout";
        problem.title = std::string(reason_phrase(408));
        problem.detail = "The request's body came too slowly: send it again, faster.";
        problem.retry_after.reset();
    }
    if (code == Code::kInvalid) {
        problem.status = 400;
        problem.code = "malformed-request";
        problem.title = std::string(reason_phrase(400));
        problem.detail = "The chunked framing of the body is broken.";
    }
    return problem;
}

}  // namespace

Session::Session(boost::asio::io_context& loop, int descriptor, std::unique_ptr<Transport> transport, Peer peer,
                 LoopSessions& neighbours, SessionContext& context)
    : socket_(loop, descriptor),
      transport_(std::move(transport)),
      peer_(std::move(peer)),
      neighbours_(neighbours),
      context_(context) {
    neighbours_.sessions.insert(this);
}

Session::~Session() {
    neighbours_.sessions.erase(this);
    if (in_) neighbours_.pool.give(std::move(in_));
}

void Session::watch(Time now) {
    if (flowing_ != nullptr && !flowing_->may_flow()) deadline_ = Time::min();
    if (now < deadline_) return;
    boost::system::error_code ignored;
    socket_.cancel(ignored);
}

void Session::close_if_idle() {
    if (!idle_) return;
    deadline_ = Time::min();
    boost::system::error_code ignored;
    socket_.cancel(ignored);
}

void Session::cancel() {
    cancelled_ = true;
    deadline_ = Time::min();
    boost::system::error_code ignored;
    socket_.cancel(ignored);
    cancellation_.emit(boost::asio::cancellation_type::terminal);
}

/// True: ready. False: the deadline passed, or the server stops.
awaitable<bool> Session::wait(Wait what) {
    if (cancelled_ || std::chrono::steady_clock::now() >= deadline_) co_return false;
    boost::system::error_code error;
    const auto kind = what == Wait::kRead ? boost::asio::posix::stream_descriptor::wait_read
                                          : boost::asio::posix::stream_descriptor::wait_write;
    co_await socket_.async_wait(kind, boost::asio::redirect_error(boost::asio::use_awaitable, error));
    co_return !error;
}

awaitable<bool> Session::flush() {
    while (true) {
        const auto io = transport_->flush();
        if (io == Io::kDone) co_return true;
        if (io != Io::kWantWrite || !co_await wait(Wait::kWrite)) co_return false;
    }
}

awaitable<bool> Session::handshake() {
    allow(context_.limits.handshake_time);
    while (true) {
        const auto io = transport_->handshake();
        const bool sent = co_await flush();
        if (io == Io::kDone) {
            transport_->describe(peer_);
            co_return sent;
        }
        if (io == Io::kFailed) {
            context_.outside.metrics.counter("callvault_tls_failures_total", "TLS handshakes that failed.").add();
            context_.outside.log.info("tls.failed", {{"reason", transport_->failure()}});
        }
        if (!sent || (io != Io::kWantRead && io != Io::kWantWrite)) co_return false;
        if (!co_await wait(io == Io::kWantRead ? Wait::kRead : Wait::kWrite)) co_return false;
    }
}

void Session::consume(std::size_t bytes) {
    if (bytes == 0) return;
    in_.begin += bytes;
    if (in_.empty()) {
        in_.begin = 0;
        in_.end = 0;
    }
}

/// Reads at least one byte more; an empty buffer goes back to the pool while it waits.
awaitable<Io> Session::fill() {
    while (true) {
        if (!in_) in_ = neighbours_.pool.take(BufferPool::Size::kInput);
        if (in_.room().empty()) {
            if (in_.begin == 0) co_return Io::kFailed;
            const auto held = in_.filled();
            std::memmove(in_.bytes.get(), held.data(), held.size());
            in_.end = held.size();
            in_.begin = 0;
        }
        std::size_t n = 0;
        const auto io = transport_->read(in_.room(), n);
        if (transport_->has_output() && !co_await flush()) co_return Io::kFailed;
        if (io == Io::kDone) {
            in_.end += n;
            co_return io;
        }
        if (io != Io::kWantRead && io != Io::kWantWrite) co_return io;
        if (in_.empty()) neighbours_.pool.give(std::exchange(in_, Buffer{}));
        if (!co_await wait(io == Io::kWantRead ? Wait::kRead : Wait::kWrite)) co_return Io::kFailed;
    }
}

awaitable<void> Session::run() {
    try {
        if (co_await handshake()) {
            while (co_await one_request()) {
            }
            co_await part();
        }
    } catch (const std::exception& thrown) {
        if (!cancelled_) context_.outside.log.error("http.session", {{"what", thrown.what()}});
    }
}

/// The size of the next head; nothing: the connection ends here (what there was to say has been said).
awaitable<std::optional<std::size_t>> Session::read_head() {
    std::size_t seen = 0;
    idle_ = true;
    allow(context_.limits.keep_alive);
    while (true) {
        if (!in_.empty()) {
            if (idle_) {
                idle_ = false;
                allow(context_.limits.head_time);
            }
            const std::string_view bytes(reinterpret_cast<const char*>(in_.filled().data()), in_.filled().size());
            const auto found = find_head_end(bytes, seen, context_.limits.head);
            if (const auto* refusal = std::get_if<HeadRefusal>(&found)) {
                co_await refuse_head(*refusal);
                co_return std::nullopt;
            }
            if (const auto& size = std::get<std::optional<std::size_t>>(found)) co_return size;
            seen = bytes.size();
        }
        if (idle_ && context_.stopping) co_return std::nullopt;
        const auto io = co_await fill();
        if (io == Io::kDone) continue;
        if (!idle_ && io == Io::kFailed && !cancelled_ && std::chrono::steady_clock::now() >= deadline_) {
            const HeadRefusal slow{408, "request-timeout", "The request's head came too slowly: send it at once."};
            co_await refuse_head(slow);
        }
        co_return std::nullopt;
    }
}

awaitable<void> Session::refuse_head(const HeadRefusal& refusal) {
    Problem problem;
    problem.status = refusal.status;
    problem.code = std::string(type_of_refusal(refusal.status));
    problem.title = std::string(reason_phrase(refusal.status));
    problem.detail = std::string(refusal.sentence);
    const auto id = new_request_id();
    const auto response = problem_response(id, std::move(problem));
    context_.outside.metrics.counter("callvault_http_refused_heads_total", "Request heads that were refused.").add();
    context_.outside.log.info("http.refused",
                              {{"request_id", id.text()}, {"reason", refusal.code}, {"status", refusal.status}});
    allow(context_.limits.response_stall);
    unread_ = true;
    transport_->write(head_of(response, id, context_.outside.clock.now(), false));
    transport_->write(std::get<std::string>(response.body));
    co_await flush();
}

awaitable<bool> Session::one_request() {
    const auto size = co_await read_head();
    if (!size) co_return false;
    const std::string_view bytes(reinterpret_cast<const char*>(in_.filled().data()), *size);
    auto parsed = parse_head(bytes, context_.limits.head);
    consume(*size);
    if (const auto* refusal = std::get_if<HeadRefusal>(&parsed)) {
        const HeadRefusal copy = *refusal;
        co_await refuse_head(copy);
        co_return false;
    }
    co_return co_await serve(std::move(std::get<RequestHead>(parsed)));
}

awaitable<Response> Session::answer(const Route& route, Request& request) {
    std::string what;
    try {
        Response response = co_await route.handler(request);
        if (is_sound(response)) co_return response;
        what = "a response header carries a line break";
    } catch (const std::exception& thrown) {
        what = thrown.what();
    }
    if (!cancelled_) {
        context_.outside.log.error(
            "http.exception", {{"request_id", request.id().text()}, {"route", route.options.name}, {"what", what}});
    }
    co_return problem_response(request.id(), fail(Code::kInternal, what));
}

awaitable<bool> Session::serve(RequestHead head) {
    const auto begun = std::chrono::steady_clock::now();
    const bool wants_more = head.keep_alive;
    const auto method = head.method;
    const auto id = new_request_id();
    auto match = context_.router.match(method, head.path);
    const auto* found = std::get_if<Found>(&match);
    BodyReader body(*this, head, found == nullptr ? 0 : found->route->options.max_body_bytes);
    Request request(id, std::move(head), peer_, body);
    allow_for_ever();
    Response response;
    if (found != nullptr) {
        request.set_params(found->params);
        response = co_await answer(*found->route, request);
    } else {
        const auto& none = std::get<NoRoute>(match);
        Problem problem = problem_of(Code::kNotFound);
        if (!none.allowed.empty()) {
            problem.status = 405;
            problem.code = "method-not-allowed";
            problem.title = "Method not allowed";
            std::string allowed;
            for (const auto one : none.allowed) allowed += (allowed.empty() ? "" : ", ") + std::string(name_of(one));
            problem.headers.push_back({"Allow", allowed});
        }
        response = problem_response(id, std::move(problem));
    }
    if (cancelled_) co_return false;
    if (const auto& broken = body.error()) {
        if (broken->code == Code::kUnavailable) co_return false;
        auto problem = body_problem(broken->code);
        // A handler that says the same may say it with more detail.
        if (response.status != problem.status) response = problem_response(id, std::move(problem));
    }
    bool keep = wants_more && !response.close && !context_.draining && !context_.stopping && !body.error();
    if (keep && !body.ended()) {
        keep = !body.not_asked_for() && co_await body.drain(context_.limits.drain_bytes);
    } else if (keep) {
        keep = co_await body.drain(0);
    }
    unread_ = !body.ended();
    std::uint64_t sent = 0;
    const auto status = response.status;
    const bool through = co_await send(request, std::move(response), keep, sent);

    const auto took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    const std::string route = found == nullptr ? "none" : found->route->options.name;
    auto& metrics = context_.outside.metrics;
    metrics
        .counter("callvault_http_requests_total", "Requests answered.",
                 {{"route", route}, {"status", std::to_string(status)}})
        .add();
    metrics
        .histogram("callvault_http_request_seconds", "From a request's head to the end of its answer.",
                   observe::duration_bounds_in_seconds(), {{"route", route}})
        .observe(took);
    if (found == nullptr || found->route->options.access_line) {
        context_.outside.log.info("http.request", {{"request_id", id.text()},
                                                   {"method", name_of(method)},
                                                   {"route", route},
                                                   {"status", status},
                                                   {"bytes_in", body.received()},
                                                   {"bytes_out", sent},
                                                   {"ms", took * 1000},
                                                   {"actor", request.actor()}});
    }
    co_return keep&& through;
}

awaitable<bool> Session::send(const Request& request, Response response, bool keep, std::uint64_t& sent) {
    const bool bodiless = request.method() == Method::kHead || response.status == 204;
    allow(context_.limits.response_stall);
    if (!transport_->write(head_of(response, request.id(), context_.outside.clock.now(), keep))) co_return false;
    if (const auto* text = std::get_if<std::string>(&response.body)) {
        if (!bodiless && !transport_->write(*text)) co_return false;
        sent = bodiless ? 0 : text->size();
        co_return co_await flush();
    }
    if (bodiless) co_return co_await flush();
    auto source = std::move(std::get<std::unique_ptr<BodySource>>(response.body));
    co_return co_await send_source(*source, sent);
}

/// A small first batch for a quick first byte, then fourfold, then the largest: few system calls carry the rest.
awaitable<bool> Session::send_source(BodySource& source, std::uint64_t& sent) {
    const auto size = source.size();
    std::size_t batch = BufferPool::kSmallBatch;
    while (sent < size) {
        allow_for_ever();
        const auto want = std::min<std::uint64_t>({batch, neighbours_.pool.batch_limit(), size - sent});
        const auto piece = co_await source.next(static_cast<std::size_t>(want));
        if (piece.has_error() || piece->empty() || cancelled_) {
            if (sent > 0 && !source.may_flow()) {
                abandon();
                co_return false;
            }
            // What was gathered (the head, at least) goes out; then the connection ends short of its length.
            allow(context_.limits.response_stall);
            co_await flush();
            co_return false;
        }
        transport_->expect(piece->size() + piece->size() / 64 + 1024);
        if (!transport_->write(*piece)) co_return false;
        allow(context_.limits.response_stall);
        if (!co_await flush_of(source)) co_return false;
        sent += piece->size();
        source.delivered(sent);
        batch = batch < BufferPool::kMiddleBatch ? BufferPool::kMiddleBatch : BufferPool::kLargeBatch;
    }
    co_return true;
}

/// Sends what was gathered for as long as its source lets it flow; the loop's watch looks while the client takes
/// nothing.
awaitable<bool> Session::flush_of(const BodySource& source) {
    const struct Watched {
        Session& session;
        ~Watched() { session.flowing_ = nullptr; }
    } watched{*this};
    flowing_ = &source;
    while (source.may_flow()) {
        const auto io = transport_->flush();
        if (io == Io::kDone) co_return true;
        if (io != Io::kWantWrite || !co_await wait(Wait::kWrite)) break;
    }
    if (!source.may_flow()) abandon();
    co_return false;
}

/// A reset when the socket closes: what lies in the kernel's buffers is not delivered any more.
void Session::abandon() {
    abandoned_ = true;
    const linger at_once{1, 0};
    ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

/// Closes so that the last answer arrives: a reset for unread bytes would destroy it on its way.
awaitable<void> Session::part() {
    if (abandoned_) co_return;
    transport_->say_goodbye();
    allow(context_.limits.response_stall);
    if (!co_await flush()) co_return;
    ::shutdown(socket_.native_handle(), SHUT_WR);
    if (!unread_) co_return;
    const auto end = std::chrono::steady_clock::now() + context_.limits.linger;
    while (!cancelled_ && !context_.stopping && std::chrono::steady_clock::now() < end) {
        const auto io = transport_->discard();
        if (io != Io::kDone && io != Io::kWantRead) co_return;
        allow(context_.limits.linger_silence);
        if (io == Io::kWantRead && !co_await wait(Wait::kRead)) co_return;
    }
}

}  // namespace gateway::http
