#include "policy/residency.hpp"

#include <catch2/catch.hpp>
#include <iterator>
#include <set>
#include <sstream>
#include <string>

#include "tests/unit/policy/dates.hpp"

namespace {

using policy::may_store_in;
using policy::ResidencyList;
using tests::day;

std::set<std::string> words(const char* text) {
    std::istringstream in(text);
    return {std::istream_iterator<std::string>(in), {}};
}

/// The 27 of the Union, the three of the EEA beside it, and the parts of France and Finland where the GDPR applies.
const std::set<std::string> kAllowed = words(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK "
    "IS LI NO "
    "AX GF GP MF MQ RE YT");

TEST_CASE("Rule 42: of all 676 codes of two letters exactly the 30 of the EEA and seven territories may store") {
    REQUIRE(kAllowed.size() == 37);
    std::set<std::string> found;
    for (char a = 'A'; a <= 'Z'; ++a) {
        for (char b = 'A'; b <= 'Z'; ++b) {
            const std::string code{a, b};
            if (may_store_in(code)) found.insert(code);
        }
    }
    CHECK(found == kAllowed);
    CHECK(policy::storage_countries().size() == 37);
}

TEST_CASE("Rule 42: the known traps are refused") {
    for (const auto& code :
         words("EL UK GB GI GL PF NC AW CW SX BQ SJ CH US EU XK TR AD MC SM VA FO IM JE GG BL PM WF TF")) {
        CAPTURE(code);
        CHECK_FALSE(may_store_in(code));
    }
}

TEST_CASE("Rule 42: a code in small letters, longer or empty is none") {
    for (const char* code : {"nl", "Nl", "NLD", "N", "", " NL", "NL "}) CHECK_FALSE(may_store_in(code));
}

TEST_CASE("Rule 42: the site's list takes countries away and adds none") {
    const ResidencyList site{day("2026-01-01"), day("2026-12-31"), {"NL", "US", "nl"}};
    const auto today = day("2026-06-01");
    CHECK(may_store_in("NL", site, today));
    CHECK_FALSE(may_store_in("DE", site, today));
    CHECK_FALSE(may_store_in("US", site, today));
    CHECK_FALSE(may_store_in("nl", site, today));
}

TEST_CASE("Rule 42: a list that is not yet or no longer in force, or has no date, stores nowhere") {
    ResidencyList site{day("2026-06-01"), day("2026-12-31"), {"NL"}};
    CHECK(may_store_in("NL", site, day("2026-06-01")));
    CHECK(may_store_in("NL", site, day("2026-12-31")));
    CHECK_FALSE(may_store_in("NL", site, day("2026-05-31")));
    CHECK_FALSE(may_store_in("NL", site, day("2027-01-01")));
    site.valid_until.reset();
    CHECK(may_store_in("NL", site, day("2036-01-01")));
    site.valid_until = policy::Date{};
    CHECK_FALSE(may_store_in("NL", site, day("2026-06-01")));
    CHECK_FALSE(may_store_in("NL", ResidencyList{{}, {}, {"NL"}}, day("2026-06-01")));
    CHECK_FALSE(may_store_in("NL", ResidencyList{day("2026-01-01"), {}, {}}, day("2026-06-01")));
}

}  // namespace
