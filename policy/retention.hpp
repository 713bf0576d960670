#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/deployment.hpp"
#include "policy/profile.hpp"
#include "policy/terms.hpp"
#include "policy/time.hpp"

namespace policy {

/// The day on which a recording goes, and why that day.
struct PurgeDate {
    Date date{};          ///< due from the start of this local day
    std::string rule_id;  ///< "retention.default", ".class", ".profile", ".maximum", ".received"
    std::string rule;     ///< the rule in words
};

/// The ordinary purge date (rules 11, 12): recorded + the class or the default, made shorter by the site's maximum and
/// by the profile, never past received + the shorter of these two. Calendar months, clamped to the month's end. A
/// statutory class does not move it. When several limits give the same length the first of class/default, maximum,
/// profile is named.
PurgeDate purge_date(Date recorded_on, Date received_on, const std::vector<Purpose>& purposes,
                     const RetentionClass* retention_class, const Profile& profile, const Deployment& deployment);

/// The first day on which a statutory class no longer keeps a recording (rule 16): recorded + its period, or its
/// extended period when an authority's order is on file. A class without an extended period ignores the order.
Date statutory_end(const RetentionClass& retention_class, Date recorded_on, bool authority_order);

/// Rule 7: consent that was withdrawn is erased at the latest then.
inline constexpr std::chrono::hours kWithdrawalErasure{72};

/// Rules 30, 31: the person objected.
struct Objection {
    bool marketing = false;           ///< Art. 21(2): no balancing, ever
    Date due{};                       ///< the day by which compelling grounds must have been decided
    bool compelling_grounds = false;  ///< decided and logged
};

/// What may keep a recording, or take it, as of one day.
struct KeepFacts {
    Date purge_date{};
    std::size_t open_holds = 0;
    std::optional<std::string> statutory_class;  ///< its id...
    std::optional<Date> statutory_until;         ///< ...and statutory_end(); both or none
    std::optional<RestrictionGround> restriction;
    std::optional<Objection> objection;
    bool erasure_approved = false;  ///< by two people
};

enum class Verdict { kKeep, kErase };

/// What keeps it; says under which keep key it must be rewrapped before the day key dies.
enum class KeptBy { kSchedule, kHold, kStatutoryClass, kRestriction };

struct KeepOrErase {
    Verdict verdict = Verdict::kKeep;
    std::string rule_id;  ///< "keep.hold", "keep.statutory", "keep.restriction", "keep.schedule", "erase.request",
                          ///< "erase.withdrawal", "erase.marketing", "erase.objection", "erase.schedule"
    std::string rule;     ///< the rule that won, in words, with its law
    std::optional<KeptBy> kept_by;  ///< when kept
    std::optional<Date> until;      ///< when known: the day on which this answer changes
};

/// Art. 18(1)(b), (c): the person wants it kept, restricted: nothing erases it until that is lifted.
bool opposes_erasure(RestrictionGround ground);

/// Whether a recording stays or goes on `today`. The first of these decides: open hold; statutory class before its end;
/// restriction by which the person opposes erasure (18(1)(b), (c)); approved erasure; marketing objection; withdrawn
/// consent; undecided restriction (an objection past its due date without compelling grounds erases); the schedule.
KeepOrErase keep_or_erase(const KeepFacts& facts, Date today);

}  // namespace policy
