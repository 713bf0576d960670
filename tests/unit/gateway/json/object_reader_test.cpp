#include "gateway/json/object_reader.hpp"

#include <catch2/catch.hpp>
#include <functional>

namespace {

using gateway::json::ObjectReader;
using policy::Fault;
using policy::FaultCode;

/// "field-type /a" for each fault, in order.
std::vector<std::string> faults_of(std::string_view document, const std::function<void(ObjectReader&)>& read) {
    std::vector<Fault> faults;
    const auto object = gateway::json::parse_object(document, faults);
    if (object) {
        ObjectReader reader(*object, "", faults);
        read(reader);
        reader.done();
    }
    std::vector<std::string> out;
    for (const auto& fault : faults) {
        REQUIRE_FALSE(fault.sentence.empty());
        out.push_back(std::string(policy::text(fault.code)) + " " + fault.pointer);
    }
    return out;
}

using Faults = std::vector<std::string>;

TEST_CASE("What is there is read; what is absent or null is absent") {
    const auto faults = faults_of(
        R"({"t":"x","b":true,"n":-5,"i":"2026-11-24T09:30:00+01:00","d":"2026-02-28","l":["a","b"],"null":null})",
        [](ObjectReader& reader) {
            REQUIRE(reader.text("t") == "x");
            REQUIRE(reader.boolean("b") == true);
            REQUIRE(reader.whole_number("n", -5, 5) == -5);
            REQUIRE(policy::text(*reader.instant("i")) == "2026-11-24T08:30:00.000Z");
            REQUIRE(policy::text(*reader.date("d")) == "2026-02-28");
            REQUIRE(reader.texts("l", 2) == std::vector<std::string>{"a", "b"});
            REQUIRE_FALSE(reader.text("null"));
            REQUIRE_FALSE(reader.text("absent"));
            REQUIRE_FALSE(reader.object("absent"));
        });
    REQUIRE(faults.empty());
}

TEST_CASE("Every field of the wrong type is told, not only the first") {
    REQUIRE(faults_of(R"({"t":1,"b":"true","n":"1","l":"a","o":[],"a":{}})",
                      [](ObjectReader& reader) {
                          reader.text("t");
                          reader.boolean("b");
                          reader.whole_number("n", 0, 1);
                          reader.texts("l", 1);
                          REQUIRE_FALSE(reader.object("o"));
                          reader.objects("a", 1, [](ObjectReader&) {});
                      }) == Faults{"field-type /t", "field-type /b", "field-type /n", "field-type /l", "field-type /o",
                                   "field-type /a"});
}

TEST_CASE("Numbers are whole, in their range, and never rounded into it") {
    const auto outcome = [](std::string_view number) {
        const auto faults = faults_of("{\"n\":" + std::string(number) + "}",
                                      [](ObjectReader& reader) { reader.whole_number("n", 0, 1000); });
        return faults.empty() ? "fine" : faults[0];
    };
    REQUIRE(outcome("0") == "fine");
    REQUIRE(outcome("1000") == "fine");
    for (const auto* number : {"1001", "-1", "9223372036854775807", "18446744073709551615"})
        REQUIRE(outcome(number) == "field-out-of-range /n");
    for (const auto* number : {"1.5", "1.0", "1e2", "99999999999999999999999"})
        REQUIRE(outcome(number) == "field-type /n");
    REQUIRE(outcome("1e400") == "json-malformed ");
}

TEST_CASE("Dates that do not exist and times without offset are refused") {
    const auto is_faulty = [](std::string_view name, std::string_view value) {
        return !faults_of("{\"" + std::string(name) + "\":\"" + std::string(value) + "\"}", [](ObjectReader& reader) {
                    reader.instant("i");
                    reader.date("d");
                }).empty();
    };
    for (const auto* value : {"2026-02-30", "2026-2-3", "", "2026-11-24T00:00:00Z"}) REQUIRE(is_faulty("d", value));
    for (const auto* value : {"2026-11-24T09:30:00", "2026-11-24", "2026-11-24T24:00:00Z", "", "yesterday"})
        REQUIRE(is_faulty("i", value));
}

TEST_CASE("Unknown fields are named at every level, with their pointers escaped") {
    REQUIRE(faults_of(R"({"known":{"x":1,"a/b~c":2},"list":[{"y":1},{"z":2}],"un known":3})",
                      [](ObjectReader& reader) {
                          auto known = reader.object("known");
                          REQUIRE(known);
                          known->done();
                          reader.objects("list", 2, [](ObjectReader& one) { one.whole_number("y", 0, 9); });
                      }) == Faults{"field-unknown /known/x", "field-unknown /known/a~1b~0c", "field-unknown /list/1/z",
                                   "field-unknown /un known"});
}

TEST_CASE("Lists have a bound, and a bad member is named by its place") {
    const auto read = [](ObjectReader& reader) {
        reader.texts("l", 2);
        reader.objects("o", 2, [](ObjectReader&) {});
    };
    REQUIRE(faults_of(R"({"l":["a","b","c"]})", read) == Faults{"field-too-long /l"});
    REQUIRE(faults_of(R"({"l":["a",7]})", read) == Faults{"field-type /l/1"});
    REQUIRE(faults_of(R"({"o":[{},{},{}]})", read) == Faults{"field-too-long /o"});
    REQUIRE(faults_of(R"({"o":[{},"x"]})", read) == Faults{"field-type /o/1"});
}

TEST_CASE("A needed field that is absent or null is told") {
    const auto read = [](ObjectReader& reader) {
        reader.text("a");
        reader.need("a");
    };
    REQUIRE(faults_of("{}", read) == Faults{"field-missing /a"});
    REQUIRE(faults_of(R"({"a":null})", read) == Faults{"field-missing /a"});
    REQUIRE(faults_of(R"({"a":"x"})", read).empty());
}

TEST_CASE("A long unknown name does not make a long answer") {
    const auto faults = faults_of("{\"" + std::string(1000, 'x') + "\":1}", [](ObjectReader&) {});
    REQUIRE(faults.size() == 1);
    REQUIRE(faults[0].size() < 200);
}

TEST_CASE("A text that is no object is one fault, at the document") {
    const auto nothing = [](ObjectReader&) {};
    REQUIRE(faults_of("[]", nothing) == Faults{"field-type "});
    REQUIRE(faults_of("{", nothing) == Faults{"json-malformed "});
    REQUIRE(faults_of("", nothing) == Faults{"json-malformed "});
    REQUIRE(faults_of(R"({"a":1,"a":2})", nothing) == Faults{"json-duplicate-key "});
    REQUIRE(faults_of(R"({"a":)" + std::string(20, '[') + std::string(20, ']') + "}", nothing) ==
            Faults{"json-too-deep "});
}

}  // namespace
