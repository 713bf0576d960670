#include "gateway/app/setting_checks.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "gateway/app/policy_values.hpp"
#include "gateway/app/residency_faults.hpp"
#include "policy/access.hpp"
#include "policy/deployment.hpp"
#include "policy/residency.hpp"
#include "storage/audit/note.hpp"
#include "storage/catalogue/connection_text.hpp"
#include "storage/net/url.hpp"

namespace gateway::app {

namespace {

using Complaints = std::vector<SettingComplaint>;

std::string entry(std::string_view section, std::size_t index) {
    return std::string(section) + '[' + std::to_string(index + 1) + ']';
}

template <class Rows, class Name>
void refuse_repeated(std::string_view section, std::string_view key, const Rows& rows, Name name, Complaints& out) {
    std::set<std::string> seen;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::string& value = name(rows[i]);
        if (!value.empty() && !seen.insert(value).second) {
            out.push_back({entry(section, i) + '.' + std::string(key), '"' + value + "\" stands twice"});
        }
    }
}

void check_names(const Settings& settings, Complaints& out) {
    refuse_repeated(
        "sender", "name", settings.senders, [](const auto& row) -> const std::string& { return row.name; }, out);
    refuse_repeated(
        "issuer", "url", settings.issuers, [](const auto& row) -> const std::string& { return row.url; }, out);
    refuse_repeated(
        "issuer", "name", settings.issuers, [](const auto& row) -> const std::string& { return row.name; }, out);
    refuse_repeated(
        "certificate", "fingerprint", settings.certificates,
        [](const auto& row) -> const std::string& { return row.fingerprint; }, out);
    refuse_repeated(
        "local_user", "user", settings.local_users, [](const auto& row) -> const std::string& { return row.user; },
        out);
    refuse_repeated(
        "team", "id", settings.teams, [](const auto& row) -> const std::string& { return row.id; }, out);
    refuse_repeated(
        "assessment", "id", settings.assessments, [](const auto& row) -> const std::string& { return row.id; }, out);
    refuse_repeated(
        "override", "id", settings.overrides, [](const auto& row) -> const std::string& { return row.id; }, out);
    refuse_repeated(
        "class", "id", settings.classes, [](const auto& row) -> const std::string& { return row.id; }, out);
    refuse_repeated(
        "profile", "id", settings.profiles, [](const auto& row) -> const std::string& { return row.id; }, out);
}

/// "https://calls.example" or "https://calls.example:8443": what a browser sends as Origin, and nothing more.
bool is_origin(const std::string& text) {
    const auto url = storage::net::parse_https(text);
    return url.has_value() && text == "https://" + url->authority();
}

void check_place(const std::string& table, const Settings::Objects& objects, Complaints& out) {
    if (objects.kind != "s3") return;
    if (!is_origin(objects.endpoint))
        out.push_back({table + ".endpoint", "kind = \"s3\" needs https:// and a host, and no path"});
    if (objects.region.empty()) out.push_back({table + ".region", "kind = \"s3\" needs the store's region"});
    if (objects.bucket.empty()) out.push_back({table + ".bucket", "kind = \"s3\" needs a bucket"});
    if (objects.credentials_file.empty())
        out.push_back({table + ".credentials_file", "kind = \"s3\" needs a file with the access key"});
}

void check_objects(const Settings& settings, Complaints& out) {
    check_place("objects", settings.objects, out);
    check_place("objects.old", settings.old_objects, out);
    if (in_words(settings.objects) == in_words(settings.old_objects))
        out.push_back({"objects.old", "is the store that [objects] names: nothing can move there"});
}

void check_keys(const std::string& table, const Settings::Vault& vault, Complaints& out) {
    if (vault.kind != "pkcs11") return;
    if (vault.module.empty())
        out.push_back({table + ".module", "kind = \"pkcs11\" needs the library of the token's maker"});
    if (vault.token.empty()) out.push_back({table + ".token", "kind = \"pkcs11\" needs the label of a token"});
    if (vault.pin_file.empty())
        out.push_back({table + ".pin_file", "kind = \"pkcs11\" needs a file with the user's PIN"});
    if (vault.second_token.empty() != vault.second_pin_file.empty())
        out.push_back({table + ".second_token", "give second_token and second_pin_file, or neither"});
    if (!vault.second_token.empty() && vault.second_token == vault.token)
        out.push_back({table + ".second_token", "is the first token again"});
}

void check_vaults(const Settings& settings, Complaints& out) {
    check_keys("vault", settings.vault, out);
    check_keys("vault.old", settings.old_vault, out);
    if (in_words(settings.vault) == in_words(settings.old_vault))
        out.push_back({"vault.old", "is the vault that [vault] names: nothing can move there"});
}

bool is_sender(const Settings& settings, const std::string& name) {
    return std::any_of(settings.senders.begin(), settings.senders.end(),
                       [&](const Settings::Sender& sender) { return sender.name == name; });
}

void check_certificates(const Settings& settings, Complaints& out) {
    for (std::size_t i = 0; i < settings.certificates.size(); ++i) {
        const Settings::Certificate& row = settings.certificates[i];
        const std::string key = entry("certificate", i);
        if (row.fingerprint.empty() == row.subject.empty()) {
            out.push_back({key, "give either fingerprint, or subject and authority"});
        } else if (!row.subject.empty() && row.authority.empty()) {
            out.push_back({key + ".subject", "a name counts only from one authority: give authority too"});
        }
        if (row.sender.empty() == row.roles.empty()) out.push_back({key, "give either sender or roles"});
        if (!row.sender.empty() && !is_sender(settings, row.sender)) {
            out.push_back({key + ".sender", "there is no [[sender]] with the name \"" + row.sender + '"'});
        }
    }
}

bool is_short_name(std::string_view text) {
    return !text.empty() && text.size() <= 40 &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

void check_sign_in(const Settings::Issuer& row, const std::string& key, Complaints& out) {
    if (row.client_id.empty()) return;
    if (!is_short_name(row.name))
        out.push_back({key + ".name", "is needed with client_id: 1 to 40 lowercase letters, digits and dashes"});
    if (row.client_secret_file.empty()) out.push_back({key + ".client_secret_file", "is needed with client_id"});
    if (std::ranges::find(row.scope, "openid") == row.scope.end())
        out.push_back({key + ".scope", "must hold openid: without it there is no ID token"});
}

void check_log(const Settings& settings, Complaints& out) {
    const auto count = settings.witnesses.size();
    if (count > 0 && settings.log.quorum > count)
        out.push_back({"log.quorum", "is " + std::to_string(settings.log.quorum) + ", and there are " +
                                         std::to_string(count) +
                                         " [[witness]]es: outsiders would be given no checkpoint"});
    std::set<std::string> names;
    for (std::size_t i = 0; i < count; ++i) {
        const auto address = storage::net::parse_https(settings.witnesses[i].url);
        if (address.has_error()) out.push_back({entry("witness", i) + ".url", address.error().what});
        const auto key = storage::audit::VerifierKey::parse(settings.witnesses[i].key);
        if (key.has_error() || key->kind != storage::audit::KeyKind::kWitness)
            out.push_back(
                {entry("witness", i) + ".key", "is no witness's key: `callvault-verify witness init` printed it"});
        else if (!names.insert(key->name).second)
            out.push_back({entry("witness", i) + ".key", "names " + key->name + ", as another [[witness]] does"});
    }
}

void check_issuers(const Settings& settings, Complaints& out) {
    const bool sign_in = std::ranges::any_of(settings.issuers, [](const auto& row) { return !row.client_id.empty(); });
    if (sign_in && settings.server.url.empty()) out.push_back({"server.url", "is needed where people sign in"});
    if (!settings.server.url.empty() && !is_origin(settings.server.url))
        out.push_back({"server.url", "must be https://name or https://name:port, in lowercase, with nothing behind"});
    for (std::size_t i = 0; i < settings.issuers.size(); ++i) {
        check_sign_in(settings.issuers[i], entry("issuer", i), out);
        for (const std::string& row : settings.issuers[i].roles) {
            const std::size_t sign = row.find('=');
            if (sign == std::string::npos || sign == 0 || !policy::parse_role(std::string_view(row).substr(sign + 1))) {
                out.push_back({entry("issuer", i) + ".roles",
                               '"' + row +
                                   "\" is not allowed: use theirs=ours, and for ours one of: recorder, qa, "
                                   "supervisor, privacy_officer, auditor, admin"});
            }
        }
    }
}

std::vector<policy::Role> parse_roles(const Settings::Texts& names) {
    std::vector<policy::Role> roles;
    for (const std::string& name : names) {
        if (const auto role = policy::parse_role(name)) roles.push_back(*role);
    }
    return roles;
}

void check_role_conflicts(const Settings& settings, Complaints& out) {
    constexpr std::string_view kSentence =
        "these roles exclude each other in one subject (design: admin with any that hears, auditor with any other)";
    for (std::size_t i = 0; i < settings.certificates.size(); ++i) {
        if (policy::conflicting(parse_roles(settings.certificates[i].roles))) {
            out.push_back({entry("certificate", i) + ".roles", std::string(kSentence)});
        }
    }
    for (std::size_t i = 0; i < settings.local_users.size(); ++i) {
        if (policy::conflicting(parse_roles(settings.local_users[i].roles))) {
            out.push_back({entry("local_user", i) + ".roles", std::string(kSentence)});
        }
    }
}

void check_database(const Settings& settings, Complaints& out) {
    if (settings.database.url.empty()) return;  // told as missing already
    const auto safe = storage::catalogue::check_connection_text(settings.database.url);
    if (safe.has_error()) out.push_back({"database.url", safe.error().what});
}

void check_bounds(const Settings& settings, Complaints& out) {
    if (settings.deployment.retention_months > settings.deployment.max_months) {
        out.push_back({"deployment.retention_months", "is longer than deployment.max_months"});
    }
    if (settings.play.renew * 3 > settings.play.lease) {
        out.push_back({"play.renew", "may be at most a third of play.lease, so that one slow renewal stops nobody"});
    }
    for (std::size_t i = 0; i < settings.senders.size(); ++i) {
        if (settings.senders[i].max_bytes > settings.limits.recording_bytes) {
            out.push_back({entry("sender", i) + ".max_bytes", "is more than limits.recording allows"});
        }
    }
}

void check_residency(const Settings& settings, policy::Date today, Complaints& out) {
    for (auto& fault : residency_faults(settings, today)) out.push_back({std::move(fault.key), std::move(fault.text)});
}

/// "/classes/0/citation" of policy::Deployment, as the file names it: "class[1].citation".
std::string key_of(std::string_view pointer) {
    constexpr std::pair<std::string_view, std::string_view> kNames[] = {{"profiles", "profile"},
                                                                        {"team_countries", "team"},
                                                                        {"assessments", "assessment"},
                                                                        {"overrides", "override"},
                                                                        {"classes", "class"}};
    constexpr std::pair<std::string_view, std::string_view> kFields[] = {
        {"default_retention", "retention_months"}, {"max_retention", "max_months"}, {"recording_enabled", "recording"}};
    std::vector<std::string> parts;
    while (!pointer.empty()) {
        pointer.remove_prefix(1);
        const std::size_t end = std::min(pointer.find('/'), pointer.size());
        parts.emplace_back(pointer.substr(0, end));
        pointer.remove_prefix(end);
    }
    if (parts.empty()) return "deployment";
    for (const auto& [theirs, ours] : kNames) {
        if (parts[0] != theirs || parts.size() < 2 || parts[1].find_first_not_of("0123456789") != std::string::npos)
            continue;
        const std::string key = entry(ours, std::stoul(parts[1]));
        return parts.size() > 2 ? key + '.' + parts[2] : key;
    }
    for (const auto& [theirs, ours] : kFields) {
        if (parts[0] == theirs) return "deployment." + std::string(ours);
    }
    return "deployment." + parts[0];
}

bool complete(const Settings& settings) {
    const auto has_period = [](const Settings::Class& row) { return !row.period.empty(); };
    const auto has_review = [](const Settings::Assessment& row) { return !row.review_on.empty(); };
    const auto has_end = [](const Settings::Override& row) { return !row.valid_until.empty(); };
    const auto has_lengths = [](const Settings::Profile& row) {
        return !row.longest.empty() && !row.longest_for_quality.empty();
    };
    return !settings.deployment.country.empty() &&
           std::all_of(settings.classes.begin(), settings.classes.end(), has_period) &&
           std::all_of(settings.assessments.begin(), settings.assessments.end(), has_review) &&
           std::all_of(settings.overrides.begin(), settings.overrides.end(), has_end) &&
           std::all_of(settings.profiles.begin(), settings.profiles.end(), has_lengths);
}

void check_law(const Settings& settings, Complaints& out) {
    if (!complete(settings)) return;
    for (const policy::Fault& fault : policy::check_deployment(deployment_of(settings))) {
        out.push_back({key_of(fault.pointer), fault.sentence});
    }
}

}  // namespace

std::vector<SettingComplaint> check_settings(const Settings& settings, policy::Date today) {
    Complaints out;
    check_names(settings, out);
    check_objects(settings, out);
    check_vaults(settings, out);
    check_certificates(settings, out);
    check_log(settings, out);
    check_issuers(settings, out);
    check_role_conflicts(settings, out);
    check_database(settings, out);
    check_bounds(settings, out);
    check_residency(settings, today, out);
    check_law(settings, out);
    return out;
}

}  // namespace gateway::app
