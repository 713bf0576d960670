#include "gateway/recordings/phone_number.hpp"

#include <catch2/catch.hpp>

namespace {

using gateway::recordings::search_form;
using gateway::recordings::to_e164;

TEST_CASE("A number written in any usual form has one E.164 form") {
    for (const auto* written : {"+31 20 123 45 67", "0031201234567", "020-1234567", "(020) 123.45.67",
                                "tel:+31-20-1234567", "sip:+31201234567@pbx.example", "+31 (0)20 1234567"}) {
        INFO(written);
        REQUIRE(to_e164(written, "NL") == "+31201234567");
    }
    REQUIRE(to_e164("06 1234 5678", "HU") == "+3612345678");
    REQUIRE(to_e164("06 698 12345", "IT") == "+390669812345");
    REQUIRE(to_e164("(415) 555-0100", "US") == "+14155550100");
}

TEST_CASE("What has no E.164 form is not given one") {
    for (const auto* written :
         {"112", "0900", "anonymous", "", "+", "1234567", "+0201234567", "+1234567890123456", "*31#"}) {
        INFO(written);
        REQUIRE_FALSE(to_e164(written, "NL"));
    }
    REQUIRE_FALSE(to_e164("020 1234567", ""));
    REQUIRE_FALSE(to_e164("020 1234567", "ZZ"));
}

TEST_CASE("A number without E.164 form is found by what was written") {
    REQUIRE(search_form("Ext. 112", "NL") == "ext112");
    REQUIRE(search_form("sip:Front.Desk@pbx.example", "NL") == "frontdesk");
    REQUIRE(search_form("020 123 45 67", "NL") == "+31201234567");
    REQUIRE(search_form(" - ", "NL").empty());
}

}  // namespace
