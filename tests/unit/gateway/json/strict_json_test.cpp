#include "gateway/json/strict_json.hpp"

#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>
#include <string>

namespace {

using gateway::json::parse_strict_json;

std::string error_of(std::string_view text) {
    const auto parsed = parse_strict_json(text);
    const auto* fault = std::get_if<gateway::json::JsonFault>(&parsed);
    return fault != nullptr ? fault->sentence : "accepted";
}

TEST_CASE("Ordinary JSON is read") {
    const auto value = parse_strict_json(R"({"a":[1,-2,1.5,true,null],"b":{"a":"é\n"}})");
    REQUIRE(std::get<boost::json::value>(value).at("b").at("a").as_string() == "\u00e9\n");
    REQUIRE(std::get<boost::json::value>(parse_strict_json(" 7 ")).as_int64() == 7);
}

TEST_CASE("A name that stands twice in one object is refused, also when it is written differently") {
    REQUIRE_THAT(error_of(R"({"a":1,"a":1})"), Catch::Contains("twice"));
    REQUIRE_THAT(error_of(R"({"a":1,"\u0061":1})"), Catch::Contains("twice"));
    REQUIRE_THAT(error_of(R"({"x":{"b":1,"c":2,"b":3}})"), Catch::Contains("twice"));
    REQUIRE(error_of(R"({"a":{"a":1},"b":{"a":1}})") == "accepted");
}

TEST_CASE("Depth, huge numbers, trailing text, comments and broken UTF-8 are refused") {
    REQUIRE_THAT(error_of(std::string(100, '[') + std::string(100, ']')), Catch::Contains("16 levels"));
    REQUIRE_THAT(error_of("1e999"), Catch::Contains("too large"));
    REQUIRE_THAT(error_of("{} {}"), Catch::Contains("byte 3"));
    REQUIRE(error_of("{\"a\":1,}") != "accepted");
    REQUIRE(error_of("/* c */ 1") != "accepted");
    REQUIRE(error_of("\"\xff\"") != "accepted");
    REQUIRE(error_of("\"\xed\xa0\x80\"") != "accepted");
    REQUIRE_THAT(error_of("{\"a\":"), Catch::Contains("ends early"));
    REQUIRE(error_of("") != "accepted");
}

TEST_CASE("Sixteen levels are read and seventeen are not, arrays and objects alike") {
    const auto arrays = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    REQUIRE(error_of(arrays(16)) == "accepted");
    REQUIRE_THAT(error_of(arrays(17)), Catch::Contains("16 levels"));
    std::string objects = "1";
    for (int i = 0; i < 16; ++i) objects = "{\"a\":" + objects + "}";
    REQUIRE(error_of(objects) == "accepted");
    REQUIRE_THAT(error_of("[" + objects + "]"), Catch::Contains("16 levels"));
    REQUIRE_THAT(error_of(std::string(1'000'000, '[')), Catch::Contains("16 levels"));
}

TEST_CASE("A number that no double holds is refused, however it is written") {
    for (const auto* number : {"1e309", "-1e309", "1e99999999999", "123456789e400"}) {
        INFO(number);
        REQUIRE_THAT(error_of(number), Catch::Contains("too large"));
    }
    REQUIRE(error_of("1" + std::string(400, '0')) != "accepted");
    REQUIRE(error_of("1e-999") == "accepted");
    for (const auto* number : {"+1", ".5", "1.", "01", "0x1", "NaN", "Infinity", "1e", "--1"}) {
        INFO(number);
        REQUIRE(error_of(number) != "accepted");
    }
}

TEST_CASE("Invalid UTF-8, lone surrogates and raw control characters are refused") {
    for (const auto* text :
         {"\"\xC0\x80\"", "\"\xF5\x80\x80\x80\"", "\"\xE2\x82\"", "\"\x80\"", "\"\xF0\x80\x80\xAF\"", "\"\\ud800\"",
          "\"\\udc00\\ud800\"", "\"\x01\"", "\"a\nb\"", "\"\\x41\"", "'a'", "{a:1}", "{\"\xFF\":1}"}) {
        INFO(text);
        REQUIRE(error_of(text) != "accepted");
    }
    REQUIRE(error_of(std::string("\"a\0b\"", 5)) != "accepted");
    REQUIRE(error_of("\xEF\xBB\xBF{}") != "accepted");
    REQUIRE(error_of("\"\\ud83d\\ude00\"") == "accepted");
}

TEST_CASE("What is said about a bad text quotes nothing of it") {
    for (const auto* text : {"{\"+31201234567\":1,\"+31201234567\":2}", "\"+31201234567", "+31201234567"}) {
        REQUIRE_THAT(error_of(text), !Catch::Contains("3120"));
    }
}

}  // namespace
