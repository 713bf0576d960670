#include "policy/deployment.hpp"

#include <algorithm>
#include <array>

#include "policy/caller_text.hpp"
#include "policy/residency.hpp"

namespace policy {

namespace {

void add(std::vector<Fault>& faults, FaultCode code, std::string pointer, std::string sentence) {
    faults.push_back({code, std::move(pointer), std::move(sentence)});
}

void check_retention(std::vector<Fault>& faults, const Deployment& deployment) {
    if (deployment.max_retention < Period{1} || deployment.max_retention > kLongestOrdinary) {
        add(faults, FaultCode::kFieldOutOfRange, "/max_retention", "Set the longest retention to 1 to 6 months.");
    }
    if (deployment.default_retention < Period{1} || deployment.default_retention > deployment.max_retention) {
        add(faults, FaultCode::kFieldOutOfRange, "/default_retention",
            "Set the default retention to at least 1 month and at most the longest retention.");
    }
}

void check_teams(std::vector<Fault>& faults, const Deployment& deployment) {
    for (std::size_t i = 0; i < deployment.team_countries.size(); ++i) {
        if (is_country_code(deployment.team_countries[i].country)) continue;
        add(faults, FaultCode::kFieldFormat, "/team_countries/" + std::to_string(i) + "/country",
            "Name the country in two capital letters (ISO 3166-1), such as DE: another spelling has no profile.");
    }
}

void check_profiles(std::vector<Fault>& faults, const Deployment& deployment) {
    for (std::size_t i = 0; i < deployment.profiles.size(); ++i) {
        const Profile& row = deployment.profiles[i];
        const std::string pointer = "/profiles/" + std::to_string(i);
        if (!is_country_code(row.id)) {
            add(faults, FaultCode::kFieldFormat, pointer + "/id",
                "Name the profile EU or a country in two capital letters (ISO 3166-1): another spelling fits no call.");
        }
        if (loosens(row, shipped_profile(row.id))) {
            add(faults, FaultCode::kProfileLoosened, pointer,
                "Tighten the profile " + quoted(row.id) +
                    " or leave it out: looser than shipped needs a legal override.");
        }
        if (row.longest < Period{1} || row.longest_for_quality < Period{1}) {
            add(faults, FaultCode::kFieldOutOfRange, pointer, "Set every retention of a profile to at least 1 month.");
        }
    }
}

void check_assessments(std::vector<Fault>& faults, const Deployment& deployment) {
    for (std::size_t i = 0; i < deployment.assessments.size(); ++i) {
        const Assessment& row = deployment.assessments[i];
        const std::string pointer = "/assessments/" + std::to_string(i);
        if (row.id.empty()) add(faults, FaultCode::kFieldMissing, pointer + "/id", "Give the assessment an id.");
        if (!row.review_on.ok()) {
            add(faults, FaultCode::kFieldMissing, pointer + "/review_on", "Give the assessment a review date.");
        }
    }
}

void check_overrides(std::vector<Fault>& faults, const Deployment& deployment) {
    for (std::size_t i = 0; i < deployment.overrides.size(); ++i) {
        const LegalOverride& row = deployment.overrides[i];
        const std::string pointer = "/overrides/" + std::to_string(i);
        if (row.id.empty()) add(faults, FaultCode::kFieldMissing, pointer + "/id", "Give the override an id.");
        if (row.profile.empty()) {
            add(faults, FaultCode::kFieldMissing, pointer + "/profile", "Name the profile that the override is about.");
        }
        if (row.citation.empty()) {
            add(faults, FaultCode::kFieldMissing, pointer + "/citation", "Cite the law or the legal opinion.");
        }
        if (!signed_by_two(row)) {
            add(faults, FaultCode::kFieldMissing, pointer + "/signed_by",
                "Have two different people sign the override.");
        }
        if (!row.valid_until.ok()) {
            add(faults, FaultCode::kFieldMissing, pointer + "/valid_until", "Give the override a last day.");
        }
    }
}

void check_classes(std::vector<Fault>& faults, const Deployment& deployment) {
    for (std::size_t i = 0; i < deployment.classes.size(); ++i) {
        const RetentionClass& row = deployment.classes[i];
        const std::string pointer = "/classes/" + std::to_string(i);
        if (row.id.empty()) add(faults, FaultCode::kFieldMissing, pointer + "/id", "Give the class an id.");
        if (row.period < Period{1}) {
            add(faults, FaultCode::kFieldOutOfRange, pointer + "/period", "Set the period to at least 1 month.");
        }
        if (row.extended && *row.extended <= row.period) {
            add(faults, FaultCode::kFieldOutOfRange, pointer + "/extended",
                "Set the extended period above the period.");
        }
        if (!row.statutory() && row.extended) {
            add(faults, FaultCode::kFieldUnexpected, pointer + "/extended",
                "Leave the extended period out of a class of at most six months.");
        }
        if (row.statutory() && !cited(row)) {
            add(faults, FaultCode::kClassUncited, pointer,
                "Name the law, the owner and the end date of a class of more than six months.");
        }
    }
}

}  // namespace

bool cited(const RetentionClass& row) {
    return !row.citation.empty() && !row.owner.empty() && row.valid_until && row.valid_until->ok();
}

bool signed_by_two(const LegalOverride& row) {
    return row.signed_by.size() >= 2 && !row.signed_by[0].empty() && !row.signed_by[1].empty() &&
           row.signed_by[0] != row.signed_by[1];
}

std::span<const RetentionClass> shipped_classes() {
    static const std::array<RetentionClass, 1> kClasses{{
        {"mifid2", Period{60}, Period{84}, "2014/65/EU Art. 16(7); (EU) 2017/565 Art. 72, 76", "", std::nullopt},
    }};
    return kClasses;
}

const RetentionClass* find_class(const Deployment& deployment, std::string_view id) {
    const auto row = std::ranges::find(deployment.classes, id, &RetentionClass::id);
    return row == deployment.classes.end() ? nullptr : &*row;
}

std::vector<Fault> check_deployment(const Deployment& deployment) {
    std::vector<Fault> faults;
    if (!may_store_in(deployment.country)) {
        add(faults, FaultCode::kCountryNotEea, "/country",
            "Name the controller's country, one of the EEA in two capitals.");
    }
    check_retention(faults, deployment);
    check_teams(faults, deployment);
    check_profiles(faults, deployment);
    check_assessments(faults, deployment);
    check_overrides(faults, deployment);
    check_classes(faults, deployment);
    return faults;
}

std::vector<AssessmentAlert> assessment_alerts(const Deployment& deployment, Date today) {
    std::vector<AssessmentAlert> alerts;
    for (const Assessment& row : deployment.assessments) {
        const auto left = (std::chrono::sys_days{row.review_on} - std::chrono::sys_days{today}).count();
        if (left > 30) continue;
        const auto stage = left < 0    ? AssessmentStage::kExpired
                           : left <= 1 ? AssessmentStage::kIn1Day
                           : left <= 7 ? AssessmentStage::kIn7Days
                                       : AssessmentStage::kIn30Days;
        alerts.push_back({row.id, row.review_on, static_cast<int>(left), stage});
    }
    std::ranges::stable_sort(alerts, {}, &AssessmentAlert::days_left);
    return alerts;
}

}  // namespace policy
