#include "gateway/http/request.hpp"

#include <catch2/catch.hpp>

#include "gateway/http/response.hpp"
#include "tests/support/http_request.hpp"
#include "tests/support/print_result.hpp"
#include "tests/support/run_loop.hpp"

namespace {

using namespace gateway::http;
using tests::HttpRequest;

TEST_CASE("Query parameters are decoded, and a badly escaped one is not there") {
    HttpRequest sent({.target = "/x?dry_run&from=2026-11-01T00%3A00%3A00%2B01%3A00&bad=%4&bad2=%zz&%66oo=bar&plus=a+b&"
                                "from=second&end=%41"});
    auto& request = sent.request();
    REQUIRE(request.path() == "/x");
    REQUIRE(request.query_parameter("dry_run") == "");
    REQUIRE(request.query_parameter("from") == "2026-11-01T00:00:00+01:00");
    REQUIRE_FALSE(request.query_parameter("bad"));
    REQUIRE_FALSE(request.query_parameter("bad2"));
    REQUIRE_FALSE(request.query_parameter("absent"));
    REQUIRE(request.query_parameter("foo") == "bar");
    REQUIRE(request.query_parameter("plus") == "a+b");
    REQUIRE(request.query_parameter("end") == "A");
}

TEST_CASE("A small body is read whole, and one past its bound is not") {
    HttpRequest sent({.method = Method::kPost, .body = "0123456789"});
    REQUIRE(tests::await(sent.request().body().read_all(10)).value() == "0123456789");
    HttpRequest declared({.method = Method::kPost, .body = "0123456789"});
    const auto refused = tests::await(declared.request().body().read_all(9));
    REQUIRE(refused.error().code == policy::Code::kTooLarge);
    REQUIRE(declared.request().body().received() == 0);
    HttpRequest chunked({.method = Method::kPost, .body = "0123456789", .length_declared = false, .piece = 3});
    REQUIRE(tests::await(chunked.request().body().read_all(9)).error().code == policy::Code::kTooLarge);
}

TEST_CASE("Headers and parameters are found by name, and absent ones are empty") {
    HttpRequest sent({.headers = {{"Authorization", "Bearer x"}}});
    auto& request = sent.request();
    request.set_params({{"id", "abc"}});
    REQUIRE(request.header("authorization") == "Bearer x");
    REQUIRE_FALSE(request.header("range"));
    REQUIRE(request.param("id") == "abc");
    REQUIRE(request.param("other").empty());
}

TEST_CASE("Methods are read case-sensitively, and a stranger's word is OTHER") {
    for (const auto* name : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
        REQUIRE(name_of(parse_method(name)) == name);
    REQUIRE(parse_method("get") == Method::kOther);
    REQUIRE(parse_method("BREW") == Method::kOther);
    REQUIRE(name_of(Method::kOther) == "OTHER");
}

TEST_CASE("A response is found by its headers, whatever their case, and has a phrase") {
    const auto response = json_response(201, "{}");
    REQUIRE(*response.header("CONTENT-type") == "application/json");
    REQUIRE(response.header("x") == nullptr);
    REQUIRE(reason_phrase(206) == "Partial Content");
    REQUIRE(reason_phrase(299) == "Status");
}

}  // namespace
