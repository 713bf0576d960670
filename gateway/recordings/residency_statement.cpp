#include "gateway/recordings/residency_statement.hpp"

#include <algorithm>
#include <string_view>

#include "policy/region.hpp"
#include "policy/residency.hpp"
#include "storage/crypto/encoding.hpp"

namespace gateway::recordings {

namespace {

using storage::catalogue::PlaceUse;
using storage::catalogue::ResidencyCheck;

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& word : words) out += (out.empty() ? "" : " ") + word;
    return out.empty() ? "none" : out;
}

std::string or_untold(const std::string& word) {
    return word.empty() ? "not-told" : word;
}

/// One line, whatever is in the value: a store's own words must not pass for lines of ours.
void add(std::string& out, std::string_view name, std::string_view value) {
    out += name;
    out += ": ";
    for (const char c : value) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    out += '\n';
}

std::string place_text(const PlaceUse& use) {
    const auto& [kind, endpoint, bucket, region, country, certificate] = use.place;
    std::string out = kind;
    if (!endpoint.empty()) out += " " + endpoint + " bucket " + bucket + " region " + or_untold(region);
    out += " country " + or_untold(country);
    if (!certificate.empty()) out += " certificate-sha256 " + storage::crypto::to_hex(certificate);
    return out + " first-seen " + policy::text(use.first_seen) + " last-seen " + policy::text(use.last_seen);
}

}  // namespace

std::string residency_statement(const ResidencyDeclaration& declared, const ResidencyMonth& month) {
    std::string out = "callvault residency statement\n";
    add(out, "controller", declared.controller);
    const auto first = policy::text(policy::Date{month.month / std::chrono::day{1}});
    add(out, "month", std::string_view(first).substr(0, first.size() - 3));
    add(out, "made", policy::text(month.made_at));
    add(out, "declared-countries", joined(declared.stored_in));
    add(out, "declared-allowed", declared.allowed.empty() ? "all-of-the-list" : joined(declared.allowed));
    for (const auto& vault : declared.vaults)
        add(out, "declared-vault", vault.kind + " country " + or_untold(vault.country));
    add(out, "declared-store-statement", declared.statement.empty() ? "none" : declared.statement);
    add(out, "list-of-countries-as-of", policy::text(policy::storage_countries_as_of()));
    add(out, "list-of-regions-as-of", policy::text(policy::regions_as_of()));
    for (const auto& use : month.places) {
        if (use.id) add(out, "place-" + std::to_string(*use.id), place_text(use));
    }
    for (const auto& use : month.places) {
        const std::string name = use.id ? "place-" + std::to_string(*use.id) : "place-not-recorded";
        add(out, name + "-recordings",
            std::to_string(use.recordings) + " received-in-month " + std::to_string(use.arrived));
    }
    const auto good = std::ranges::count_if(month.checks, [](const ResidencyCheck& one) { return one.faults.empty(); });
    add(out, "checks", std::to_string(month.checks.size()) + " good " + std::to_string(good));
    for (const auto& check : month.checks) {
        for (const auto& fault : check.faults)
            add(out, "fault", policy::text(check.checked_at) + " gateway " + check.gateway + " " + fault);
    }
    return out;
}

}  // namespace gateway::recordings
