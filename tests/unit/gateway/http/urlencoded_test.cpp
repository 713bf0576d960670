#include "gateway/http/urlencoded.hpp"

#include <catch2/catch.hpp>

using gateway::http::parameter;
using gateway::http::percent_encoded;

TEST_CASE("A parameter is the first of its name, decoded") {
    CHECK(parameter("a=1&b=2&a=3", "a") == "1");
    CHECK(parameter("a%62=%2F+x", "ab") == "/+x");
    CHECK(parameter("a", "a") == "");
    CHECK_FALSE(parameter("aa=1", "a"));
    CHECK_FALSE(parameter("", "a"));
    CHECK_FALSE(parameter("a=%2", "a"));
    CHECK_FALSE(parameter("a=%zz", "a"));
}

TEST_CASE("Every byte comes back out of a query") {
    std::string all;
    for (int byte = 0; byte < 256; ++byte) all.push_back(static_cast<char>(byte));
    CHECK(parameter("x=" + percent_encoded(all), "x") == all);
}
