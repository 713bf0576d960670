#include "policy/profile.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <string>

namespace {

using policy::Period;
using policy::Profile;
using policy::profile_of;
using policy::shipped_profile;
using policy::strictest;

TEST_CASE("The shipped profiles are those of the README's table") {
    const Profile expected[] = {
        {"EU", true, Period{6}, Period{6}}, {"NL", true, Period{6}, Period{6}}, {"DE", false, Period{6}, Period{6}},
        {"FR", true, Period{6}, Period{6}}, {"BE", true, Period{1}, Period{6}},
    };
    REQUIRE(policy::shipped_profiles().size() == std::size(expected));
    for (const Profile& row : expected) CHECK(shipped_profile(row.id) == row);
}

TEST_CASE("A country without a profile of its own has that of the EU") {
    for (const char* country : {"IT", "AT", "US", "", "de", "ZZ"}) CHECK(shipped_profile(country).id == "EU");
}

TEST_CASE("Rule 6: the strictest of two profiles is at least as strict as both, in every column, whatever the order") {
    for (const Profile& a : policy::shipped_profiles()) {
        for (const Profile& b : policy::shipped_profiles()) {
            const Profile both = strictest(a, b);
            CHECK_FALSE(loosens(both, a));
            CHECK_FALSE(loosens(both, b));
            CHECK(both == strictest(b, a));
            CHECK(strictest(both, a) == both);
        }
    }
    CHECK(strictest(shipped_profile("DE"), shipped_profile("BE")) == Profile{"BE+DE", false, Period{1}, Period{6}});
    CHECK(strictest(shipped_profile("EU"), shipped_profile("NL")).id == "NL");
    CHECK(strictest(shipped_profile("EU"), shipped_profile("EU")).id == "EU");
}

TEST_CASE("Rule 12: a site's row tightens and cannot loosen") {
    const std::vector<Profile> loose{{"DE", true, Period{12}, Period{12}}, {"BE", true, Period{6}, Period{6}}};
    CHECK(profile_of("DE", loose) == shipped_profile("DE"));
    CHECK(profile_of("BE", loose) == shipped_profile("BE"));
    const std::vector<Profile> tight{{"NL", false, Period{2}, Period{4}}};
    CHECK(profile_of("NL", tight) == Profile{"NL", false, Period{2}, Period{4}});
    CHECK(profile_of("FR", tight) == shipped_profile("FR"));
}

TEST_CASE("A site's row for EU tightens every country, beside the country's own row") {
    const std::vector<Profile> rows{{"EU", true, Period{4}, Period{4}}, {"AT", false, Period{6}, Period{6}}};
    CHECK(profile_of("NL", rows) == Profile{"NL", true, Period{4}, Period{4}});
    CHECK(profile_of("BE", rows) == Profile{"BE", true, Period{1}, Period{4}});
    CHECK(profile_of("AT", rows) == Profile{"AT", false, Period{4}, Period{4}});
    CHECK(profile_of("IT", rows) == Profile{"EU", true, Period{4}, Period{4}});
}

TEST_CASE("A row loosens when any one column does") {
    const Profile base{"DE", false, Period{3}, Period{5}};
    CHECK_FALSE(loosens(base, base));
    CHECK_FALSE(loosens({"DE", false, Period{2}, Period{4}}, base));
    CHECK(loosens({"DE", true, Period{3}, Period{5}}, base));
    CHECK(loosens({"DE", false, Period{4}, Period{5}}, base));
    CHECK(loosens({"DE", false, Period{3}, Period{6}}, base));
}

}  // namespace
