#include "policy/deployment.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/unit/policy/push.hpp"

namespace {

using policy::Assessment;
using policy::AssessmentStage;
using policy::check_deployment;
using policy::Deployment;
using policy::LegalOverride;
using policy::Period;
using policy::RetentionClass;
using tests::day;
using tests::listed;
using Listed = std::vector<std::string>;

Deployment in_order() {
    Deployment out;
    out.country = "NL";
    return out;
}

Listed found(const Deployment& deployment) {
    const auto faults = check_deployment(deployment);
    for (const auto& fault : faults) tests::check_says_what_to_do(fault);
    return listed(faults);
}

RetentionClass statutory() {
    return {"mifid2", Period{60}, Period{84}, "2014/65/EU Art. 16(7)", "owner", day("2030-12-31")};
}

TEST_CASE("Rule 50: a new deployment has recording off, three months, no classes, assessments, overrides or teams") {
    const Deployment fresh;
    CHECK_FALSE(fresh.recording_enabled);
    CHECK(fresh.default_retention == Period{3});
    CHECK(fresh.classes.empty());
    CHECK(fresh.assessments.empty());
    CHECK(fresh.overrides.empty());
    CHECK(fresh.profiles.empty());
    CHECK(found(fresh) == Listed{"country-not-eea /country"});
    CHECK(found(in_order()).empty());
}

TEST_CASE("Rule 42: a controller's country outside the EEA, or no country code, is refused") {
    for (const char* country : {"US", "GB", "CH", "nl", ""}) {
        auto deployment = in_order();
        deployment.country = country;
        CHECK(found(deployment) == Listed{"country-not-eea /country"});
    }
}

TEST_CASE("Rule 11: retention outside one to six months is refused, and a default above the maximum") {
    auto deployment = in_order();
    deployment.default_retention = Period{6};
    CHECK(found(deployment).empty());
    deployment.max_retention = Period{5};
    CHECK(found(deployment) == Listed{"field-out-of-range /default_retention"});
    deployment.default_retention = Period{0};
    CHECK(found(deployment) == Listed{"field-out-of-range /default_retention"});
    deployment.default_retention = Period{1};
    deployment.max_retention = Period{7};
    CHECK(found(deployment) == Listed{"field-out-of-range /max_retention"});
    deployment.max_retention = Period{0};
    CHECK(found(deployment) == Listed{"field-out-of-range /max_retention", "field-out-of-range /default_retention"});
}

TEST_CASE("Rule 12: a profile row that loosens the shipped one is refused; one that tightens is not") {
    auto deployment = in_order();
    deployment.profiles = {{"DE", false, Period{3}, Period{3}}, {"AT", false, Period{6}, Period{6}}};
    CHECK(found(deployment).empty());
    deployment.profiles = {{"DE", true, Period{6}, Period{6}},
                           {"BE", true, Period{2}, Period{6}},
                           {"EU", true, Period{6}, Period{7}},
                           {"NL", true, Period{0}, Period{6}}};
    CHECK(found(deployment) == Listed{"profile-loosened /profiles/0", "profile-loosened /profiles/1",
                                      "profile-loosened /profiles/2", "field-out-of-range /profiles/3"});
}

// A team in "de" got the profile of the EU, since no country is called that: legitimate interest for quality passed.
TEST_CASE("Rule 6: a team's country or a profile's id that is no country code is refused, for it would match nothing") {
    for (const char* bad : {"de", "De", "DEU", "Germany", ""}) {
        CAPTURE(bad);
        auto deployment = in_order();
        deployment.team_countries = {{"support", "DE"}, {"sales", bad}};
        CHECK(found(deployment) == Listed{"field-format /team_countries/1/country"});
        deployment = in_order();
        deployment.profiles = {{bad, false, Period{3}, Period{3}}};
        CHECK(found(deployment) == Listed{"field-format /profiles/0/id"});
    }
}

TEST_CASE("Rule 5: an assessment needs an id and a review date") {
    auto deployment = in_order();
    deployment.assessments = {{"lia-1", day("2020-01-01")}, {"", policy::Date{}}};
    CHECK(found(deployment) == Listed{"field-missing /assessments/1/id", "field-missing /assessments/1/review_on"});
}

TEST_CASE("Rule 6: a legal override needs id, profile, citation, two different signatures and a last day") {
    auto deployment = in_order();
    deployment.overrides = {LegalOverride{"o", "DE", "opinion", {"alice", "bob"}, day("2020-01-01")}, LegalOverride{},
                            LegalOverride{"o", "DE", "opinion", {"alice", "alice"}, day("2027-01-01")}};
    CHECK(found(deployment) == Listed{"field-missing /overrides/1/id", "field-missing /overrides/1/profile",
                                      "field-missing /overrides/1/citation", "field-missing /overrides/1/signed_by",
                                      "field-missing /overrides/1/valid_until",
                                      "field-missing /overrides/2/signed_by"});
}

TEST_CASE("Rule 15: a class of more than six months needs law, owner and end date") {
    auto deployment = in_order();
    deployment.classes = {statutory(), {"six", Period{6}, {}, "", "", {}}};
    CHECK(found(deployment).empty());
    deployment.classes = {statutory(), statutory(), statutory(), {"seven", Period{7}, {}, "", "", {}}};
    deployment.classes[0].citation.clear();
    deployment.classes[1].owner.clear();
    deployment.classes[2].valid_until = policy::Date{};
    CHECK(found(deployment) == Listed{"class-uncited /classes/0", "class-uncited /classes/1",
                                      "class-uncited /classes/2", "class-uncited /classes/3"});
}

TEST_CASE("A class needs an id and a period, and an extended period only above a statutory one") {
    auto deployment = in_order();
    deployment.classes = {{"", Period{0}, {}, "", "", {}}, {"short", Period{3}, Period{6}, "", "", {}}, statutory()};
    deployment.classes[2].extended = Period{60};
    CHECK(found(deployment) == Listed{"field-missing /classes/0/id", "field-out-of-range /classes/0/period",
                                      "field-unexpected /classes/1/extended",
                                      "field-out-of-range /classes/2/extended"});
}

TEST_CASE("Rule 16: the shipped MiFID class is P5Y and P7Y, and is refused until a site names owner and end date") {
    const auto shipped = policy::shipped_classes();
    REQUIRE(shipped.size() == 1);
    CHECK(shipped[0].period == Period{5 * 12});
    CHECK(shipped[0].extended == Period{7 * 12});
    CHECK_THAT(shipped[0].citation, Catch::Contains("2014/65") && Catch::Contains("2017/565"));
    auto deployment = in_order();
    deployment.classes.assign(shipped.begin(), shipped.end());
    CHECK(found(deployment) == Listed{"class-uncited /classes/0"});
    deployment.classes[0].owner = "owner";
    deployment.classes[0].valid_until = day("2030-12-31");
    CHECK(found(deployment).empty());
}

TEST_CASE("A class is found by its exact name") {
    auto deployment = in_order();
    deployment.classes = {statutory()};
    CHECK(find_class(deployment, "mifid2") == &deployment.classes[0]);
    CHECK_FALSE(find_class(deployment, "MIFID2"));
    CHECK_FALSE(find_class(deployment, ""));
}

TEST_CASE("Rule 5: an assessment is called out 30, 7 and 1 days ahead of its review and once it is past") {
    struct Row {
        int days_left;
        AssessmentStage stage;
    };
    const Row rows[] = {{30, AssessmentStage::kIn30Days}, {8, AssessmentStage::kIn30Days},
                        {7, AssessmentStage::kIn7Days},   {2, AssessmentStage::kIn7Days},
                        {1, AssessmentStage::kIn1Day},    {0, AssessmentStage::kIn1Day},
                        {-1, AssessmentStage::kExpired},  {-400, AssessmentStage::kExpired}};
    const auto today = day("2028-02-15");
    for (const Row& row : rows) {
        CAPTURE(row.days_left);
        auto deployment = in_order();
        deployment.assessments = {{"lia-1", policy::add_days(today, row.days_left)}};
        const auto alerts = assessment_alerts(deployment, today);
        REQUIRE(alerts.size() == 1);
        CHECK(alerts[0].stage == row.stage);
        CHECK(alerts[0].days_left == row.days_left);
        CHECK(alerts[0].review_on == deployment.assessments[0].review_on);
    }
}

TEST_CASE("Rule 5: alerts come soonest first, and none for an assessment with more than 30 days left") {
    const auto today = day("2026-03-10");
    auto deployment = in_order();
    deployment.assessments = {{"far", policy::add_days(today, 31)},
                              {"late", policy::add_days(today, 20)},
                              {"gone", policy::add_days(today, -3)},
                              {"soon", policy::add_days(today, 2)}};
    std::vector<std::string> ids;
    for (const auto& alert : assessment_alerts(deployment, today)) ids.push_back(alert.id);
    CHECK(ids == std::vector<std::string>{"gone", "soon", "late"});
}

}  // namespace
