#include "policy/retention.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "tests/unit/policy/dates.hpp"

namespace {

using policy::Deployment;
using policy::Period;
using policy::Profile;
using policy::Purpose;
using policy::RetentionClass;
using policy::text;
using tests::day;
using tests::every_day;
using tests::Ymd;

const std::vector<Purpose> kQuality{Purpose::kQuality};
const std::vector<Purpose> kComplaint{Purpose::kComplaint};

Deployment keeping(int default_months, int max_months = 6) {
    Deployment out;
    out.default_retention = Period{default_months};
    out.max_retention = Period{max_months};
    return out;
}

policy::PurgeDate same_day(const char* date, const std::vector<Purpose>& purposes, const Deployment& deployment,
                           std::string_view country = "EU", const RetentionClass* row = nullptr) {
    return purge_date(day(date), day(date), purposes, row, policy::shipped_profile(country), deployment);
}

TEST_CASE("Rule 50: a new deployment keeps three months and never more than six") {
    CHECK(Deployment{}.default_retention == Period{3});
    CHECK(Deployment{}.max_retention == Period{6});
    CHECK(same_day("2026-01-15", kQuality, Deployment{}).date == day("2026-04-15"));
}

TEST_CASE("Rule 11: retention is calendar months, clamped to the month's end") {
    struct Row {
        const char* recorded;
        int months;
        const char* gone;
    };
    const Row rows[] = {
        {"2024-11-30", 3, "2025-02-28"}, {"2027-11-30", 3, "2028-02-29"}, {"2027-11-29", 3, "2028-02-29"},
        {"2024-08-31", 6, "2025-02-28"}, {"2027-08-31", 6, "2028-02-29"}, {"2028-02-29", 6, "2028-08-29"},
        {"2026-03-31", 3, "2026-06-30"}, {"2026-12-31", 6, "2027-06-30"}, {"2026-10-01", 3, "2027-01-01"},
        {"2026-01-31", 1, "2026-02-28"}, {"2028-01-31", 1, "2028-02-29"}, {"2026-07-31", 1, "2026-08-31"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.recorded, row.months);
        CHECK(same_day(row.recorded, kComplaint, keeping(row.months)).date == day(row.gone));
    }
}

TEST_CASE("Rule 11: on every date of nine years every length from one to six months ends on the right calendar day") {
    for (const Ymd& recorded : every_day()) {
        for (int months = 1; months <= 6; ++months) {
            const auto made = purge_date(recorded.date(), recorded.date(), kComplaint, nullptr,
                                         policy::shipped_profile("EU"), keeping(months));
            if (made.date != recorded.plus_months(months).date()) {
                FAIL(text(recorded.date()) << " + " << months << " gave " << text(made.date));
            }
        }
    }
}

TEST_CASE("Rules 11, 12: on every date each country's quality and complaint calls end by its own table") {
    struct Row {
        const char* country;
        int quality;
        int complaint;
    };
    constexpr Row kRows[] = {{"EU", 6, 6}, {"NL", 6, 6}, {"DE", 6, 6}, {"FR", 6, 6}, {"BE", 1, 6}};
    const Deployment deployment = keeping(6);
    for (const Ymd& recorded : every_day()) {
        for (const Row& row : kRows) {
            const Profile& profile = policy::shipped_profile(row.country);
            const auto date = recorded.date();
            const auto quality = purge_date(date, date, kQuality, nullptr, profile, deployment);
            const auto complaint = purge_date(date, date, kComplaint, nullptr, profile, deployment);
            if (quality.date != recorded.plus_months(row.quality).date() ||
                complaint.date != recorded.plus_months(row.complaint).date()) {
                FAIL(text(date) << " under " << row.country << " gave " << text(quality.date) << " and "
                                << text(complaint.date));
            }
        }
    }
}

// A clock ahead of ours by up to 60 s puts a call on the day after the one on which it was received. The longest
// retention under BE was counted from the deployment's six months then, and such a call lived a day too long.
TEST_CASE("Rule 11: on every date no call goes later than received plus the longest its profile allows") {
    for (const Ymd& received : every_day()) {
        const Ymd recorded = received.next();
        for (const char* country : {"EU", "NL", "DE", "FR", "BE"}) {
            for (const auto* purposes : {&kQuality, &kComplaint}) {
                const int longest = std::string_view(country) == "BE" && purposes == &kQuality ? 1 : 6;
                const auto made = purge_date(recorded.date(), received.date(), *purposes, nullptr,
                                             policy::shipped_profile(country), keeping(6));
                const auto expected =
                    std::min(recorded.plus_months(longest).date(), received.plus_months(longest).date());
                if (made.date != expected) FAIL(text(received.date()) << " " << country << " " << text(made.date));
            }
        }
    }
}

TEST_CASE("Rule 11: a late push does not live longer: the date counts from the call") {
    const auto made =
        purge_date(day("2026-01-10"), day("2026-04-01"), kQuality, nullptr, policy::shipped_profile("NL"), keeping(6));
    CHECK(made.date == day("2026-07-10"));
    CHECK(made.rule_id == "retention.default");
}

TEST_CASE("Six months are 181 to 184 days and three months 89 to 92: never a day count") {
    const auto range_of = [](int months) {
        std::pair<long, long> range{9999, 0};
        for (const Ymd& recorded : every_day()) {
            const auto end = same_day(text(recorded.date()).c_str(), kComplaint, keeping(months)).date;
            const long days = (std::chrono::sys_days{end} - std::chrono::sys_days{recorded.date()}).count();
            range = {std::min(range.first, days), std::max(range.second, days)};
        }
        return range;
    };
    CHECK(range_of(6) == std::pair(181L, 184L));
    CHECK(range_of(3) == std::pair(89L, 92L));
}

TEST_CASE("The rule that set the date is named: class or default, then the site's maximum, then the profile") {
    const RetentionClass four{"four", Period{4}, {}, "", "", {}};
    CHECK(same_day("2026-01-15", kComplaint, keeping(3)).rule_id == "retention.default");
    CHECK(same_day("2026-01-15", kComplaint, keeping(3), "EU", &four).rule_id == "retention.class");
    const auto maximum = same_day("2026-01-15", kComplaint, keeping(2, 2), "EU", &four);
    CHECK(maximum.rule_id == "retention.maximum");
    CHECK(maximum.rule == "maximum of the site: 2 months from the day of the call");
    CHECK(maximum.date == day("2026-03-15"));
    CHECK(same_day("2026-01-15", kQuality, keeping(2, 2), "BE", &four).rule_id == "retention.profile");
    CHECK(same_day("2026-01-15", kQuality, keeping(1), "BE").rule_id == "retention.default");
}

TEST_CASE("Rule 12: a profile only shortens: no profile makes a short retention longer") {
    for (const Profile& profile : policy::shipped_profiles()) {
        CHECK(purge_date(day("2026-01-15"), day("2026-01-15"), kQuality, nullptr, profile, keeping(1)).date ==
              day("2026-02-15"));
    }
    Profile tight = policy::shipped_profile("NL");
    tight.longest = Period{2};
    CHECK(purge_date(day("2026-01-15"), day("2026-01-15"), kComplaint, nullptr, tight, keeping(6)).date ==
          day("2026-03-15"));
}

TEST_CASE("Rule 11: a maximum of more than six months has no effect") {
    CHECK(same_day("2026-01-15", kComplaint, keeping(12, 12)).date == day("2026-07-15"));
}

TEST_CASE("Rule 16: a statutory class does not move the ordinary date") {
    const RetentionClass statute{"mifid2", Period{60}, Period{84}, "law", "owner", day("2030-01-01")};
    REQUIRE(statute.statutory());
    const auto made = same_day("2026-01-15", kQuality, keeping(3), "EU", &statute);
    CHECK(made.date == day("2026-04-15"));
    CHECK(made.rule_id == "retention.default");
    CHECK_FALSE(RetentionClass{"six", Period{6}, {}, "", "", {}}.statutory());
    CHECK(RetentionClass{"seven", Period{7}, {}, "", "", {}}.statutory());
}

TEST_CASE("Rule 16: on every date the MiFID class ends five years on, and seven with an authority's order") {
    const RetentionClass& mifid = policy::shipped_classes().front();
    const RetentionClass plain{"five", Period{60}, {}, "law", "owner", day("2030-01-01")};
    for (const Ymd& recorded : every_day()) {
        const auto date = recorded.date();
        if (statutory_end(mifid, date, false) != recorded.plus_months(60).date() ||
            statutory_end(mifid, date, true) != recorded.plus_months(84).date() ||
            statutory_end(plain, date, true) != recorded.plus_months(60).date()) {
            FAIL(text(date));
        }
    }
    CHECK(statutory_end(mifid, day("2024-02-29"), false) == day("2029-02-28"));
    CHECK(statutory_end(mifid, day("2028-02-29"), true) == day("2035-02-28"));
}

TEST_CASE("Rule 7: withdrawn consent is erased within 72 hours") {
    CHECK(policy::kWithdrawalErasure == std::chrono::hours{72});
}

}  // namespace
