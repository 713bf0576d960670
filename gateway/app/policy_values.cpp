#include "gateway/app/policy_values.hpp"

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>

#include "policy/period.hpp"
#include "policy/terms.hpp"
#include "policy/time.hpp"

namespace gateway::app {

namespace {

/// A word that load_settings() has let pass.
template <class T>
T checked(std::optional<T> value, const std::string& text) {
    if (!value) throw std::logic_error("a setting was not checked: " + text);
    return *value;
}

std::optional<policy::Date> date_or_none(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(checked(policy::parse_date(text), text));
}

policy::Period period(const std::string& text) {
    return checked(policy::parse_period(text), text);
}

policy::RetentionClass class_of(const Settings::Class& row) {
    policy::RetentionClass out;
    out.id = row.id;
    out.period = period(row.period);
    if (!row.extended.empty()) out.extended = period(row.extended);
    out.citation = row.citation;
    out.owner = row.owner;
    out.valid_until = date_or_none(row.valid_until);
    return out;
}

policy::Profile profile_of(const Settings::Profile& row) {
    return {row.id, row.legitimate_interest_for_quality, period(row.longest_for_quality), period(row.longest)};
}

policy::LegalOverride override_of(const Settings::Override& row) {
    return {row.id, row.profile, row.citation, row.signed_by,
            checked(policy::parse_date(row.valid_until), row.valid_until)};
}

policy::SenderAllowance sender_of(const Settings::Sender& row) {
    policy::SenderAllowance out;
    out.name = row.name;
    out.teams = row.teams;
    for (const std::string& one : row.purposes) out.purposes.push_back(checked(policy::parse_purpose(one), one));
    for (const std::string& one : row.bases) out.bases.push_back(checked(policy::parse_basis_kind(one), one));
    if (!row.profiles.empty()) out.profiles = row.profiles;
    out.classes = row.classes;
    out.max_bytes = row.max_bytes;
    return out;
}

}  // namespace

policy::Deployment deployment_of(const Settings& settings) {
    policy::Deployment out;
    out.country = settings.deployment.country;
    out.recording_enabled = settings.deployment.recording;
    out.default_retention = {settings.deployment.retention_months};
    out.max_retention = {settings.deployment.max_months};
    for (const auto& row : settings.profiles) out.profiles.push_back(profile_of(row));
    for (const auto& row : settings.teams) out.team_countries.push_back({row.id, row.country});
    for (const auto& row : settings.assessments) {
        out.assessments.push_back({row.id, checked(policy::parse_date(row.review_on), row.review_on)});
    }
    for (const auto& row : settings.overrides) out.overrides.push_back(override_of(row));
    for (const auto& row : settings.classes) out.classes.push_back(class_of(row));
    return out;
}

std::vector<policy::SenderAllowance> senders_of(const Settings& settings) {
    std::vector<policy::SenderAllowance> out;
    for (const auto& row : settings.senders) out.push_back(sender_of(row));
    return out;
}

policy::AccessRules access_rules_of(const Settings& settings) {
    policy::AccessRules out;
    out.listen_max_age = settings.mfa.play_age;
    out.act_max_age = settings.mfa.act_age;
    out.pace_head_start = settings.play.pace_ahead;
    out.pace_times_real_time = settings.play.pace_rate;
    return out;
}

policy::BrakeLimits brake_limits_of(const Settings& settings) {
    policy::BrakeLimits out;
    out.runs_looked_at = settings.purge.brake_runs;
    out.times_largest = settings.purge.brake_factor;
    out.always_fine = settings.purge.brake_minimum;
    out.clock_tolerance = settings.purge.clock_tolerance;
    return out;
}

policy::ResidencyList residency_of(const Settings& settings) {
    policy::ResidencyList out;
    out.as_of = date_or_none(settings.residency.as_of).value_or(policy::Date{});
    out.valid_until = date_or_none(settings.residency.valid_until);
    out.countries = settings.residency.allowed;
    if (out.countries.empty()) {
        const auto all = policy::storage_countries();
        out.countries.assign(all.begin(), all.end());
        out.as_of = policy::storage_countries_as_of();
    }
    return out;
}

}  // namespace gateway::app
