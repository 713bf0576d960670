#include "gateway/auth/browser_session.hpp"

#include <catch2/catch.hpp>

#include "storage/crypto/bytes.hpp"
#include "storage/crypto/sha256.hpp"
#include "tests/support/http_request.hpp"

namespace {

using namespace gateway::auth;
using gateway::http::Method;
using Headers = std::vector<std::pair<std::string, std::string>>;

tests::RequestParts parts_with(Headers headers, Method method = Method::kGet) {
    tests::RequestParts parts;
    parts.method = method;
    parts.headers = std::move(headers);
    return parts;
}

std::vector<std::string> named(const std::string& field, std::string_view name) {
    tests::HttpRequest made(parts_with({{"Cookie", field}}));
    std::vector<std::string> out;
    for (const auto value : cookies(made.request(), name)) out.emplace_back(value);
    return out;
}

bool ours(Headers headers, Method method = Method::kGet) {
    tests::HttpRequest made(parts_with(std::move(headers), method));
    return same_origin(made.request(), "https://calls.example");
}

}  // namespace

TEST_CASE("Cookies are found by their whole name, each of them") {
    CHECK(named("a=1; b=2;c=3", "b") == std::vector<std::string>{"2"});
    CHECK(named("ab=1; b=2; b=3", "b") == std::vector<std::string>{"2", "3"});
    CHECK(named("b=x=y; =; ;b", "b") == std::vector<std::string>{"x=y"});
    CHECK(named("B=1; bb=2", "b").empty());
    CHECK(named("", "b").empty());
}

TEST_CASE("A session cookie is known by its hash, and two of them by none") {
    const auto hash_of = [](Headers headers) {
        tests::HttpRequest made(parts_with(std::move(headers)));
        return session_cookie(made.request());
    };
    CHECK_FALSE(hash_of({}));
    CHECK_FALSE(hash_of({{"Cookie", "other=1"}}));
    const std::string one = "__Host-callvault=" + std::string(43, 'A');
    CHECK(hash_of({{"Cookie", one}}) == storage::crypto::sha256(storage::crypto::bytes_of(std::string(43, 'A'))));
    CHECK(hash_of({{"Cookie", one + "; " + one}}) == CookieHash{});
    CHECK(hash_of({{"Cookie", one}, {"Cookie", one}}) == CookieHash{});
    for (const auto& bad :
         {std::string(), std::string("abc"), std::string(44, 'A'), std::string(43, '='), std::string(43, 'B')})
        CHECK(hash_of({{"Cookie", "__Host-callvault=" + bad}}) == CookieHash{});
}

TEST_CASE("A new session cookie is 256 random bits that only its own host gets, and never from another site") {
    const auto one = new_session_cookie();
    const auto two = new_session_cookie();
    CHECK(one.text.size() == 43);
    CHECK(one.text != two.text);
    CHECK(one.hash == storage::crypto::sha256(storage::crypto::bytes_of(one.text)));
    CHECK(set_session_cookie("x") == "__Host-callvault=x; Path=/; Secure; HttpOnly; SameSite=Strict");
    CHECK(clear_cookie("n") == "n=; Path=/; Secure; HttpOnly; Max-Age=0");
}

TEST_CASE("What reads counts unless the browser says that another site asks") {
    CHECK(ours({}));
    CHECK(ours({{"Sec-Fetch-Site", "none"}}));
    CHECK(ours({{"Sec-Fetch-Site", "same-origin"}}));
    CHECK_FALSE(ours({{"Sec-Fetch-Site", "same-site"}}));
    CHECK_FALSE(ours({{"Sec-Fetch-Site", "cross-site"}}));
    CHECK_FALSE(ours({{"Sec-Fetch-Site", "whatever"}}));
    CHECK_FALSE(ours({{"Origin", "https://evil.example"}}));
}

TEST_CASE("What changes something must surely come from a page of ours") {
    for (const auto method : {Method::kPost, Method::kPut, Method::kDelete, Method::kPatch}) {
        CHECK(ours({{"Origin", "https://calls.example"}}, method));
        CHECK(ours({{"Origin", "null"}, {"Sec-Fetch-Site", "same-origin"}}, method));
        CHECK(ours({{"Sec-Fetch-Site", "same-origin"}}, method));
        CHECK_FALSE(ours({}, method));
        CHECK_FALSE(ours({{"Origin", "null"}}, method));
        CHECK_FALSE(ours({{"Sec-Fetch-Site", "none"}}, method));
        CHECK_FALSE(ours({{"Origin", "https://calls.example.evil.example"}}, method));
        CHECK_FALSE(ours({{"Origin", "http://calls.example"}}, method));
        CHECK_FALSE(ours({{"Origin", "https://calls.example"}, {"Sec-Fetch-Site", "cross-site"}}, method));
        CHECK_FALSE(ours({{"Origin", "https://evil.example"}, {"Sec-Fetch-Site", "same-origin"}}, method));
    }
}
