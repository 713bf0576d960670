#include "policy/retention.hpp"

#include <algorithm>

namespace policy {

namespace {

bool serves_quality(const std::vector<Purpose>& purposes) {
    return std::ranges::any_of(purposes, [](Purpose p) { return p == Purpose::kQuality || p == Purpose::kTraining; });
}

/// A length of retention on its way to becoming a date, with the rule that set it.
struct Length {
    Period period;
    std::string rule_id;
    std::string rule;

    void shorten(Period to, std::string id, std::string words_of_rule) {
        if (to >= period) return;
        *this = {to, std::move(id), std::move(words_of_rule)};
    }
};

Length asked_for(const RetentionClass* retention_class, const Deployment& deployment) {
    if (retention_class && !retention_class->statutory()) {
        const std::string rule = "class " + retention_class->id + ": " + words(retention_class->period);
        return {retention_class->period, "retention.class", rule};
    }
    return {deployment.default_retention, "retention.default", "default: " + words(deployment.default_retention)};
}

void limit_by_profile(Length& length, const std::vector<Purpose>& purposes, const Profile& profile) {
    length.shorten(profile.longest, "retention.profile",
                   "profile " + profile.id + ": at most " + words(profile.longest));
    if (!serves_quality(purposes)) return;
    length.shorten(profile.longest_for_quality, "retention.profile",
                   "profile " + profile.id + ": quality and training at most " + words(profile.longest_for_quality));
}

/// The longest that a recording of these purposes may stay: the site's maximum, made shorter by the profile.
Period longest_of(const std::vector<Purpose>& purposes, const Profile& profile, const Deployment& deployment) {
    const Period longest = std::min({deployment.max_retention, kLongestOrdinary, profile.longest});
    return serves_quality(purposes) ? std::min(longest, profile.longest_for_quality) : longest;
}

}  // namespace

PurgeDate purge_date(Date recorded_on, Date received_on, const std::vector<Purpose>& purposes,
                     const RetentionClass* retention_class, const Profile& profile, const Deployment& deployment) {
    const Period maximum = std::min(deployment.max_retention, kLongestOrdinary);
    Length length = asked_for(retention_class, deployment);
    length.shorten(maximum, "retention.maximum", "maximum of the site: " + words(maximum));
    limit_by_profile(length, purposes, profile);
    const Period longest = longest_of(purposes, profile, deployment);
    const Date from_recorded = add_months(recorded_on, length.period.months);
    const Date from_received = add_months(received_on, longest.months);
    if (from_received < from_recorded) {
        return {from_received, "retention.received", "at most " + words(longest) + " from the day it was received"};
    }
    return {from_recorded, length.rule_id, length.rule + " from the day of the call"};
}

Date statutory_end(const RetentionClass& retention_class, Date recorded_on, bool authority_order) {
    const Period period =
        authority_order ? retention_class.extended.value_or(retention_class.period) : retention_class.period;
    return add_months(recorded_on, period.months);
}

}  // namespace policy
