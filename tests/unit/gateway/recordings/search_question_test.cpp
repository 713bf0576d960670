#include "gateway/recordings/search_question.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace {

using gateway::recordings::identity_of;
using gateway::recordings::read_search;
using gateway::recordings::SearchQuestion;

const std::string kPeriod = R"("purpose":"quality","from":"2026-11-01T00:00:00Z","to":"2026-11-08T00:00:00+01:00")";

std::string body(const std::string& more) {
    return "{" + kPeriod + (more.empty() ? "" : "," + more) + "}";
}

std::vector<std::string> pointers(const std::string& text) {
    std::vector<policy::Fault> faults;
    const auto question = read_search(text, faults);
    CHECK(question.has_value() == faults.empty());
    std::vector<std::string> out;
    for (const auto& fault : faults) {
        CHECK_FALSE(fault.sentence.empty());
        out.push_back(fault.pointer);
    }
    std::ranges::sort(out);
    return out;
}

SearchQuestion read(const std::string& text) {
    std::vector<policy::Fault> faults;
    auto out = read_search(text, faults);
    REQUIRE(out);
    return *out;
}

using Pointers = std::vector<std::string>;

}  // namespace

TEST_CASE("A search needs purpose and period, and has a page of 50") {
    const auto question = read(body(""));
    CHECK(question.purpose == policy::AccessPurpose::kQuality);
    CHECK(policy::text(question.from) == "2026-11-01T00:00:00.000Z");
    CHECK(policy::text(question.to) == "2026-11-07T23:00:00.000Z");
    CHECK(question.limit == 50);
    CHECK_FALSE(question.teams);
    CHECK_FALSE(question.after);
    CHECK(pointers("{}") == Pointers{"/from", "/purpose", "/to"});
}

TEST_CASE("Every fault of a search is named at once") {
    const std::string text =
        R"({"purpose":"curiosity","from":"yesterday","to":7,"teams":[],"agent":"","number":"--","limit":0,)"
        R"("after":"garbage","case":"","extra":1})";
    CHECK(pointers(text) ==
          Pointers{"/after", "/agent", "/case", "/extra", "/from", "/limit", "/number", "/purpose", "/teams", "/to"});
}

TEST_CASE("Each field of a search has its bounds") {
    CHECK(pointers(body(R"("limit":1)")).empty());
    CHECK(pointers(body(R"("limit":100)")).empty());
    CHECK(pointers(body(R"("limit":101)")) == Pointers{"/limit"});
    CHECK(pointers(body(R"("limit":"5")")) == Pointers{"/limit"});
    CHECK(pointers(body(R"("agent":")" + std::string(64, 'a') + "\"")).empty());
    CHECK(pointers(body(R"("agent":")" + std::string(65, 'a') + "\"")) == Pointers{"/agent"});
    CHECK(pointers(body(R"("queue":")" + std::string(64, 'q') + "\"")).empty());
    CHECK(pointers(body(R"("queue":")" + std::string(65, 'q') + "\"")) == Pointers{"/queue"});
    CHECK(pointers(body(R"("case":")" + std::string(128, 'c') + "\"")).empty());
    CHECK(pointers(body(R"("case":")" + std::string(129, 'c') + "\"")) == Pointers{"/case"});
    CHECK(pointers(body(R"("teams":["a","b"])")).empty());
    CHECK(pointers(body(R"("teams":["a","a"])")) == Pointers{"/teams"});
    CHECK(pointers(body(R"("teams":[""])")) == Pointers{"/teams"});
    CHECK(pointers(body(R"("number":"+31 20 123 45 67")")).empty());
    CHECK(pointers(body(R"("number":"112")")).empty());
}

TEST_CASE("A period that ends before it began, or is empty, is refused") {
    const auto period = [](const std::string& from, const std::string& to) {
        return R"({"purpose":"quality","from":")" + from + R"(","to":")" + to + "\"}";
    };
    CHECK(pointers(period("2026-11-02T00:00:00Z", "2026-11-01T00:00:00Z")) == Pointers{"/to"});
    CHECK(pointers(period("2026-11-02T00:00:00Z", "2026-11-02T00:00:00Z")) == Pointers{"/to"});
    CHECK(pointers(period("2026-11-02T00:00:00Z", "2026-11-02T00:00:00.001Z")).empty());
}

TEST_CASE("What is no JSON object is one fault at the whole") {
    for (const std::string text : {"", "[]", "{", R"({"purpose":"quality","purpose":"training"})"}) {
        CAPTURE(text);
        CHECK(pointers(text) == Pointers{""});
    }
}

TEST_CASE("Pages of one search have one identity, and another question has another") {
    const auto first = read(body(R"("number":"+31201234567","limit":10)"));
    auto later = first;
    later.limit = 20;
    later.after = gateway::recordings::PageToken{};
    CHECK(identity_of(later) == identity_of(first));
    for (const std::string& other :
         {std::string(), std::string(R"("number":"+31201234568")"), std::string(R"("agent":"+31201234567")"),
          std::string(R"("queue":"+31201234567")"), std::string(R"("number":"+31201234567","teams":["a"])"),
          std::string(R"("number":"+31201234567","case":"c")")}) {
        CAPTURE(other);
        CHECK(identity_of(read(body(other))) != identity_of(first));
    }
}
