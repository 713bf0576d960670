#include "policy/access.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/unit/policy/asking.hpp"

namespace {

using policy::AccessPurpose;
using policy::Action;
using policy::Permit;
using policy::Purpose;
using policy::RestrictedUse;
using policy::RestrictionGround;
using policy::Role;
using tests::Asking;
using tests::concealed;
using tests::day;
using tests::kHearing;
using tests::kOfficer;
using tests::outcome;
using tests::play;

/// A role that may do the action.
Role role_for(Action action) {
    return role_allows(Role::kQa, action) ? Role::kQa : kOfficer;
}

// --- reach and concealment

TEST_CASE("Another team's recording looks as if it did not exist, to qa and supervisor alike") {
    for (const Role role : {Role::kQa, Role::kSupervisor}) {
        Asking asking(role);
        asking.recording.team = "sales";
        for (const Action action : {Action::kPlay, Action::kSeeFacts, Action::kTranscribe}) {
            CHECK(outcome(asking.to(action)) == "not-yours");
            CHECK(concealed(asking.to(action)));
        }
        asking.subject.teams = {"support", "sales"};
        CHECK(play(asking) == "permit");
        asking.subject.teams.clear();
        CHECK(play(asking) == "not-yours");
    }
}

TEST_CASE("A foreign recording's state does not show: not-yours comes before every other reason") {
    Asking asking(Role::kQa);
    asking.recording.team = "sales";
    asking.recording.quarantined = true;
    asking.recording.state = policy::RecordingState::kPurging;
    asking.request.purpose.reset();
    asking.subject.mfa = {};
    CHECK(play(asking) == "not-yours");
}

TEST_CASE("A recorder sees the receipts of its own pushes only, and the refusal conceals") {
    Asking asking(Role::kRecorder);
    CHECK(outcome(asking.to(Action::kSeeReceipt)) == "permit");
    CHECK(outcome(asking.to(Action::kReportWithdrawal)) == "permit");
    asking.recording.sent_by_subject = false;
    CHECK(outcome(asking.to(Action::kSeeReceipt)) == "not-yours");
    CHECK(concealed(asking.to(Action::kReportWithdrawal)));
}

TEST_CASE("A privacy officer reaches every team, and only not-yours is concealed") {
    Asking asking(kOfficer);
    asking.recording.team = "sales";
    CHECK(play(asking) == "permit");
    asking.recording.quarantined = true;
    CHECK_FALSE(concealed(asking.to(Action::kPlay)));
}

TEST_CASE("Search permits the subject's own teams, and all of them to a privacy officer") {
    const auto search = Asking(Role::kSupervisor).to(Action::kSearch);
    CHECK(std::get<Permit>(search).only_teams == std::vector<std::string>{"support"});
    CHECK_FALSE(std::get<Permit>(Asking(kOfficer).to(Action::kSearch)).only_teams);
    CHECK_FALSE(std::get<Permit>(Asking({Role::kQa, kOfficer}).to(Action::kSearch)).only_teams);
}

// --- rule 14, 16: dates

TEST_CASE("Rule 14: from the purge date on nobody hears a recording, whatever the purger does") {
    for (const Action action : kHearing) {
        CAPTURE(text(action));
        Asking asking(role_for(action));
        asking.recording.purge_date = day("2026-03-11");
        CHECK(outcome(asking.to(action)) == "permit");
        asking.past_date();
        CHECK(outcome(asking.to(action)) == "past-purge-date");
        asking.recording.purge_date = day("2025-03-10");
        CHECK(outcome(asking.to(action)) == "past-purge-date");
    }
}

TEST_CASE("Rule 14: past the purge date facts, comments, holds, restrictions and longer classes come too late") {
    for (const Action action :
         {Action::kSeeFacts, Action::kComment, Action::kAskHold, Action::kPlaceHold, Action::kRestrict,
          Action::kLongerClass, Action::kCorrectBasis, Action::kUseRestricted}) {
        CAPTURE(text(action));
        Asking asking(role_allows(Role::kSupervisor, action) ? Role::kSupervisor : kOfficer);
        CHECK(outcome(asking.to(action)) == "permit");
        asking.past_date();
        CHECK(outcome(asking.to(action)) == "past-purge-date");
        asking.hold();
        CHECK(outcome(asking.to(action)) == "permit");
        asking.recording.state = policy::RecordingState::kPurging;
        CHECK(outcome(asking.to(action)) == "purging");
    }
}

TEST_CASE("Rule 14: a recording that is being purged is unreadable, holds and statutes or not") {
    Asking asking(kOfficer);
    asking.recording.state = policy::RecordingState::kPurging;
    asking.hold();
    asking.request.purpose = AccessPurpose::kLegalClaim;
    for (const Action action : {Action::kPlay, Action::kExport, Action::kErase, Action::kPlaceHold}) {
        CHECK(outcome(asking.to(action)) == "purging");
    }
}

TEST_CASE("Rule 16: past its ordinary date a held recording serves the legal claim only") {
    Asking asking(kOfficer);
    asking.past_date();
    asking.hold();
    asking.recording.purposes = {Purpose::kQuality, Purpose::kStatutory};
    for (const auto purpose : {AccessPurpose::kQuality, AccessPurpose::kStatutory, AccessPurpose::kSubjectRequest}) {
        asking.request.purpose = purpose;
        CHECK(play(asking) == "kept-for-other-ground");
    }
    asking.request.purpose = AccessPurpose::kLegalClaim;
    CHECK(play(asking) == "permit");
    asking.request.case_given = false;
    CHECK(play(asking) == "case-missing");
}

TEST_CASE("Rule 16: past its ordinary date a statutory recording serves the statute only, and not after its end") {
    Asking asking(kOfficer);
    asking.past_date();
    asking.statute(day("2026-03-11"));
    for (const auto purpose : {AccessPurpose::kQuality, AccessPurpose::kLegalClaim}) {
        asking.request.purpose = purpose;
        CHECK(play(asking) == "kept-for-other-ground");
    }
    asking.request.purpose = AccessPurpose::kStatutory;
    CHECK(play(asking) == "permit");
    asking.statute(asking.request.today);
    CHECK(play(asking) == "past-purge-date");
}

// Past the date every ground wants a case. A restricted recording that qa played as "quality" with an approved use
// got by without one: everyday listening names none.
TEST_CASE(
    "Rule 16: past its ordinary date a restricted recording serves an approved use, with a case, and nothing else") {
    for (const Role role : {Role::kQa, kOfficer}) {
        Asking asking(role);
        asking.past_date();
        asking.restrict_for(RestrictionGround::kClaims);
        CHECK(play(asking) == "kept-for-other-ground");
        asking.approved_use(RestrictedUse::kSubjectConsent);
        CHECK(play(asking) == "permit");
        asking.request.case_given = false;
        CHECK(play(asking) == "case-missing");
    }
}

TEST_CASE("Rule 7: a withdrawn consent restricts and keeps nothing past the purge date") {
    Asking asking(kOfficer);
    asking.restrict_for(RestrictionGround::kWithdrawal);
    CHECK(play(asking) == "restricted");
    asking.past_date();
    asking.approved_use(RestrictedUse::kLegalClaim);
    CHECK(play(asking) == "past-purge-date");
}

// --- rule 21, 32: quarantine, restriction

TEST_CASE("Rule 21: a quarantined recording is not played, exported or otherwise heard by anyone") {
    for (const Action action : kHearing) {
        Asking asking(role_for(action));
        asking.recording.quarantined = true;
        CAPTURE(text(action));
        CHECK(outcome(asking.to(action)) == "quarantined");
        asking.approved_use(RestrictedUse::kLegalClaim);
        CHECK(outcome(asking.to(action)) == "quarantined");
    }
}

TEST_CASE("Rule 21: the facts of a quarantined recording are for the privacy officer, who can erase it") {
    Asking qa(Role::kQa);
    qa.recording.quarantined = true;
    CHECK(outcome(qa.to(Action::kSeeFacts)) == "quarantined");
    Asking officer(kOfficer);
    officer.recording.quarantined = true;
    CHECK(outcome(officer.to(Action::kSeeFacts)) == "permit");
    CHECK(outcome(officer.to(Action::kErase)) == "permit");
}

TEST_CASE("Rule 32: a restricted recording is heard only on a declared 18(2) ground that a second person approved") {
    for (const auto ground : {RestrictionGround::kAccuracy, RestrictionGround::kUnlawful, RestrictionGround::kClaims,
                              RestrictionGround::kObjection, RestrictionGround::kWithdrawal}) {
        for (const Action action : kHearing) {
            Asking asking(role_for(action));
            asking.restrict_for(ground);
            CAPTURE(text(ground), text(action));
            CHECK(outcome(asking.to(action)) == "restricted");
            asking.request.restricted_use = RestrictedUse::kRightsOfAnother;
            CHECK(outcome(asking.to(action)) == "second-approver");
            asking.request.restricted_use_approver = "";
            CHECK(outcome(asking.to(action)) == "second-approver");
            asking.request.restricted_use_approver = asking.subject.pseudonym;
            CHECK(outcome(asking.to(action)) == "second-approver");
            asking.request.restricted_use_approver = "s-2";
            CHECK(outcome(asking.to(action)) == "permit");
        }
    }
}

TEST_CASE("Rule 32: an approved use does not stand in for a purpose") {
    Asking asking(Role::kQa);
    asking.restrict_for(RestrictionGround::kAccuracy);
    asking.approved_use(RestrictedUse::kPublicInterest);
    asking.request.purpose.reset();
    CHECK(play(asking) == "purpose-missing");
    asking.request.purpose = AccessPurpose::kTraining;
    CHECK(play(asking) == "purpose-not-recorded");
}

TEST_CASE("Rule 33: a restriction is lifted only once the person has been notified") {
    Asking asking(kOfficer);
    asking.restrict_for(RestrictionGround::kAccuracy);
    CHECK(outcome(asking.to(Action::kLiftRestriction)) == "permit");
    asking.request.notice_sent = false;
    CHECK(outcome(asking.to(Action::kLiftRestriction)) == "notice-not-sent");
}

TEST_CASE("Rule 7: the restriction of a withdrawn consent ends with the erasure and is never lifted") {
    Asking asking(kOfficer);
    asking.restrict_for(RestrictionGround::kWithdrawal);
    CHECK(outcome(asking.to(Action::kLiftRestriction)) == "withdrawn");
}

TEST_CASE("Rule 7: recorder, supervisor and privacy officer report a withdrawal of consent, where there was consent") {
    for (const Role role : {Role::kRecorder, Role::kSupervisor, kOfficer}) {
        Asking asking(role);
        asking.recording.basis = policy::BasisKind::kConsent;
        CHECK(outcome(asking.to(Action::kReportWithdrawal)) == "permit");
        asking.recording.basis = policy::BasisKind::kLegitimateInterest;
        CHECK(outcome(asking.to(Action::kReportWithdrawal)) == "not-on-consent");
    }
}

// --- rule 17: holds

TEST_CASE("Rule 17: a hold whose review is overdue blocks all access but for the claim") {
    Asking asking(kOfficer);
    asking.hold();
    CHECK(play(asking) == "permit");
    asking.recording.hold_review_on = day("2026-03-09");
    CHECK(play(asking) == "hold-review-overdue");
    asking.request.purpose = AccessPurpose::kLegalClaim;
    CHECK(play(asking) == "permit");
}

TEST_CASE("Rule 17: a hold without a known review date counts as overdue") {
    Asking asking(Role::kQa);
    asking.recording.held = true;
    CHECK(play(asking) == "hold-review-overdue");
    asking.recording.hold_review_on = policy::Date{};
    CHECK(play(asking) == "hold-review-overdue");
}

// --- rule 44: purposes and cases

TEST_CASE("Rule 44: nobody hears a recording without declaring a purpose that it was recorded for") {
    struct Row {
        Purpose recorded;
        AccessPurpose declared;
    };
    const Row rows[] = {
        {Purpose::kQuality, AccessPurpose::kQuality},
        {Purpose::kTraining, AccessPurpose::kTraining},
        {Purpose::kComplaint, AccessPurpose::kComplaint},
        {Purpose::kContractEvidence, AccessPurpose::kContractEvidence},
        {Purpose::kStatutory, AccessPurpose::kStatutory},
    };
    for (const Role role : {Role::kQa, Role::kSupervisor, kOfficer}) {
        for (const Row& recorded : rows) {
            for (const Row& declared : rows) {
                Asking asking(role);
                asking.recording.purposes = {recorded.recorded};
                asking.request.purpose = declared.declared;
                CAPTURE(text(role), text(recorded.recorded), text(declared.declared));
                CHECK(play(asking) == (recorded.recorded == declared.recorded ? "permit" : "purpose-not-recorded"));
            }
        }
    }
    for (const Action action : kHearing) {
        Asking asking(role_for(action));
        asking.request.purpose.reset();
        CHECK(outcome(asking.to(action)) == "purpose-missing");
    }
}

TEST_CASE("Rule 44: a person's request and a legal claim are purposes of the privacy officer, with a case") {
    for (const auto purpose : {AccessPurpose::kSubjectRequest, AccessPurpose::kLegalClaim}) {
        Asking officer(kOfficer);
        officer.request.purpose = purpose;
        CHECK(play(officer) == "permit");
        officer.request.case_given = false;
        CHECK(play(officer) == "case-missing");
        Asking supervisor(Role::kSupervisor);
        supervisor.request.purpose = purpose;
        CHECK(play(supervisor) == "purpose-not-recorded");
    }
}

TEST_CASE("Rule 44: everyday listening of qa and supervisor needs no case, everything about one dispute does") {
    for (const Role role : {Role::kQa, Role::kSupervisor}) {
        Asking asking(role);
        asking.recording.purposes = {Purpose::kQuality, Purpose::kTraining, Purpose::kComplaint,
                                     Purpose::kContractEvidence, Purpose::kStatutory};
        asking.request.case_given = false;
        for (const auto purpose : {AccessPurpose::kQuality, AccessPurpose::kTraining}) {
            asking.request.purpose = purpose;
            CHECK(play(asking) == "permit");
        }
        for (const auto purpose :
             {AccessPurpose::kComplaint, AccessPurpose::kContractEvidence, AccessPurpose::kStatutory}) {
            asking.request.purpose = purpose;
            CHECK(play(asking) == "case-missing");
        }
    }
}

TEST_CASE("Rule 44: a privacy officer always needs a case, and so does a qa who is one, outside the own team") {
    Asking both({Role::kQa, kOfficer});
    both.request.case_given = false;
    CHECK(play(both) == "permit");
    both.recording.team = "sales";
    CHECK(play(both) == "case-missing");
    Asking officer(kOfficer);
    officer.request.case_given = false;
    CHECK(play(officer) == "case-missing");
}

TEST_CASE("A statutory class makes the statute a purpose before the ordinary date too") {
    Asking asking(Role::kQa);
    asking.request.purpose = AccessPurpose::kStatutory;
    CHECK(play(asking) == "purpose-not-recorded");
    asking.statute(day("2031-01-01"));
    CHECK(play(asking) == "permit");
}

// --- rule 47: play and erase

TEST_CASE("Rule 47: nobody both plays and erases one recording, in either order") {
    Asking played(kOfficer);
    played.recording.played_by_subject = true;
    CHECK(outcome(played.to(Action::kErase)) == "played-before");
    CHECK(play(played) == "permit");
    Asking erasing(kOfficer);
    erasing.recording.erasure_by_subject = true;
    for (const Action action : {Action::kPlay, Action::kDownload, Action::kExport, Action::kShare}) {
        CHECK(outcome(erasing.to(action)) == "erased-by-same");
    }
}

TEST_CASE("What keeps a recording forbids its erasure: hold, statute, and the person's wish to restrict") {
    Asking asking(kOfficer);
    asking.hold();
    CHECK(outcome(asking.to(Action::kErase)) == "held");
    asking.recording.held = false;
    asking.statute(day("2026-03-11"));
    CHECK(outcome(asking.to(Action::kErase)) == "statutory");
    asking.statute(asking.request.today);
    CHECK(outcome(asking.to(Action::kErase)) == "permit");
    for (const auto ground : {RestrictionGround::kUnlawful, RestrictionGround::kClaims}) {
        asking.restrict_for(ground);
        CHECK(outcome(asking.to(Action::kErase)) == "opposes-erasure");
    }
    for (const auto ground :
         {RestrictionGround::kAccuracy, RestrictionGround::kObjection, RestrictionGround::kWithdrawal}) {
        asking.restrict_for(ground);
        CHECK(outcome(asking.to(Action::kErase)) == "permit");
    }
    asking.past_date();
    CHECK(outcome(asking.to(Action::kErase)) == "permit");
}

}  // namespace
