#include "gateway/app/setting_rows.hpp"

namespace gateway::app {

namespace {

using S = Settings;
using V = Value;

const Shape kCitation{Form::kText, 1, 500, {}};
const Shape kCountry{Form::kCountry, 0, 0, {}};
const Shape kDate{Form::kDate, 0, 0, {}};
const Shape kPeriod{Form::kPeriod, 0, 0, {}};

Section deployment() {
    return {"deployment",
            "The controller: one deployment serves one.",
            {{"name", kName, std::nullopt, "The controller's name, as it stands in certificates.",
              [](S& s, const V& v) { s.deployment.name = v.text(); }},
             {"origin", kName, std::nullopt,
              "Name of the audit log in its checkpoints, such as example.org/callvault; never changed.",
              [](S& s, const V& v) { s.deployment.origin = v.text(); }},
             {"country", kCountry, std::nullopt, "The controller's country; its profile applies to every call.",
              [](S& s, const V& v) { s.deployment.country = v.text(); }},
             {"time_zone", kName, "Europe/Amsterdam", "Zone whose calendar days retention is counted in.",
              [](S& s, const V& v) { s.deployment.time_zone = v.text(); }},
             {"recording", kFlag, "false",
              "Whether pushes are admitted at all; off until the controller says so (rule 50).",
              [](S& s, const V& v) { s.deployment.recording = v.flag(); }},
             {"retention_months",
              {Form::kWhole, 1, 6, {}},
              "3",
              "Calendar months that a recording lives when nothing shortens it.",
              [](S& s, const V& v) { s.deployment.retention_months = v.whole<int>(); }},
             {"max_months",
              {Form::kWhole, 1, 6, {}},
              "6",
              "Longest retention without a statutory class.",
              [](S& s, const V& v) { s.deployment.max_months = v.whole<int>(); }}}};
}

Section residency() {
    return {"residency",
            "Where data may lie (rule 42). Anything outside the EEA and its outermost regions is refused.",
            {{"stored_in",
              {Form::kTexts, 0, 0, {}},
              std::nullopt,
              "Every country that holds objects, catalogue, keys, or a backup of one of them.",
              [](S& s, const V& v) { s.residency.stored_in = v.texts(); }},
             {"allowed", kTexts, "", "The site's own shorter list of countries; empty allows all that the law does.",
              [](S& s, const V& v) { s.residency.allowed = v.texts(); }},
             {"as_of", kDate, "", "Day on which that list was drawn up; needed with one.",
              [](S& s, const V& v) { s.residency.as_of = v.text(); }},
             {"valid_until", kDate, "", "Last day of that list; past it nothing is stored anywhere.",
              [](S& s, const V& v) { s.residency.valid_until = v.text(); }},
             {"check_every",
              {Form::kDuration, 1, kDay, {}},
              "6 h",
              "How often store and configuration are looked at again; what is wrong stops new recordings.",
              [](S& s, const V& v) { s.residency.check_every = v.seconds(); }}}};
}

Section purge() {
    return {"purge",
            "The daily purge, and the brake that stops one that looks wrong; settings can only tighten it.",
            {{"at",
              {Form::kTimeOfDay, 0, 0, {}},
              "02:30",
              "Local time at which the purge of the day runs.",
              [](S& s, const V& v) { s.purge.at = std::chrono::minutes(v.whole<int>()); }},
             {"brake_factor",
              {Form::kWhole, 1, 3, {}},
              "3",
              "A run of more than so many times the largest earlier one stops.",
              [](S& s, const V& v) { s.purge.brake_factor = v.whole<unsigned>(); }},
             {"brake_minimum",
              {Form::kWhole, 0, 100, {}},
              "100",
              "A run of at most so many calls never stops for its size.",
              [](S& s, const V& v) { s.purge.brake_minimum = v.whole<unsigned>(); }},
             {"brake_runs",
              {Form::kWhole, 1, 14, {}},
              "14",
              "How many earlier runs are looked at.",
              [](S& s, const V& v) { s.purge.brake_runs = v.whole<unsigned>(); }},
             {"clock_tolerance",
              {Form::kDuration, 1, 5 * kMinute, {}},
              "5 min",
              "A clock jump or disagreement of more than this stops the purge.",
              [](S& s, const V& v) { s.purge.clock_tolerance = v.seconds(); }}}};
}

Section keys() {
    return {"keys",
            "The keys that die on their day.",
            {{"days_ahead",
              {Form::kWhole, 7, 60, {}},
              "14",
              "Day keys exist for every date up to the longest retention and so many days.",
              [](S& s, const V& v) { s.keys.days_ahead = v.whole<unsigned>(); }},
             {"epoch_reseal",
              {Form::kDuration, 1 * kHour, 14 * kDay, {}},
              "14 d",
              "How often the catalogue's secrets move to a new epoch key.",
              [](S& s, const V& v) { s.keys.epoch_reseal = v.seconds(); }}}};
}

Section play() {
    return {
        "play",
        "How calls are played.",
        {{"pace_ahead",
          {Form::kDuration, 10, 90, {}},
          "90 s",
          "How much audio is sent at once, ahead of the listener; half of it waits for seeks.",
          [](S& s, const V& v) { s.play.pace_ahead = v.seconds(); }},
         {"pace_rate",
          {Form::kWhole, 1, 4, {}},
          "4",
          "Then so many times real time.",
          [](S& s, const V& v) { s.play.pace_rate = v.whole<unsigned>(); }},
         {"lease",
          {Form::kDuration, 3, 60, {}},
          "15 s",
          "A play without renewal stops after this, on every gateway.",
          [](S& s, const V& v) { s.play.lease = v.seconds(); }},
         {"renew",
          {Form::kDuration, 1, 20, {}},
          "5 s",
          "How often a gateway renews its plays; at most a third of the lease.",
          [](S& s, const V& v) { s.play.renew = v.seconds(); }},
         {"idle",
          {Form::kDuration, 10, 1 * kHour, {}},
          "5 min",
          "A play that sends nothing for so long is closed.",
          [](S& s, const V& v) { s.play.idle = v.seconds(); }},
         {"per_subject", {Form::kWhole, 1, 100, {}}, "8", "Plays that one person may have open.", [](S& s, const V& v) {
              s.play.plays_per_subject = v.whole<unsigned>();
          }}}};
}

Section team() {
    return {"team",
            "A team whose agents sit in another country than the controller: that country's profile applies too.",
            {{"id", kName, std::nullopt, "The team's id, as pushes and claims name it.",
              [](S& s, const V& v) { s.teams.back().id = v.text(); }},
             {"country",
              {Form::kText, 2, 2, {}},
              std::nullopt,
              "ISO 3166-1 alpha-2 code of the country.",
              [](S& s, const V& v) { s.teams.back().country = v.text(); }}},
            [](S& s) { s.teams.emplace_back(); }};
}

Section assessment() {
    return {"assessment",
            "A balancing test behind legitimate interest (rule 5).",
            {{"id", kName, std::nullopt, "The id that pushes cite.",
              [](S& s, const V& v) { s.assessments.back().id = v.text(); }},
             {"review_on", kDate, std::nullopt, "Last day on which it may be cited.",
              [](S& s, const V& v) { s.assessments.back().review_on = v.text(); }}},
            [](S& s) { s.assessments.emplace_back(); }};
}

Section override_of_law() {
    return {"override",
            "A signed legal opinion that lifts one profile's ban on legitimate interest for quality (rule 6).",
            {{"id", kName, std::nullopt, "Its id.", [](S& s, const V& v) { s.overrides.back().id = v.text(); }},
             {"profile", kName, std::nullopt, "The profile whose ban it lifts, such as DE.",
              [](S& s, const V& v) { s.overrides.back().profile = v.text(); }},
             {"citation", kCitation, std::nullopt, "The law or opinion.",
              [](S& s, const V& v) { s.overrides.back().citation = v.text(); }},
             {"signed_by", kTexts, std::nullopt, "Two different people who answer for it.",
              [](S& s, const V& v) { s.overrides.back().signed_by = v.texts(); }},
             {"valid_until", kDate, std::nullopt, "Its last day.",
              [](S& s, const V& v) { s.overrides.back().valid_until = v.text(); }}},
            [](S& s) { s.overrides.emplace_back(); }};
}

Section retention_class() {
    return {"class",
            "A retention class that pushes may name (rules 11, 15, 16).",
            {{"id", kName, std::nullopt, "The name that pushes cite.",
              [](S& s, const V& v) { s.classes.back().id = v.text(); }},
             {"period", kPeriod, std::nullopt, "How long; more than six months needs the law, an owner and an end.",
              [](S& s, const V& v) { s.classes.back().period = v.text(); }},
             {"extended", kPeriod, "", "How long with an authority's order.",
              [](S& s, const V& v) { s.classes.back().extended = v.text(); }},
             {"citation", kOptionalText, "", "The law that demands it.",
              [](S& s, const V& v) { s.classes.back().citation = v.text(); }},
             {"owner", kOptionalText, "", "Who answers for it.",
              [](S& s, const V& v) { s.classes.back().owner = v.text(); }},
             {"valid_until", kDate, "", "Last day on which a push may name it.",
              [](S& s, const V& v) { s.classes.back().valid_until = v.text(); }}},
            [](S& s) { s.classes.emplace_back(); }};
}

Section profile() {
    return {"profile",
            "The site's own, tighter row for a country (EU, NL, DE, FR and BE are shipped). It can only tighten.",
            {{"id", kName, std::nullopt, "EU, or the country's ISO code.",
              [](S& s, const V& v) { s.profiles.back().id = v.text(); }},
             {"legitimate_interest_for_quality", kFlag, "true",
              "Whether quality and training may stand on legitimate interest.",
              [](S& s, const V& v) { s.profiles.back().legitimate_interest_for_quality = v.flag(); }},
             {"longest_for_quality", kPeriod, "P6M", "Longest retention of calls for quality or training.",
              [](S& s, const V& v) { s.profiles.back().longest_for_quality = v.text(); }},
             {"longest", kPeriod, "P6M", "Longest retention of any call without a statutory class.",
              [](S& s, const V& v) { s.profiles.back().longest = v.text(); }}},
            [](S& s) { s.profiles.emplace_back(); }};
}

}  // namespace

std::vector<Section> law_sections() {
    return {deployment(), residency(),       purge(),           keys(),   play(), team(),
            assessment(), override_of_law(), retention_class(), profile()};
}

}  // namespace gateway::app
