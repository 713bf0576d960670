#include "storage/audit/entry.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include "tests/support/print_result.hpp"

#include "policy/access.hpp"
#include "storage/crypto/bytes.hpp"

using namespace storage;         // NOLINT(google-build-using-namespace)
using namespace storage::audit;  // NOLINT(google-build-using-namespace)

namespace {

const policy::Instant kEntryTime = *policy::parse_instant("2026-11-24T04:35:00Z");

}  // namespace

TEST_CASE("An entry's bytes are canonical: fixed order, sorted details, no spaces") {
    Entry entry(kEntryTime, Actor{ActorKind::kPerson, Pseudonym(), {"qa"}}, Action::kPlayOpen, Outcome::kDeny);
    entry.number("z", -3).number("a", 1).number("a", 2).reason("restricted").purpose("training");
    entry.recording(policy::LogId()).ref("play", policy::PlayId()).date("purge_date", policy::Date{});
    const Entry::Salt salt{};
    CHECK(
        crypto::text_of(entry.encode(salt))
            .starts_with(
                R"({"v":1,"salt":"00000000000000000000000000000000","at":"2026-11-24T04:35:00.000Z",)"
                R"("actor":{"kind":"person","id":"00000000000000000000000000000000","roles":["qa"]},)"
                R"("action":"play.open","result":"deny","reason":"restricted","purpose":"training",)"
                R"("recording":"00000000000000000000000000000000","refs":{"play":"00000000000000000000000000000000"},)"
                R"("detail":{"a":2,"purge_date":)"));
}

TEST_CASE("Two entries of the same act differ by their salt") {
    const Entry entry(kEntryTime, Actor{}, Action::kServiceStart, Outcome::kDone);
    CHECK(salted(entry) != salted(entry));
}

TEST_CASE("The largest possible entry fits an entry bundle and is JSON") {
    Entry entry(kEntryTime, Actor{}, Action::kAlarm, Outcome::kFailed);
    std::vector<std::string> names;
    for (std::size_t i = 0; i < Entry::kMaxDetails; ++i) {
        const Word name = *Word::from_configuration("name." + std::to_string(i) + std::string(40, 'x'));
        entry.code(name, name).ref(name, policy::RequestId());
    }
    const crypto::Bytes bytes = salted(entry);
    CHECK(bytes.size() <= Entry::kMaxSize);
    CHECK(boost::json::parse(crypto::text_of(bytes)).is_object());
    CHECK_THROWS_AS(entry.number("one_more", 1), std::length_error);
}

TEST_CASE("Only words get in: text of callers has no way, and configured codes are checked") {
    STATIC_REQUIRE_FALSE(std::is_constructible_v<Word, std::string>);
    STATIC_REQUIRE_FALSE(std::is_constructible_v<Word, std::string_view>);
    for (const char* text : {"", "Jansen", "+31612345678", "a b", "a\"b", "a\nb"}) {
        CHECK_FALSE(Word::from_configuration(text));
    }
    CHECK_FALSE(Word::from_configuration(std::string(49, 'a')));
    CHECK(Word::from_configuration("mifid-5y")->text() == "mifid-5y");
    CHECK(Word::of(policy::DenyReason::kRestricted).text() == policy::text(policy::DenyReason::kRestricted));
}

TEST_CASE("Every reason of policy is a word") {
    for (const policy::DenyReason reason : policy::all_deny_reasons()) CHECK(Word::is_word(policy::text(reason)));
}
