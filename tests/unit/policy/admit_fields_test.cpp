#include <catch2/catch.hpp>
#include <string>

#include "policy/admit.hpp"
#include "tests/unit/policy/push.hpp"

namespace {

using namespace std::chrono_literals;
using policy::ChannelRole;
using policy::Member;
using policy::Party;
using tests::admitted;
using tests::check_refused;
using tests::listed;
using tests::Push;
using tests::refused;
using Listed = std::vector<std::string>;

TEST_CASE("A recording without the sender's own name for it is refused") {
    Push push;
    push.claim.recording_ref.reset();
    check_refused(push, "field-missing", "/recording_ref", "your own unique name");
    push.claim.recording_ref = "";
    check_refused(push, "field-missing", "/recording_ref", "your own unique name");
}

TEST_CASE("Every text has a longest length in characters, and the bound itself is within it") {
    struct Row {
        const char* pointer;
        std::size_t longest;
        void (*set)(Push&, std::string);
    };
    const Row rows[] = {
        {"/recording_ref", 128, [](Push& p, std::string s) { p.claim.recording_ref = std::move(s); }},
        {"/call_id", 128, [](Push& p, std::string s) { p.claim.call_id = std::move(s); }},
        {"/caller/number", 64,
         [](Push& p, std::string s) {
             p.claim.caller = Party{std::move(s), {}, {}, {}};
         }},
        {"/caller/name", 200,
         [](Push& p, std::string s) {
             p.claim.caller = Party{{}, std::move(s), {}, {}};
         }},
        {"/caller/customer_id", 128,
         [](Push& p, std::string s) {
             p.claim.caller = Party{{}, {}, {}, std::move(s)};
         }},
        {"/callee/number", 64,
         [](Push& p, std::string s) {
             p.claim.callee = Party{std::move(s), {}, {}, {}};
         }},
        {"/agent/id", 64,
         [](Push& p, std::string s) {
             p.claim.agent = Member{std::move(s), {}, {}};
         }},
        {"/agent/name", 200,
         [](Push& p, std::string s) {
             p.claim.agent = Member{"a", std::move(s), {}};
         }},
        {"/queue/id", 64,
         [](Push& p, std::string s) {
             p.claim.queue = Member{std::move(s), {}, {}};
         }},
        {"/team/name", 200,
         [](Push& p, std::string s) {
             p.claim.team = Member{"support", std::move(s), {}};
         }},
        {"/basis/by", 128, [](Push& p, std::string s) { p.claim.basis->by = std::move(s); }},
        {"/basis/text_version", 64, [](Push& p, std::string s) { p.claim.basis->text_version = std::move(s); }},
        {"/notice/how", 64, [](Push& p, std::string s) { p.claim.notice->how = std::move(s); }},
        {"/notice/version", 64, [](Push& p, std::string s) { p.claim.notice->version = std::move(s); }},
        {"/retention_class", 64, [](Push& p, std::string s) { p.claim.retention_class = std::move(s); }},
    };
    for (const Row& row : rows) {
        CAPTURE(row.pointer);
        Push push;
        row.set(push, std::string(row.longest + 1, 'x'));
        check_refused(push, "field-too-long", row.pointer, "at most " + std::to_string(row.longest) + " characters");
        row.set(push, "tab\there");
        check_refused(push, "field-format", row.pointer, "control characters");
        row.set(push, "\xC3\x28");
        check_refused(push, "field-format", row.pointer, "UTF-8");
        if (std::string_view(row.pointer) == "/retention_class") continue;  // must be a class of the deployment
        row.set(push, std::string(row.longest, 'x'));
        admitted(push);
    }
}

TEST_CASE("The team is needed and must be one of the sender's") {
    Push push;
    push.claim.team.reset();
    check_refused(push, "field-missing", "/team", "Name the team");
    push.claim.team = Member{"", {}, {}};
    check_refused(push, "field-missing", "/team/id", "Send the id");
    push.claim.team = Member{"Support", {}, {}};
    check_refused(push, "team-not-allowed", "/team/id", "a team that this sender may push for");
    push.claim.team = Member{std::string(65, 'x'), {}, {}};
    check_refused(push, "field-too-long", "/team/id", "at most 64");
}

TEST_CASE("An agent or queue with a name and no id is refused") {
    Push push;
    push.claim.agent = Member{{}, "Name", {}};
    push.claim.queue = Member{{}, "Name", {}};
    CHECK(listed(refused(push)) == Listed{"field-missing /agent/id", "field-missing /queue/id"});
}

TEST_CASE("A country is two capital letters, wherever it stands") {
    for (const char* country : {"nl", "NLD", "N", "", "N1", "ÅX"}) {
        CAPTURE(country);
        Push push;
        push.claim.caller = Party{{}, {}, country, {}};
        push.claim.callee = Party{{}, {}, country, {}};
        push.claim.agent = Member{"a", {}, country};
        const auto faults = refused(push);
        REQUIRE(listed(faults) ==
                Listed{"field-format /caller/country", "field-format /callee/country", "field-format /agent/country"});
        CHECK_THAT(faults[0].sentence, Catch::Contains("two capital letters"));
    }
}

TEST_CASE("A number is never a reason to refuse, its length apart") {
    Push push;
    for (const char* number : {"", "anonymous", "+31 20 123 45 67", "sip:a@b;x=1", "'; drop table calls --"}) {
        push.claim.caller = Party{number, {}, {}, {}};
        admitted(push);
    }
}

TEST_CASE("A direction is inbound, outbound or internal, or is not said") {
    Push push;
    CHECK_FALSE(admitted(push).direction);
    push.claim.direction = "internal";
    CHECK(admitted(push).direction == policy::Direction::kInternal);
    push.claim.direction = "in";
    check_refused(push, "value-unknown", "/direction", "inbound, outbound or internal");
}

TEST_CASE("Channel roles are one to eight known words") {
    Push push;
    push.claim.channels = {"customer", "agent", "mixed", "other"};
    CHECK(admitted(push).channels ==
          std::vector{ChannelRole::kCustomer, ChannelRole::kAgent, ChannelRole::kMixed, ChannelRole::kOther});
    push.claim.channels = {"agent", "caller", "left"};
    CHECK(listed(refused(push)) == Listed{"value-unknown /channels/1", "value-unknown /channels/2"});
    push.claim.channels = std::vector<std::string>(8, "other");
    CHECK(admitted(push).channels.size() == 8);
    push.claim.channels->emplace_back("other");
    check_refused(push, "field-out-of-range", "/channels", "at most 8");
    push.claim.channels = std::vector<std::string>{};
    check_refused(push, "field-out-of-range", "/channels", "one role for each channel");
}

TEST_CASE("A call lasts from 0 to 24 hours") {
    Push push;
    for (const auto good : {0ms, std::chrono::milliseconds{24h}}) {
        push.claim.duration = good;
        admitted(push);
    }
    for (const auto bad : {-1ms, std::chrono::milliseconds{24h} + 1ms}) {
        push.claim.duration = bad;
        check_refused(push, "field-out-of-range", "/duration_ms", "from 0 to 24 hours");
    }
}

}  // namespace
