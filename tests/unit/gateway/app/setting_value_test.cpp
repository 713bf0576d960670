#include "gateway/app/setting_value.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <stdexcept>

#include "gateway/app/nearest_name.hpp"
#include "tests/support/print_result.hpp"

namespace {

using namespace gateway::app;

/// The value as it is kept, or "refused".
std::string kept(Form form, const RawValue& raw, std::int64_t min = 0, std::int64_t max = 0) {
    const auto value = Value::check(raw, {form, min, max, {}});
    return value ? value->canonical() : "refused";
}

std::string kept(Form form, const char* text) {
    return kept(form, RawValue(std::string(text)));
}

TEST_CASE("Sizes and times are whole numbers with a unit") {
    REQUIRE(kept(Form::kBytes, "64 MiB") == "67108864");
    REQUIRE(kept(Form::kBytes, "64MiB") == "67108864");
    REQUIRE(kept(Form::kBytes, "1 kB") == "1000");
    REQUIRE(kept(Form::kBytes, "0 B") == "0");
    REQUIRE(kept(Form::kDuration, "15 min") == "900");
    REQUIRE(kept(Form::kDuration, "7 d") == "604800");
    for (const auto* text : {"", "64", "64 mib", "64  MiB", "-1 MiB", "+1 MiB", "1.5 GiB", "MiB", "64 MiB ", " 64 MiB",
                             "99999999999 GiB", "0x10 B"}) {
        INFO(text);
        REQUIRE(kept(Form::kBytes, text) == "refused");
    }
    for (const auto* text : {"", "10", "10 m", "10 sec", "1 h 30 min", "-1 s", "9223372036854775807 d"}) {
        INFO(text);
        REQUIRE(kept(Form::kDuration, text) == "refused");
    }
}

TEST_CASE("Bounds are inclusive, of numbers and of lengths") {
    REQUIRE(kept(Form::kWhole, std::int64_t{7}, 7, 60) == "7");
    REQUIRE(kept(Form::kWhole, std::int64_t{60}, 7, 60) == "60");
    REQUIRE(kept(Form::kWhole, std::int64_t{61}, 7, 60) == "refused");
    REQUIRE(kept(Form::kText, std::string("ab"), 2, 2) == "\"ab\"");
    REQUIRE(kept(Form::kText, std::string("abc"), 2, 2) == "refused");
    REQUIRE(kept(Form::kText, std::string("a\nb")) == "refused");
    REQUIRE(kept(Form::kTexts, std::vector<std::string>{"a", ""}) == "refused");
}

TEST_CASE("Dates, periods, countries, times of day and fingerprints are what they say") {
    REQUIRE(kept(Form::kDate, "2026-02-28") == "\"2026-02-28\"");
    REQUIRE(kept(Form::kDate, "2026-02-29") == "refused");
    REQUIRE(kept(Form::kPeriod, "P3M") == "\"P3M\"");
    REQUIRE(kept(Form::kPeriod, "P90D") == "refused");
    REQUIRE(kept(Form::kCountry, "NL") == "\"NL\"");
    for (const auto* text : {"", "nl", "GB", "US", "EL", "XX"}) REQUIRE(kept(Form::kCountry, text) == "refused");
    REQUIRE(kept(Form::kTimeOfDay, "23:59") == "1439");
    for (const auto* text : {"24:00", "2:30", "02:60", "02-30", "02:3x", ""})
        REQUIRE(kept(Form::kTimeOfDay, text) == "refused");
    std::string colons;
    for (int i = 0; i < 32; ++i) colons += i == 0 ? "AB" : ":AB";
    std::string plain;
    for (int i = 0; i < 32; ++i) plain += "ab";
    REQUIRE(kept(Form::kFingerprint, RawValue(colons)) == "\"" + plain + "\"");
    REQUIRE(kept(Form::kFingerprint, RawValue(plain + "a")) == "refused");
    REQUIRE(kept(Form::kFingerprint, RawValue(std::string(64, 'g'))) == "refused");
}

TEST_CASE("A value is one of its form: true is no number, a number no text") {
    REQUIRE(kept(Form::kFlag, true) == "true");
    for (const auto form : {Form::kText, Form::kWhole, Form::kBytes, Form::kDuration, Form::kTexts, Form::kDate})
        REQUIRE(kept(form, true) == "refused");
    REQUIRE(kept(Form::kFlag, std::string("true")) == "refused");
    REQUIRE(kept(Form::kFlag, std::int64_t{1}) == "refused");
    REQUIRE(kept(Form::kText, std::int64_t{1}) == "refused");
    REQUIRE(kept(Form::kTexts, std::string("a")) == "refused");
    const auto flag = Value::check(true, {Form::kFlag, 0, 0, {}}).value();
    REQUIRE_THROWS_AS(flag.text(), std::logic_error);
    REQUIRE_THROWS_AS(flag.seconds(), std::logic_error);
}

TEST_CASE("Lists that differ are spelled differently") {
    REQUIRE(kept(Form::kTexts, std::vector<std::string>{"a\", \"b"}) !=
            kept(Form::kTexts, std::vector<std::string>{"a", "b"}));
}

TEST_CASE("The nearest name is a likely slip, or none") {
    constexpr std::array<std::string_view, 4> kKnown{"port", "address", "metrics_port", "threads"};
    REQUIRE(nearest_name("prot", kKnown) == "port");
    REQUIRE(nearest_name("adress", kKnown) == "address");
    REQUIRE(nearest_name("metricsport", kKnown) == "metrics_port");
    REQUIRE_FALSE(nearest_name("xyz", kKnown));
    REQUIRE_FALSE(nearest_name(std::string(1000, 'p'), kKnown));
    REQUIRE_FALSE(nearest_name("port", {}));
}

}  // namespace
