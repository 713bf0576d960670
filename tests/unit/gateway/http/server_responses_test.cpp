// Answers: large ones from a source, HEAD, clients that leave in the middle.
#include <atomic>
#include <catch2/catch.hpp>
#include <vector>

#include "tests/unit/gateway/http/running_server.hpp"

namespace {

using namespace tests;
using boost::asio::awaitable;

/// What a test sees of a source after it is gone.
struct SourceNews {
    std::atomic<std::uint64_t> delivered{0};
    std::atomic<int> asked{0};
    std::atomic<bool> destroyed{false};
    std::atomic<bool> may_flow{true};
};

std::byte byte_at(std::uint64_t position) {
    return static_cast<std::byte>(position * 7 + position / 251);
}

std::string expected(std::uint64_t size) {
    std::string out(size, '\0');
    for (std::uint64_t i = 0; i < size; ++i) out[i] = static_cast<char>(byte_at(i));
    return out;
}

/// Compared apart from the assertion, which would print megabytes.
bool is_expected(const std::string& body, std::uint64_t size) {
    return body == expected(size);
}

/// `size` bytes made up as they are asked for; fails after `good` of them.
class MadeUp final : public BodySource {
  public:
    MadeUp(std::uint64_t size, std::uint64_t good, std::size_t most, std::shared_ptr<SourceNews> news)
        : size_(size), good_(good), most_(most), news_(std::move(news)) {}
    ~MadeUp() override { news_->destroyed = true; }
    MadeUp(const MadeUp&) = delete;
    MadeUp& operator=(const MadeUp&) = delete;

    std::uint64_t size() const override { return size_; }
    awaitable<policy::Result<std::span<const std::byte>>> next(std::size_t want) override {
        ++news_->asked;
        if (at_ >= good_) co_return policy::fail(policy::Code::kCorrupt, "a seal is broken");
        buffer_.resize(std::min<std::uint64_t>({want, most_, good_ - at_}));
        for (auto& byte : buffer_) byte = byte_at(at_++);
        co_return std::span<const std::byte>(buffer_);
    }
    bool may_flow() const noexcept override { return news_->may_flow; }
    void delivered(std::uint64_t bytes) noexcept override { news_->delivered = bytes; }

  private:
    std::uint64_t size_;
    std::uint64_t good_;
    std::size_t most_;
    std::shared_ptr<SourceNews> news_;
    std::uint64_t at_ = 0;
    std::vector<std::byte> buffer_;
};

constexpr std::uint64_t kLarge = 20'000'000;

awaitable<Response> made_up(std::uint64_t size, std::uint64_t good, std::size_t most,
                            std::shared_ptr<SourceNews> news) {
    Response response;
    response.body = std::make_unique<MadeUp>(size, good, most, std::move(news));
    co_return response;
}

Router source_router(const std::shared_ptr<SourceNews>& news, std::uint64_t size, std::uint64_t good,
                     std::size_t most) {
    Router router = small_router();
    router.add(Method::kGet, "/large", [=](Request&) { return made_up(size, good, most, news); }, {.name = "large"});
    return router;
}

TEST_CASE("A large answer arrives whole, whatever the size of its pieces") {
    for (const std::size_t most : {std::size_t{1} << 20U, std::size_t{10'007}}) {
        const auto news = std::make_shared<SourceNews>();
        RunningServer running(source_router(news, kLarge, kLarge, most));
        auto connection = HttpConnection::to_port(running.listen());
        connection.send(get("/large") + get("/hello"));
        const auto answer = connection.receive();
        REQUIRE(answer.header("Content-Length") == std::to_string(kLarge));
        REQUIRE(answer.whole);
        REQUIRE(is_expected(answer.body, kLarge));
        REQUIRE(connection.receive().body == "hello /hello");
        REQUIRE(news->delivered == kLarge);
        REQUIRE(news->destroyed);
    }
}

TEST_CASE("A client that reads slowly gets everything too") {
    const auto news = std::make_shared<SourceNews>();
    RunningServer running(source_router(news, kLarge, kLarge, 1U << 20U));
    auto connection = HttpConnection::to_port(running.listen());
    connection.send(get("/large"));
    std::this_thread::sleep_for(200ms);
    REQUIRE(news->delivered < kLarge);  // the kernel's buffers are full, the server waits
    const auto answer = connection.receive();
    REQUIRE(is_expected(answer.body, kLarge));
}

TEST_CASE("A client that takes nothing at all is cut off") {
    auto limits = quick_limits();
    limits.response_stall = 300ms;
    const auto news = std::make_shared<SourceNews>();
    RunningServer running(source_router(news, kLarge, kLarge, 1U << 20U), limits);
    auto connection = HttpConnection::to_port(running.listen());
    connection.send(get("/large"));
    REQUIRE(RunningServer::eventually([&] { return news->destroyed.load(); }));
    REQUIRE(RunningServer::eventually([&] { return running.server().connections() == 0; }));
    REQUIRE(news->delivered < kLarge);
}

TEST_CASE("What may flow no more is thrown away at once, also when the client takes nothing meanwhile") {
    const auto news = std::make_shared<SourceNews>();
    RunningServer running(source_router(news, kLarge, kLarge, 1U << 20U));
    auto connection = HttpConnection::to_port(running.listen());
    connection.send(get("/large"));
    std::this_thread::sleep_for(200ms);
    REQUIRE_FALSE(news->destroyed);  // the kernel's buffers are full, the server waits, a minute if need be
    news->may_flow = false;
    REQUIRE(RunningServer::eventually([&] { return running.server().connections() == 0; }));
    REQUIRE(news->destroyed);
    REQUIRE_FALSE(connection.receive().whole);
}

TEST_CASE("A client that leaves in the middle frees the source, which knows how much was taken") {
    const auto news = std::make_shared<SourceNews>();
    RunningServer running(source_router(news, kLarge, kLarge, 1U << 20U));
    auto connection = HttpConnection::to_port(running.listen());
    connection.send(get("/large"));
    REQUIRE(connection.read_some(1'000'000).size() == 1'000'000);
    connection.reset();
    REQUIRE(RunningServer::eventually([&] { return news->destroyed.load(); }));
    REQUIRE(news->delivered >= 900'000);
    REQUIRE(news->delivered < kLarge);
    REQUIRE(running.logs("\"route\":\"large\",\"status\":200"));
}

TEST_CASE("A source that fails in the middle leaves a visibly short answer and a closed connection") {
    const auto news = std::make_shared<SourceNews>();
    RunningServer running(source_router(news, kLarge, 500'000, 100'000));
    auto connection = HttpConnection::to_port(running.listen());
    connection.send(get("/large") + get("/hello"));
    const auto answer = connection.receive();
    REQUIRE(answer.status == 200);
    REQUIRE_FALSE(answer.whole);
    REQUIRE(is_expected(answer.body, 500'000));
    REQUIRE(news->delivered == 500'000);
}

TEST_CASE("HEAD gets the head that GET would, and the source is never asked") {
    const auto news = std::make_shared<SourceNews>();
    RunningServer running(source_router(news, kLarge, kLarge, 1U << 20U));
    auto connection = HttpConnection::to_port(running.listen());
    connection.send(
        "HEAD /large HTTP/1.1\r\nHost: a\r\n\r\nHEAD /hello HTTP/1.1\r\nHost: a\r\n\r\nHEAD /none HTTP/1.1\r\nHost: "
        "a\r\n\r\n" +
        get("/hello"));
    REQUIRE(connection.receive(true).header("Content-Length") == std::to_string(kLarge));
    REQUIRE(connection.receive(true).header("Content-Length") == "12");
    const auto none = connection.receive(true);
    REQUIRE(none.status == 404);
    REQUIRE(none.header("Content-Length") != "0");
    REQUIRE(connection.receive().body == "hello /hello");
    REQUIRE(news->asked == 0);
    REQUIRE(news->destroyed);
}

awaitable<Response> no_content(Request&) {
    Response response;
    response.status = 204;
    co_return response;
}

awaitable<Response> parting(Request&) {
    Response response = text_response(200, "text/plain", "bye");
    response.close = true;
    response.headers.push_back({"Cache-Control", "max-age=60"});
    co_return response;
}

TEST_CASE("204 has no body and no length; a handler may end the connection and set its own Cache-Control") {
    Router router = small_router();
    router.add(Method::kDelete, "/thing", no_content, {.name = "thing"});
    router.add(Method::kGet, "/parting", parting, {.name = "parting"});
    RunningServer running(std::move(router));
    auto connection = HttpConnection::to_port(running.listen());
    connection.send("DELETE /thing HTTP/1.1\r\nHost: a\r\n\r\n" + get("/parting") + get("/hello"));
    const auto none = connection.receive();
    REQUIRE(none.status == 204);
    REQUIRE(none.header("Content-Length").empty());
    const auto last = connection.receive();
    REQUIRE(last.body == "bye");
    REQUIRE(last.header("Connection") == "close");
    REQUIRE(last.header("Cache-Control") == "max-age=60");
    REQUIRE(connection.closes());
}

}  // namespace
