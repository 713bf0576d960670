#include "gateway/app/residency_faults.hpp"

#include <algorithm>

#include "gateway/app/policy_values.hpp"
#include "policy/region.hpp"
#include "policy/residency.hpp"
#include "storage/net/url.hpp"

namespace gateway::app {

namespace {

using Faults = std::vector<ResidencyFault>;

std::string host_of(const Settings::Objects& objects) {
    const auto endpoint = storage::net::parse_https(objects.endpoint);
    return endpoint.has_value() ? endpoint->host : std::string();
}

void check_list(const Settings& settings, policy::Date today, Faults& out) {
    const auto& said = settings.residency;
    for (const std::string& country : said.allowed) {
        if (!policy::may_store_in(country))
            out.push_back(
                {"residency.allowed", '"' + country + "\" is outside the EEA (rule 42): take it out of the list"});
    }
    if (!said.allowed.empty() && said.as_of.empty()) {
        out.push_back({"residency.as_of", "is missing: a list of countries needs the day on which it was drawn up"});
        return;
    }
    const policy::ResidencyList site = residency_of(settings);
    if (site.valid_until && *site.valid_until < today) {
        out.push_back({"residency.valid_until", "the list of countries has run out: review it and give it a new date"});
        return;
    }
    for (const std::string& country : said.stored_in) {
        if (!policy::may_store_in(country, site, today))
            out.push_back(
                {"residency.stored_in", '"' + country + "\" may not hold recordings, keys or backups (rule 42)"});
    }
}

/// A country that is told must be one of those that everything lies in.
void check_country(const Settings& settings, const std::string& key, const std::string& country, Faults& out) {
    const auto& all = settings.residency.stored_in;
    if (country.empty() || std::ranges::find(all, country) != all.end()) return;
    out.push_back({key, "lies in " + country + ", which residency.stored_in does not name: " +
                            (policy::may_store_in(country) ? "add it there, if it may be" : "it is outside the EEA")});
}

/// `section`: what the configuration calls it.
void check_store(const Settings& settings, const Settings::Objects& objects, const std::string& section, Faults& out) {
    if (objects.kind != "s3") {
        check_country(settings, section + ".country", objects.country, out);
        return;
    }
    const auto listed = policy::country_of_region(host_of(objects), objects.region);
    if (listed && !objects.country.empty() && objects.country != *listed)
        out.push_back({section + ".country", "region " + objects.region + " of this provider lies in " +
                                                 std::string(*listed) + ", not in " + objects.country});
    if (!listed && objects.country.empty())
        out.push_back({section + ".country", "is needed: nobody can tell from the endpoint and region \"" +
                                                 objects.region + "\" in which country the store lies"});
    if (!listed && objects.statement.empty())
        out.push_back({"objects.statement",
                       "is needed with a country that only you tell: name the document in which "
                       "who runs the store says so"});
    check_country(settings, section + ".region", country_of(objects), out);
}

/// `section`: what the configuration calls it.
void check_vault(const Settings& settings, const Settings::Vault& vault, const std::string& section, Faults& out) {
    if (vault.kind == "none") return;
    if (vault.kind == "pkcs11" && vault.country.empty())
        out.push_back({section + ".country", "is needed with kind = \"pkcs11\": a token may be anywhere"});
    check_country(settings, section + ".country", vault.country, out);
}

}  // namespace

std::string country_of(const Settings::Objects& objects) {
    if (objects.kind != "s3") return objects.country;
    const auto listed = policy::country_of_region(host_of(objects), objects.region);
    return listed ? std::string(*listed) : objects.country;
}

Faults residency_faults(const Settings& settings, policy::Date today) {
    Faults out;
    check_list(settings, today, out);
    check_store(settings, settings.objects, "objects", out);
    check_store(settings, settings.old_objects, "objects.old", out);
    check_vault(settings, settings.vault, "vault", out);
    check_vault(settings, settings.old_vault, "vault.old", out);
    return out;
}

}  // namespace gateway::app
