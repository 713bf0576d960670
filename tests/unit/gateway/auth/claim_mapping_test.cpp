#include "gateway/auth/claim_mapping.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

#include "tests/support/print_result.hpp"

namespace {

using namespace gateway::auth;
using policy::Role;
using std::chrono::seconds;

constexpr policy::Instant kMappedAt{seconds(1'800'000'000)};

ClaimMapping mapping() {
    ClaimMapping out;
    out.role_names = {{"cc-quality", Role::kQa}, {"dpo", Role::kPrivacyOfficer}};
    out.acr = {"phr"};
    out.amr = {"mfa"};
    return out;
}

policy::Result<Identity> read(std::string_view claims, const ClaimMapping& how = mapping()) {
    return map_claims(boost::json::parse(claims).as_object(), how, kMappedAt, seconds(30));
}

bool is_refused(std::string_view claims) {
    const auto outcome = read(claims);
    return outcome.has_error() && outcome.error().what == "token-claims";
}

TEST_CASE("What is missing means no: no role, no team, no sender, no second factor") {
    const auto identity = read(R"({"sub":"u1"})").value();
    REQUIRE(identity.subject == "u1");
    REQUIRE(identity.roles.empty());
    REQUIRE(identity.teams.empty());
    REQUIRE_FALSE(identity.sender);
    REQUIRE_FALSE(identity.session);
    REQUIRE_FALSE(identity.mfa.reached);
    REQUIRE_FALSE(identity.mfa.auth_time);
    REQUIRE(read(R"({"sub":"u1","roles":null,"teams":null,"sid":null,"acr":null})").value().roles.empty());
}

TEST_CASE("Their role names become ours; any other name is no role, ours neither") {
    const auto identity =
        read(R"({"sub":"u1","roles":["cc-quality","qa","admin","dpo","CC-QUALITY","cc-quality"]})").value();
    REQUIRE(identity.roles == std::vector{Role::kQa, Role::kPrivacyOfficer});
}

TEST_CASE("A list may be one text with spaces between") {
    const auto identity = read(R"({"sub":"u1","roles":" cc-quality  dpo ","teams":"sales support"})").value();
    REQUIRE(identity.roles == std::vector{Role::kQa, Role::kPrivacyOfficer});
    REQUIRE(identity.teams == std::vector<std::string>{"sales", "support"});
    REQUIRE(read(R"({"sub":"u1","teams":""})").value().teams.empty());
}

TEST_CASE("A claim is found by name or by JSON Pointer") {
    auto how = mapping();
    how.roles = "/realm_access/roles";
    how.teams = "https://example.org/teams";
    how.sender = "/azp";
    const auto identity =
        read(R"({"sub":"u1","realm_access":{"roles":["dpo"]},"https://example.org/teams":["a"],"azp":"pbx"})", how)
            .value();
    REQUIRE(identity.roles == std::vector{Role::kPrivacyOfficer});
    REQUIRE(identity.teams == std::vector<std::string>{"a"});
    REQUIRE(identity.sender == "pbx");
    how.roles = "/https:~1~1example.org~1roles/list";
    REQUIRE(read(R"({"sub":"u1","https://example.org/roles":{"list":["dpo"]}})", how).value().roles.size() == 1);
    for (const auto* nowhere : {"/realm_access/none", "/roles/0/x", "/none", "/", "/roles/7", "/roles/-"}) {
        how.roles = nowhere;
        INFO(nowhere);
        REQUIRE(read(R"({"sub":"u1","roles":["dpo"],"realm_access":{}})", how).value().roles.empty());
    }
    how.roles = "";
    REQUIRE(read(R"({"sub":"u1","":["dpo"],"roles":["dpo"]})", how).value().roles.empty());
}

TEST_CASE("A claim of a type that it cannot have refuses the token") {
    for (const auto* claims :
         {R"({})", R"({"sub":""})", R"({"sub":7})", R"({"sub":null})", R"({"sub":["u1"]})", R"({"sub":"a\u0000b"})",
          R"({"sub":"u1","roles":7})", R"({"sub":"u1","roles":{"dpo":true}})", R"({"sub":"u1","roles":[["dpo"]]})",
          R"({"sub":"u1","teams":["a",7]})", R"({"sub":"u1","teams":[""]})", R"({"sub":"u1","sid":7})",
          R"({"sub":"u1","acr":["phr"]})", R"({"sub":"u1","amr":{"mfa":1}})", R"({"sub":"u1","teams":["a\nb"]})",
          R"({"sub":"u1","teams":"a\nb c"})"}) {
        INFO(claims);
        REQUIRE(is_refused(claims));
    }
    REQUIRE(is_refused(R"({"sub":")" + std::string(257, 'x') + "\"}"));
    std::string many = R"({"sub":"u1","teams":[")";
    std::string words = R"({"sub":"u1","teams":")";
    for (int i = 0; i < 300; ++i) many += "x\",\"";
    for (int i = 0; i < 300; ++i) words += "x ";
    REQUIRE(is_refused(many + "x\"]}"));
    REQUIRE(is_refused(words + "\"}"));
}

TEST_CASE("A second factor is one of the configured values of acr or amr, and nothing else") {
    REQUIRE(read(R"({"sub":"u1","acr":"phr"})").value().mfa.reached);
    REQUIRE(read(R"({"sub":"u1","amr":["pwd","mfa"]})").value().mfa.reached);
    REQUIRE_FALSE(read(R"({"sub":"u1","acr":"0","amr":["pwd","otp"]})").value().mfa.reached);
    REQUIRE_FALSE(read(R"({"sub":"u1","acr":"mfa","amr":["phr"]})").value().mfa.reached);
    ClaimMapping none = mapping();
    none.acr.clear();
    none.amr.clear();
    REQUIRE_FALSE(read(R"({"sub":"u1","acr":"phr","amr":["mfa"]})", none).value().mfa.reached);
}

TEST_CASE("auth_time counts when it is a time that has been") {
    const auto told = [](std::string_view value) {
        return read(R"({"sub":"u1","auth_time":)" + std::string(value) + "}").value().mfa.auth_time;
    };
    REQUIRE(told("1799999990") == policy::Instant(seconds(1'799'999'990)));
    REQUIRE(told("1800000030") == policy::Instant(seconds(1'800'000'030)));
    for (const auto* value :
         {"0", "-1", "1800000031", "\"1799999990\"", "null", "true", "1e300", "18446744073709551615", "[1799999990]"}) {
        INFO(value);
        REQUIRE_FALSE(told(value));
    }
}

}  // namespace
