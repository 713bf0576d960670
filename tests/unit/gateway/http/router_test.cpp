#include "gateway/http/router.hpp"

#include <catch2/catch.hpp>
#include <stdexcept>

namespace {

using namespace gateway::http;

boost::asio::awaitable<Response> nothing(Request&) {
    co_return Response{};
}

Router routes() {
    Router router;
    router.add(Method::kGet, "/v1/plays/{id}/audio.wav", nothing, {.name = "plays.audio"});
    router.add(Method::kGet, "/v1/recordings/{id}", nothing, {.name = "recordings.one"});
    router.add(Method::kDelete, "/v1/recordings/{id}", nothing, {.name = "recordings.erase"});
    router.add(Method::kGet, "/v1/recordings/search", nothing, {.name = "recordings.search"});
    router.add(Method::kPost, "/v1/recordings", nothing, {.name = "recordings.push"});
    router.add(Method::kGet, "/", nothing, {.name = "root"});
    return router;
}

/// The route's name, "404", or "405 GET HEAD".
std::string found(Method method, std::string_view path) {
    static const Router kRouter = routes();
    const auto outcome = kRouter.match(method, path);
    if (const auto* one = std::get_if<Found>(&outcome)) return one->route->options.name;
    const auto& allowed = std::get<NoRoute>(outcome).allowed;
    if (allowed.empty()) return "404";
    std::string out = "405";
    for (const auto method_there : allowed) out += " " + std::string(name_of(method_there));
    return out;
}

TEST_CASE("A parameter takes one whole segment, and a literal wins over it") {
    const Router router = routes();
    const auto outcome = router.match(Method::kGet, "/v1/plays/abc/audio.wav");
    const auto& one = std::get<Found>(outcome);
    REQUIRE(one.params.size() == 1);
    REQUIRE(one.params[0] == std::pair<std::string_view, std::string_view>("id", "abc"));
    REQUIRE(found(Method::kGet, "/v1/recordings/abc") == "recordings.one");
    REQUIRE(found(Method::kGet, "/v1/recordings/search") == "recordings.search");
    REQUIRE(found(Method::kDelete, "/v1/recordings/search") == "recordings.erase");
    REQUIRE(found(Method::kGet, "/") == "root");
}

TEST_CASE("Paths are compared exactly: no escapes, no dots, no doubled or trailing slashes") {
    for (const auto* path :
         {"", "v1", "/v1", "/v1/recordings/", "/v1//recordings", "/v1/Recordings/abc", "/v1/%72ecordings/abc",
          "/v1/plays//audio.wav", "/v1/plays/../recordings/x", "/v1/recordings/a/b", "//", "/v1/plays/x/audio.wav/"}) {
        INFO(path);
        REQUIRE(found(Method::kGet, path) == "404");
    }
}

TEST_CASE("A pattern's last segment may take the rest of the path") {
    Router router = routes();
    router.add(Method::kGet, "/log/tile/{path...}", nothing, {.name = "log.tile"});
    router.add(Method::kGet, "/log/tile/whole", nothing, {.name = "log.whole"});
    const auto rest = [&](const char* path) {
        const auto match = router.match(Method::kGet, path);
        const auto* hit = std::get_if<Found>(&match);
        if (hit == nullptr) return std::string("404");
        return hit->route->options.name + ' ' + (hit->params.empty() ? "" : std::string(hit->params[0].second));
    };
    REQUIRE(rest("/log/tile/0/x001/067.p/12") == "log.tile 0/x001/067.p/12");
    REQUIRE(rest("/log/tile/0") == "log.tile 0");
    REQUIRE(rest("/log/tile/whole") == "log.whole ");
    REQUIRE(rest("/log/tile/whole/1") == "log.tile whole/1");
    REQUIRE(rest("/log/tile") == "404");
    REQUIRE(rest("/log/tile/") == "404");
}

TEST_CASE("A known path with another method says which methods it has") {
    REQUIRE(found(Method::kPut, "/v1/recordings/abc") == "405 GET DELETE HEAD");
    REQUIRE(found(Method::kGet, "/v1/recordings") == "405 POST");
    REQUIRE(found(Method::kOther, "/v1/recordings") == "405 POST");
}

TEST_CASE("HEAD finds the GET route, unless it has one of its own") {
    REQUIRE(found(Method::kHead, "/v1/recordings/abc") == "recordings.one");
    REQUIRE(found(Method::kHead, "/v1/recordings/search") == "recordings.search");
    Router router = routes();
    router.add(Method::kHead, "/", nothing, {.name = "root.head"});
    REQUIRE(std::get<Found>(router.match(Method::kHead, "/")).route->options.name == "root.head");
}

TEST_CASE("A route that cannot be is refused when the program starts") {
    Router router = routes();
    REQUIRE_THROWS_AS(router.add(Method::kGet, "/", nothing, {.name = "again"}), std::invalid_argument);
    REQUIRE_THROWS_AS(router.add(Method::kGet, "x", nothing, {.name = "x"}), std::invalid_argument);
    REQUIRE_THROWS_AS(router.add(Method::kGet, "", nothing, {.name = "x"}), std::invalid_argument);
    REQUIRE_THROWS_AS(router.add(Method::kGet, "/x", nothing, {}), std::invalid_argument);
    REQUIRE_THROWS_AS(router.add(Method::kGet, "/x", nullptr, {.name = "x"}), std::invalid_argument);
    REQUIRE_THROWS_AS(router.add(Method::kOther, "/x", nothing, {.name = "x"}), std::invalid_argument);
}

}  // namespace
