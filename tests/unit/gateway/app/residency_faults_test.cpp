#include "gateway/app/residency_faults.hpp"

#include <catch2/catch.hpp>

using gateway::app::country_of;
using gateway::app::residency_faults;
using gateway::app::Settings;

namespace {

constexpr policy::Date kLookedOn{std::chrono::year{2026}, std::chrono::November, std::chrono::day{27}};

Settings in_a_bucket(const std::string& host, const std::string& region) {
    Settings out;
    out.objects.kind = "s3";
    out.objects.endpoint = "https://" + host;
    out.objects.region = region;
    out.vault.kind = "file";
    out.residency.stored_in = {"NL", "DE"};
    return out;
}

std::vector<std::string> keys_of(const Settings& settings) {
    std::vector<std::string> out;
    for (const auto& fault : residency_faults(settings, kLookedOn)) out.push_back(fault.key);
    return out;
}

using Keys = std::vector<std::string>;

}  // namespace

TEST_CASE("A listed region needs no word of the operator's, and bears none against it") {
    auto settings = in_a_bucket("s3.eu-central-1.amazonaws.com", "eu-central-1");
    CHECK(country_of(settings.objects) == "DE");
    CHECK(keys_of(settings).empty());
    settings.objects.country = "DE";
    CHECK(keys_of(settings).empty());
    settings.objects.country = "NL";
    CHECK(keys_of(settings) == Keys{"objects.country"});
    CHECK(country_of(settings.objects) == "DE");
}

TEST_CASE("A region outside the EEA, or in a country that is not told to hold anything, is refused") {
    CHECK(keys_of(in_a_bucket("s3.eu-west-2.amazonaws.com", "eu-west-2")) == Keys{"objects.region"});
    CHECK(keys_of(in_a_bucket("s3.eu-central-2.amazonaws.com", "eu-central-2")) == Keys{"objects.region"});
    CHECK(keys_of(in_a_bucket("s3.eu-north-1.amazonaws.com", "eu-north-1")) == Keys{"objects.region"});
    auto own = in_a_bucket("store.example.org", "us-east-1");
    own.objects.country = "US";
    own.objects.statement = "contract 7";
    CHECK(keys_of(own) == Keys{"objects.region"});
}

TEST_CASE("A store of nobody's list needs a country and the document that says so") {
    auto settings = in_a_bucket("store.example.org", "eu-west-1");
    CHECK(keys_of(settings) == Keys{"objects.country", "objects.statement"});
    settings.objects.country = "NL";
    CHECK(keys_of(settings) == Keys{"objects.statement"});
    settings.objects.statement = "contract 7, annex B";
    CHECK(keys_of(settings).empty());
    CHECK(country_of(settings.objects) == "NL");
}

TEST_CASE("A token's country must be told, and be one of those that hold something") {
    Settings settings;
    settings.objects.kind = "file";
    settings.vault.kind = "pkcs11";
    settings.residency.stored_in = {"NL"};
    CHECK(keys_of(settings) == Keys{"vault.country"});
    settings.vault.country = "FR";
    CHECK(keys_of(settings) == Keys{"vault.country"});
    settings.vault.country = "NL";
    CHECK(keys_of(settings).empty());
}

TEST_CASE("A list that has run out is a fault from the next day on") {
    Settings settings;
    settings.objects.kind = settings.vault.kind = "file";
    settings.residency = {{"NL"}, {"NL"}, "2026-01-01", "2026-11-26", {}};
    CHECK(keys_of(settings) == Keys{"residency.valid_until"});
    settings.residency.valid_until = "2026-11-27";
    CHECK(keys_of(settings).empty());
}
