#include "policy/caller_text.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace {

using policy::FaultCode;
using policy::flaw_of;
using policy::is_country_code;
using policy::quoted;

std::optional<FaultCode> code_of(std::string_view value, std::size_t longest = 10) {
    const auto flaw = flaw_of(value, longest);
    return flaw ? std::optional(flaw->code) : std::nullopt;
}

TEST_CASE("Well-formed text without control characters has no flaw, empty text included") {
    for (const char* good :
         {"", "abc", "Zoë", "日本語", "\xF0\x9F\x93\x9E", "a b", "\xC2\xA0", "\xF4\x8F\xBF\xBF", "\xEE\x80\x80"}) {
        CHECK_FALSE(code_of(good));
    }
}

TEST_CASE("Length is counted in characters and not in bytes") {
    CHECK_FALSE(code_of("ëëëëëëëëëë"));
    CHECK(code_of("ëëëëëëëëëëë") == FaultCode::kFieldTooLong);
    CHECK_THAT(flaw_of("abc", 2)->sentence, Catch::Contains("at most 2 characters"));
}

TEST_CASE("What is not UTF-8 by RFC 3629 is refused: cut, overlong, surrogates, past the last code point") {
    for (const char* bad : {"\x80", "\xC3", "\xC0\xAF", "\xC1\xBF", "\xE0\x80\xAF", "\xE0\x9F\xBF", "\xED\xA0\x80",
                            "\xED\xBF\xBF", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF",
                            "\xE2\x82", "\xE2\x28\xA1", "a\xF0\x9F\x93"}) {
        CHECK(code_of(bad) == FaultCode::kFieldFormat);
    }
}

TEST_CASE("Control characters are refused, those after 7F too") {
    using namespace std::string_view_literals;
    for (const auto bad : {"\0"sv, "a\nb"sv, "\t"sv, "\x1F"sv, "\x7F"sv, "\xC2\x80"sv, "\xC2\x9F"sv}) {
        CHECK(code_of(bad) == FaultCode::kFieldFormat);
    }
}

TEST_CASE("A country code is two capital letters") {
    CHECK(is_country_code("NL"));
    CHECK(is_country_code("ZZ"));
    for (const char* bad : {"", "N", "nl", "Nl", "NLD", "N1", "[A", "@A"}) CHECK_FALSE(is_country_code(bad));
}

TEST_CASE("A quoted value is cut after 40 characters and shows nothing that is not printable") {
    CHECK(quoted("abc") == "\"abc\"");
    CHECK(quoted("a\"b\n\xC3\xAB~ ") == "\"a?b???~ \"");
    CHECK(quoted(std::string(40, 'x')) == '"' + std::string(40, 'x') + '"');
    CHECK(quoted(std::string(41, 'x')) == '"' + std::string(40, 'x') + "...\"");
}

}  // namespace
