#include "gateway/observe/json_text.hpp"

#include <catch2/catch.hpp>

namespace {

std::string json(std::string_view text) {
    std::string out;
    gateway::observe::append_json_string(out, text);
    return out;
}

const std::string kReplaced = "\xEF\xBF\xBD";

TEST_CASE("Quotes, backslashes and control characters are escaped") {
    REQUIRE(json("a\"b\\c") == R"("a\"b\\c")");
    REQUIRE(json("\r\n\t") == R"("\r\n\t")");
    REQUIRE(json(std::string("\0\x01\x1F\x7F", 4)) == R"("\u0000\u0001\u001f\u007f")");
    REQUIRE(json("") == "\"\"");
}

TEST_CASE("Well-formed UTF-8 stays as it is") {
    for (const auto* text :
         {"\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xED\x9F\xBF", "\xEF\xBF\xBF", "\xF4\x8F\xBF\xBF"}) {
        REQUIRE(json(text) == "\"" + std::string(text) + "\"");
    }
}

TEST_CASE("What is not well-formed UTF-8 is replaced byte by byte") {
    REQUIRE(json("a\xFF"
                 "b") == "\"a" + kReplaced + "b\"");
    REQUIRE(json("\xC0\x80") == "\"" + kReplaced + kReplaced + "\"");                                  // overlong
    REQUIRE(json("\xED\xA0\x80") == "\"" + kReplaced + kReplaced + kReplaced + "\"");                  // surrogate
    REQUIRE(json("\xF4\x90\x80\x80") == "\"" + kReplaced + kReplaced + kReplaced + kReplaced + "\"");  // past U+10FFFF
    REQUIRE(json("\xE2\x82") == "\"" + kReplaced + kReplaced + "\"");                                  // cut off
    REQUIRE(json("\xC3\"") == "\"" + kReplaced + "\\\"\"");  // a quote cannot hide
    REQUIRE(json("\xE0\x80\x80") == "\"" + kReplaced + kReplaced + kReplaced + "\"");
}

}  // namespace
