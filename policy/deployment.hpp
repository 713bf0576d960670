#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/fault.hpp"
#include "policy/period.hpp"
#include "policy/profile.hpp"
#include "policy/time.hpp"

namespace policy {

/// Rule 5: the balancing test behind legitimate interest. Good up to and including the day of its review.
struct Assessment {
    std::string id;
    Date review_on{};
};

/// Rule 6: a signed legal opinion that lifts one prohibition of one profile: quality and training on legitimate
/// interest.
struct LegalOverride {
    std::string id;
    std::string profile;                 ///< "DE"
    std::string citation;                ///< the law or the opinion; may not be empty
    std::vector<std::string> signed_by;  ///< two different people
    Date valid_until{};                  ///< last day
};

/// A retention class that a push may name (rules 11, 15, 16).
///
/// Up to six months it sets the ordinary purge date. Longer, it is statutory: it needs a law, an owner and an end date,
/// the ordinary purge date stays what it is without the class, and the class keeps the recording after that, for its
/// ground only.
struct RetentionClass {
    std::string id;
    Period period;
    std::optional<Period> extended;     ///< with an authority's order id (MiFID II: P7Y)
    std::string citation;               ///< "2014/65/EU Art. 16(7)"
    std::string owner;                  ///< who answers for it
    std::optional<Date> valid_until{};  ///< last day on which a push may name it

    bool statutory() const { return period > kLongestOrdinary; }
};

/// The country that a team's agents sit in, where it is not the deployment's.
struct TeamCountry {
    std::string team;
    std::string country;
};

/// One controller's settings as far as the law depends on them. A new one records nothing (rule 50).
struct Deployment {
    std::string country;  ///< ISO 3166-1 alpha-2, of the controller
    bool recording_enabled = false;
    Period default_retention = kDefaultRetention;
    Period max_retention = kLongestOrdinary;  ///< of recordings without a statutory class; larger values have no effect
    std::vector<Profile> profiles;            ///< the site's own tighter rows; see profile_of()
    std::vector<TeamCountry> team_countries;
    std::vector<Assessment> assessments;
    std::vector<LegalOverride> overrides;
    std::vector<RetentionClass> classes;
};

/// Examples to copy into a configuration: MiFID II telephone records. They have no owner and no end date yet, so that
/// check_deployment() refuses them until the site named both.
std::span<const RetentionClass> shipped_classes();

/// True when law, owner and end date are there: without them nothing is kept beyond six months.
bool cited(const RetentionClass& row);

/// True when the first two signatures are there and differ.
bool signed_by_two(const LegalOverride& row);

/// The class of that name, or null. The pointer lives as long as `deployment`.
const RetentionClass* find_class(const Deployment& deployment, std::string_view id);

/// Everything wrong with the settings: a country outside the EEA, a team's country or a profile's id that is no country
/// code, retention out of bounds, a profile row that loosens, a class without law, owner or end date, an override that
/// is not signed by two. Pointers are into the fields above ("/classes/0/citation"). Expired assessments and overrides
/// are no fault here: they stop pushes.
std::vector<Fault> check_deployment(const Deployment& deployment);

/// How soon an assessment needs its review.
enum class AssessmentStage { kIn30Days, kIn7Days, kIn1Day, kExpired };

struct AssessmentAlert {
    std::string id;
    Date review_on{};
    int days_left = 0;  ///< negative once expired
    AssessmentStage stage = AssessmentStage::kIn30Days;
};

/// Rule 5: assessments with at most 30 days left, soonest first. A caller that alarms when a stage changes alarms 30, 7
/// and 1 days ahead even if it missed a day.
std::vector<AssessmentAlert> assessment_alerts(const Deployment& deployment, Date today);

}  // namespace policy
