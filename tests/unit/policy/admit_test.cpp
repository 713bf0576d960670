#include "policy/admit.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/unit/policy/push.hpp"

namespace {

using policy::Fault;
using policy::FaultCode;
using tests::admitted;
using tests::check_refused;
using tests::listed;
using tests::Push;
using tests::refused;
using Listed = std::vector<std::string>;

TEST_CASE("Rule 50: a new deployment records nothing") {
    Push push;
    push.deployment.recording_enabled = policy::Deployment{}.recording_enabled;
    check_refused(push, "recording-disabled", "", "switch recording on");
}

TEST_CASE("Rule 50: a new sender may claim nothing") {
    Push push;
    push.sender = policy::SenderAllowance{};
    CHECK(listed(refused(push)) ==
          Listed{"team-not-allowed /team/id", "purpose-not-allowed /purposes/0", "basis-not-allowed /basis/kind"});
    CHECK(push.sender.max_bytes == 0);
    CHECK(push.sender.classes.empty());
}

TEST_CASE("All faults of a push are named at once") {
    Push push;
    push.deployment.recording_enabled = false;
    push.claim = policy::Claim{};
    push.claim.retention_class = "ten-years";
    push.claim.marks = {policy::Mark{}};
    CHECK(listed(refused(push)) == Listed{"recording-disabled ", "field-missing /recording_ref", "field-missing /team",
                                          "purpose-missing /purposes", "basis-missing /basis", "notice-missing /notice",
                                          "field-missing /started_at", "class-unknown /retention_class",
                                          "field-missing /marks/0/kind", "field-missing /marks/0/from_ms",
                                          "field-missing /marks/0/to_ms"});
}

TEST_CASE("What the reader found comes first, and nothing is said twice about a field that it could not read") {
    Push push;
    push.claim.basis->given_at.reset();
    push.claim.purposes.reset();
    push.claim.notice.reset();
    push.claim.recording_ref = "";
    const std::vector<Fault> read{
        {FaultCode::kFieldFormat, "/basis/given_at", "Send a date-time."},
        {FaultCode::kFieldType, "/purposes/0", "Send a string."},
        {FaultCode::kFieldType, "/notice", "Send an object."},
    };
    CHECK(listed(refused(push, read)) == Listed{"field-format /basis/given_at", "field-type /purposes/0",
                                                "field-type /notice", "field-missing /recording_ref"});
}

TEST_CASE("A lawful push with one fault of the reader is refused for that alone") {
    const std::vector<Fault> read{{FaultCode::kFieldUnknown, "/purpose", "Leave purpose out."}};
    CHECK(listed(refused(Push{}, read)) == Listed{"field-unknown /purpose"});
}

TEST_CASE("Where nothing could be read, nothing else is said") {
    Push push;
    push.claim = policy::Claim{};
    push.deployment.recording_enabled = false;
    const std::vector<Fault> read{{FaultCode::kJsonMalformed, "", "Send one JSON object."}};
    CHECK(listed(refused(push, read)) == Listed{"json-malformed "});
}

TEST_CASE("A profile that the sender may not push under is refused by its name") {
    Push push;
    push.sender.profiles = {"NL"};
    admitted(push);
    push.claim.caller = policy::Party{{}, {}, "BE", {}};
    push.claim.callee = policy::Party{{}, {}, "IT", {}};
    const auto faults = refused(push);
    REQUIRE(listed(faults) == Listed{"profile-not-allowed ", "profile-not-allowed "});
    CHECK_THAT(faults[0].sentence, Catch::Contains("\"BE\""));
    CHECK_THAT(faults[1].sentence, Catch::Contains("\"EU\""));
    push.sender.profiles = {"NL", "BE", "EU"};
    CHECK(admitted(push).profile == "BE+NL");
    push.sender.profiles = std::vector<std::string>{};
    CHECK(refused(push).size() == 3);
}

}  // namespace
