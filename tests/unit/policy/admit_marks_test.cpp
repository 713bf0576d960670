#include <catch2/catch.hpp>
#include <string>

#include "policy/admit.hpp"
#include "tests/unit/policy/push.hpp"

namespace {

using policy::Mark;
using std::chrono::milliseconds;
using tests::admitted;
using tests::check_refused;
using tests::listed;
using tests::Push;
using tests::refused;
using Listed = std::vector<std::string>;

Mark mark(const char* kind, int from, int to) {
    return {milliseconds{from}, milliseconds{to}, kind};
}

std::optional<std::string> quarantine_of(std::vector<Mark> marks) {
    Push push;
    push.claim.marks = std::move(marks);
    return admitted(push).quarantine;
}

TEST_CASE("Rule 19: marks of holds, pauses and payments are taken over in order") {
    Push push;
    push.claim.marks = {mark("hold", 0, 500), mark("pause", 500, 500), mark("pause", 1000, 2000)};
    const auto marks = admitted(push).marks;
    REQUIRE(marks.size() == 3);
    CHECK(marks[0].kind == policy::MarkKind::kHold);
    CHECK(marks[1].to == milliseconds{500});
    CHECK(marks[2].from == milliseconds{1000});
}

TEST_CASE("Rules 19, 21: a payment without a pause is stored in quarantine, with its reason") {
    CHECK(quarantine_of({mark("payment", 1000, 2000)}) == "payment-without-pause");
    CHECK(quarantine_of({mark("payment", 1000, 1000)}) == "payment-without-pause");
    CHECK(quarantine_of({mark("payment", 1000, 2000), mark("hold", 0, 9000)}) == "payment-without-pause");
}

TEST_CASE("Rule 19: a payment that pauses cover throughout needs no quarantine") {
    CHECK_FALSE(quarantine_of({mark("payment", 1000, 2000), mark("pause", 1000, 2000)}));
    CHECK_FALSE(quarantine_of({mark("pause", 900, 2100), mark("payment", 1000, 2000)}));
    CHECK_FALSE(quarantine_of({mark("payment", 1000, 2000), mark("pause", 1500, 2000), mark("pause", 0, 1500)}));
    CHECK_FALSE(quarantine_of({mark("payment", 1000, 1000), mark("pause", 1000, 1000)}));
    CHECK_FALSE(quarantine_of({mark("pause", 0, 5000), mark("pause", 100, 200), mark("payment", 300, 4000)}));
}

TEST_CASE("Rule 19: one millisecond of a payment outside the pauses is enough for quarantine") {
    CHECK(quarantine_of({mark("payment", 1000, 2000), mark("pause", 1001, 2000)}));
    CHECK(quarantine_of({mark("payment", 1000, 2000), mark("pause", 1000, 1999)}));
    CHECK(quarantine_of({mark("payment", 1000, 2000), mark("pause", 1000, 1499), mark("pause", 1500, 2000)}));
    CHECK(quarantine_of({mark("payment", 1000, 2000), mark("pause", 0, 999), mark("pause", 2001, 3000)}));
}

TEST_CASE("Rule 19: one unpaused payment among paused ones is enough for quarantine") {
    CHECK(quarantine_of({mark("payment", 0, 10), mark("pause", 0, 10), mark("payment", 50, 60)}));
}

TEST_CASE("A mark needs kind, start and end, all named at once") {
    Push push;
    push.claim.marks = {mark("hold", 0, 1), Mark{}};
    CHECK(listed(refused(push)) ==
          Listed{"field-missing /marks/1/kind", "field-missing /marks/1/from_ms", "field-missing /marks/1/to_ms"});
    push.claim.marks = {mark("mute", 0, 1)};
    check_refused(push, "value-unknown", "/marks/0/kind", "Send hold, pause or payment");
}

TEST_CASE("A mark lies inside the call, its end not before its start") {
    Push push;
    push.claim.duration = milliseconds{10'000};
    push.claim.marks = {mark("hold", 0, 10'000), mark("hold", 10'000, 10'000)};
    admitted(push);
    for (const Mark& bad : {mark("hold", 2, 1), mark("hold", -1, 1), mark("hold", 0, 10'001)}) {
        push.claim.marks = {bad};
        check_refused(push, "mark-outside", "/marks/0", "inside the call");
    }
    push.claim.duration.reset();
    push.claim.marks = {mark("hold", 0, 86'400'001)};
    check_refused(push, "mark-outside", "/marks/0", "inside the call");
}

TEST_CASE("At most 256 marks are taken") {
    Push push;
    push.claim.marks.assign(256, mark("hold", 0, 1));
    CHECK(admitted(push).marks.size() == 256);
    push.claim.marks.push_back(mark("hold", 0, 1));
    check_refused(push, "field-out-of-range", "/marks", "at most 256");
}

}  // namespace
