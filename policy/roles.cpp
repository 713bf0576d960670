#include <algorithm>
#include <array>

#include "policy/access.hpp"

namespace policy {

namespace {

constexpr std::array kRoles{Role::kRecorder,       Role::kQa,      Role::kSupervisor,
                            Role::kPrivacyOfficer, Role::kAuditor, Role::kAdmin};

struct ActionRow {
    Action action;
    std::string_view text;
    bool on_recording;
    std::string_view roles;  ///< r recorder, q qa, s supervisor, p privacy officer, u auditor, a admin
};

constexpr std::array kMatrix{
    ActionRow{Action::kPush, "push", false, "r"},
    ActionRow{Action::kSeeReceipt, "see_receipt", true, "r"},
    ActionRow{Action::kReportWithdrawal, "report_withdrawal", true, "rsp"},
    ActionRow{Action::kSearch, "search", false, "qsp"},
    ActionRow{Action::kSeeFacts, "see_facts", true, "qsp"},
    ActionRow{Action::kPlay, "play", true, "qsp"},
    ActionRow{Action::kDownload, "download", true, "p"},
    ActionRow{Action::kTranscribe, "transcribe", true, "qs"},
    ActionRow{Action::kAnalyse, "analyse", true, "qs"},
    ActionRow{Action::kShare, "share", true, "p"},
    ActionRow{Action::kExport, "export", true, "p"},
    ActionRow{Action::kComment, "comment", true, "s"},
    ActionRow{Action::kAskHold, "ask_hold", true, "sp"},
    ActionRow{Action::kPlaceHold, "place_hold", true, "p"},
    ActionRow{Action::kRenewHold, "renew_hold", true, "p"},
    ActionRow{Action::kReleaseHold, "release_hold", true, "p"},
    ActionRow{Action::kRestrict, "restrict", true, "p"},
    ActionRow{Action::kLiftRestriction, "lift_restriction", true, "p"},
    ActionRow{Action::kErase, "erase", true, "p"},
    ActionRow{Action::kLongerClass, "longer_class", true, "p"},
    ActionRow{Action::kCorrectBasis, "correct_basis", true, "p"},
    ActionRow{Action::kUseRestricted, "use_restricted", true, "sp"},
    ActionRow{Action::kOverridePolicy, "override_policy", false, "p"},
    ActionRow{Action::kSeePurgeReport, "see_purge_report", false, "pa"},
    ActionRow{Action::kRunPurge, "run_purge", false, "pa"},
    ActionRow{Action::kContinuePurge, "continue_purge", false, "pa"},
    ActionRow{Action::kSeeAccessHistory, "see_access_history", true, "p"},
    ActionRow{Action::kSeeListening, "see_listening", false, "p"},
    ActionRow{Action::kSeeHolds, "see_holds", false, "p"},
    ActionRow{Action::kSeeProposals, "see_proposals", false, "p"},
    ActionRow{Action::kSeeCertificate, "see_certificate", false, "pu"},
    ActionRow{Action::kReadLog, "read_log", false, "u"},
    ActionRow{Action::kConfigure, "configure", false, "a"},
    ActionRow{Action::kManageKeys, "manage_keys", false, "a"},
    ActionRow{Action::kOperate, "operate", false, "a"},
};

constexpr auto kActions = [] {
    std::array<Action, kMatrix.size()> out{};
    std::ranges::transform(kMatrix, out.begin(), &ActionRow::action);
    return out;
}();

const ActionRow* row_of(Action action) {
    const auto* row = std::ranges::find(kMatrix, action, &ActionRow::action);
    return row == kMatrix.end() ? nullptr : row;
}

char letter(Role role) {
    switch (role) {
        case Role::kRecorder:
            return 'r';
        case Role::kQa:
            return 'q';
        case Role::kSupervisor:
            return 's';
        case Role::kPrivacyOfficer:
            return 'p';
        case Role::kAuditor:
            return 'u';
        case Role::kAdmin:
            return 'a';
    }
    return '\0';
}

bool hears(Role role) {
    return role_allows(role, Action::kPlay);
}

}  // namespace

std::string_view text(Role role) {
    switch (role) {
        case Role::kRecorder:
            return "recorder";
        case Role::kQa:
            return "qa";
        case Role::kSupervisor:
            return "supervisor";
        case Role::kPrivacyOfficer:
            return "privacy_officer";
        case Role::kAuditor:
            return "auditor";
        case Role::kAdmin:
            return "admin";
    }
    return {};
}

std::optional<Role> parse_role(std::string_view word) {
    for (const Role role : kRoles) {
        if (text(role) == word) return role;
    }
    return std::nullopt;
}

std::span<const Role> all_roles() {
    return kRoles;
}
std::span<const Action> all_actions() {
    return kActions;
}

std::string_view text(Action action) {
    const ActionRow* row = row_of(action);
    return row ? row->text : std::string_view{};
}

bool concerns_recording(Action action) {
    const ActionRow* row = row_of(action);
    return row && row->on_recording;
}

bool role_allows(Role role, Action action) {
    const ActionRow* row = row_of(action);
    return row && row->roles.find(letter(role)) != std::string_view::npos;
}

bool conflicting(std::span<const Role> roles) {
    const auto holds = [&](Role role) { return std::ranges::find(roles, role) != roles.end(); };
    const bool anything_else = std::ranges::any_of(roles, [](Role role) { return role != Role::kAuditor; });
    const bool hearing = std::ranges::any_of(roles, hears);
    return (holds(Role::kAuditor) && anything_else) || ((holds(Role::kRecorder) || holds(Role::kAdmin)) && hearing);
}

}  // namespace policy
