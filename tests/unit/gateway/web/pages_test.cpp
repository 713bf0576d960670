#include "gateway/web/pages.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>
#include <string>

#include "tests/support/http_request.hpp"
#include "tests/support/run_loop.hpp"

namespace {

using gateway::http::BodySource;
using gateway::http::Response;
using gateway::web::files;
using gateway::web::Pages;
using gateway::web::takes_gzip;

Response page(const std::string& encodings = "") {
    tests::RequestParts parts;
    if (!encodings.empty()) parts.headers = {{"Accept-Encoding", encodings}};
    tests::HttpRequest made(parts);
    Pages pages;
    return tests::await(pages.page(made.request()));
}

Response asset(const std::string& name) {
    tests::RequestParts parts;
    parts.target = "/assets/" + name;
    tests::HttpRequest made(parts);
    made.request().set_params({{"file", name}});
    Pages pages;
    return tests::await(pages.asset(made.request()));
}

std::string body_of(Response& response) {
    auto& source = *std::get<std::unique_ptr<BodySource>>(response.body);
    std::string out;
    while (out.size() < source.size()) {
        const auto piece = tests::await(source.next(1000));
        REQUIRE(piece.has_value());
        REQUIRE_FALSE(piece->empty());
        out.append(reinterpret_cast<const char*>(piece->data()), piece->size());
    }
    return out;
}

std::string header(const Response& response, const std::string& name) {
    const auto* found = response.header(name);
    return found == nullptr ? "" : *found;
}

}  // namespace

TEST_CASE("The page may load its own files only, and is never kept") {
    const auto response = page();
    const auto policy = header(response, "Content-Security-Policy");
    CHECK(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"));
    CHECK(policy.find("form-action 'self'; frame-ancestors 'none'") != std::string::npos);
    CHECK(policy.find("unsafe") == std::string::npos);
    CHECK(policy.find("data:") == std::string::npos);
    CHECK(header(response, "Cache-Control") == "no-store");
    CHECK(header(response, "Content-Type") == "text/html; charset=utf-8");
}

TEST_CASE("The page names files that this build has, holds no script of its own and no address of others") {
    auto response = page();
    const auto html = body_of(response);
    CHECK(html.find("<!doctype html>") == 0);
    CHECK(html.find("{{") == std::string::npos);
    CHECK(html.find("http") == std::string::npos);
    CHECK(html.find("style=") == std::string::npos);
    std::size_t named = 0;
    for (auto at = html.find("/assets/"); at != std::string::npos; at = html.find("/assets/", at + 1)) {
        const auto begin = at + std::string("/assets/").size();
        const auto name = html.substr(begin, html.find('"', begin) - begin);
        CAPTURE(name);
        CHECK(asset(name).status == 200);
        ++named;
    }
    CHECK(named == 4);
}

TEST_CASE("Files with a hash in their name are kept for a year, unknown ones are not found") {
    for (const auto& file : files()) {
        if (file.name == "index.html") continue;
        auto response = asset(std::string(file.name));
        CHECK(header(response, "Cache-Control") == "public, max-age=31536000, immutable");
        CHECK(header(response, "Content-Type") == file.media_type);
        CHECK(header(response, "Vary") == "Accept-Encoding");
        CHECK(body_of(response) == file.plain);
    }
    for (const std::string name : {"index.html", "app.js", "", "..", "app-00000000.js"}) {
        CAPTURE(name);
        CHECK(asset(name).status == 404);
    }
}

TEST_CASE("Who takes gzip gets it") {
    auto packed = page("gzip, deflate, br");
    CHECK(header(packed, "Content-Encoding") == "gzip");
    CHECK(body_of(packed).substr(0, 2) == "\x1f\x8b");
    CHECK(header(page("br"), "Content-Encoding").empty());
    CHECK(takes_gzip("br;q=1.0, GZIP ;q=0.5"));
    CHECK(takes_gzip("gzip"));
    for (const std::string refusing : {"", "identity", "gzip;q=0", "gzip; q=0.000", "xgzip", "br, gzip;q=0"}) {
        CAPTURE(refusing);
        CHECK_FALSE(takes_gzip(refusing));
    }
}

TEST_CASE("All of the page is small") {
    std::size_t bytes = 0;
    for (const auto& file : files()) bytes += file.gzip.size();
    CHECK(bytes < 120 * 1024);
    CHECK(std::ranges::all_of(files(), [](const auto& file) { return !file.plain.empty() && !file.gzip.empty(); }));
}
