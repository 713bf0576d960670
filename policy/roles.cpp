#include <algorithm>
#include <array>

#include "policy/access.hpp"

namespace policy {

namespace {

constexpr std::array kRoles{Role::kRecorder,       Role::kQa,      Role::kSupervisor,
                            Role::kPrivacyOfficer, Role::kAuditor, Role::kAdmin};

struct Row {
    Action action;
    std::string_view text;
    bool on_recording;
    std::string_view roles;  ///< r recorder, q qa, s supervisor, p privacy officer, u auditor, a admin
};

constexpr std::array kMatrix{
    Row{Action::kPush, "push", false, "r"},
    Row{Action::kSeeReceipt, "see_receipt", true, "r"},
    Row{Action::kReportWithdrawal, "report_withdrawal", true, "rsp"},
    Row{Action::kSearch, "search", false, "qsp"},
    Row{Action::kSeeFacts, "see_facts", true, "qsp"},
    Row{Action::kPlay, "play", true, "qsp"},
    Row{Action::kDownload, "download", true, "p"},
    Row{Action::kTranscribe, "transcribe", true, "qs"},
    Row{Action::kAnalyse, "analyse", true, "qs"},
    Row{Action::kShare, "share", true, "p"},
    Row{Action::kExport, "export", true, "p"},
    Row{Action::kComment, "comment", true, "s"},
    Row{Action::kAskHold, "ask_hold", true, "sp"},
    Row{Action::kPlaceHold, "place_hold", true, "p"},
    Row{Action::kRenewHold, "renew_hold", true, "p"},
    Row{Action::kReleaseHold, "release_hold", true, "p"},
    Row{Action::kRestrict, "restrict", true, "p"},
    Row{Action::kLiftRestriction, "lift_restriction", true, "p"},
    Row{Action::kErase, "erase", true, "p"},
    Row{Action::kLongerClass, "longer_class", true, "p"},
    Row{Action::kCorrectBasis, "correct_basis", true, "p"},
    Row{Action::kUseRestricted, "use_restricted", true, "sp"},
    Row{Action::kOverridePolicy, "override_policy", false, "p"},
    Row{Action::kSeePurgeReport, "see_purge_report", false, "pa"},
    Row{Action::kRunPurge, "run_purge", false, "pa"},
    Row{Action::kContinuePurge, "continue_purge", false, "pa"},
    Row{Action::kSeeAccessHistory, "see_access_history", true, "p"},
    Row{Action::kSeeHolds, "see_holds", false, "p"},
    Row{Action::kSeeProposals, "see_proposals", false, "p"},
    Row{Action::kSeeCertificate, "see_certificate", false, "pu"},
    Row{Action::kReadLog, "read_log", false, "u"},
    Row{Action::kConfigure, "configure", false, "a"},
    Row{Action::kManageKeys, "manage_keys", false, "a"},
    Row{Action::kOperate, "operate", false, "a"},
};

constexpr auto kActions = [] {
    std::array<Action, kMatrix.size()> out{};
    std::ranges::transform(kMatrix, out.begin(), &Row::action);
    return out;
}();

const Row* row_of(Action action) {
    const auto* row = std::ranges::find(kMatrix, action, &Row::action);
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
    const Row* row = row_of(action);
    return row ? row->text : std::string_view{};
}

bool concerns_recording(Action action) {
    const Row* row = row_of(action);
    return row && row->on_recording;
}

bool role_allows(Role role, Action action) {
    const Row* row = row_of(action);
    return row && row->roles.find(letter(role)) != std::string_view::npos;
}

bool conflicting(std::span<const Role> roles) {
    const auto holds = [&](Role role) { return std::ranges::find(roles, role) != roles.end(); };
    const bool anything_else = std::ranges::any_of(roles, [](Role role) { return role != Role::kAuditor; });
    const bool hearing = std::ranges::any_of(roles, hears);
    return (holds(Role::kAuditor) && anything_else) || ((holds(Role::kRecorder) || holds(Role::kAdmin)) && hearing);
}

}  // namespace policy
