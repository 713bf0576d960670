#include "policy/region.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace policy {

namespace {

/// `provider`: what its endpoints end in.
struct Region {
    std::string_view provider;
    std::string_view name;
    std::string_view country;
};

/// Regions of Europe, also those outside the EEA: to be refused by name rather than as unknown.
constexpr std::array kRegions{
    Region{"amazonaws.com", "eu-central-1", "DE"},
    Region{"amazonaws.com", "eu-central-2", "CH"},
    Region{"amazonaws.com", "eu-north-1", "SE"},
    Region{"amazonaws.com", "eu-south-1", "IT"},
    Region{"amazonaws.com", "eu-south-2", "ES"},
    Region{"amazonaws.com", "eu-west-1", "IE"},
    Region{"amazonaws.com", "eu-west-2", "GB"},
    Region{"amazonaws.com", "eu-west-3", "FR"},
    Region{"amazonaws.com", "us-east-1", "US"},
    Region{"exo.io", "at-vie-1", "AT"},
    Region{"exo.io", "at-vie-2", "AT"},
    Region{"exo.io", "bg-sof-1", "BG"},
    Region{"exo.io", "ch-dk-2", "CH"},
    Region{"exo.io", "ch-gva-2", "CH"},
    Region{"exo.io", "de-fra-1", "DE"},
    Region{"exo.io", "de-muc-1", "DE"},
    Region{"exo.io", "hr-zag-1", "HR"},
    Region{"io.cloud.ovh.net", "bhs", "CA"},
    Region{"io.cloud.ovh.net", "de", "DE"},
    Region{"io.cloud.ovh.net", "gra", "FR"},
    Region{"io.cloud.ovh.net", "rbx", "FR"},
    Region{"io.cloud.ovh.net", "sbg", "FR"},
    Region{"io.cloud.ovh.net", "sgp", "SG"},
    Region{"io.cloud.ovh.net", "uk", "GB"},
    Region{"io.cloud.ovh.net", "waw", "PL"},
    Region{"ionoscloud.com", "eu-central-2", "DE"},
    Region{"scw.cloud", "fr-par", "FR"},
    Region{"scw.cloud", "it-mil", "IT"},
    Region{"scw.cloud", "nl-ams", "NL"},
    Region{"scw.cloud", "pl-waw", "PL"},
    Region{"wasabisys.com", "eu-central-1", "NL"},
    Region{"wasabisys.com", "eu-central-2", "DE"},
    Region{"wasabisys.com", "eu-west-1", "GB"},
    Region{"wasabisys.com", "eu-west-2", "FR"},
    Region{"your-objectstorage.com", "fsn1", "DE"},
    Region{"your-objectstorage.com", "hel1", "FI"},
    Region{"your-objectstorage.com", "nbg1", "DE"},
};

/// Whether the host is the provider's own name or lies below it: a name that only ends alike is somebody else's.
bool belongs_to(std::string_view host, std::string_view provider) {
    if (!host.ends_with(provider)) return false;
    return host.size() == provider.size() || host[host.size() - provider.size() - 1] == '.';
}

}  // namespace

std::optional<std::string_view> country_of_region(std::string_view host, std::string_view region) {
    const auto found = std::ranges::find_if(
        kRegions, [&](const Region& one) { return one.name == region && belongs_to(host, one.provider); });
    return found == kRegions.end() ? std::nullopt : std::optional(found->country);
}

Date regions_as_of() {
    return Date{std::chrono::year{2026}, std::chrono::November, std::chrono::day{27}};
}

}  // namespace policy
