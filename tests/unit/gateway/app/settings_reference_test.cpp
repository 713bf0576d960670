#include "gateway/app/settings_reference.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "gateway/app/load_settings.hpp"
#include "gateway/app/setting_table.hpp"

namespace {

using namespace gateway::app;

TEST_CASE("The page of all settings says what the program knows") {
    const std::string file = CALLVAULT_ROOT "/deploy/docs/settings.md";
    std::ifstream stream(file);
    const std::string page{std::istreambuf_iterator<char>(stream), {}};
    // When this fails: callvault config reference >deploy/docs/settings.md, and look at what changed.
    REQUIRE((page == settings_reference()));
}

TEST_CASE("Every default is allowed by its own bounds, and every setting has one sentence") {
    std::set<std::string> names;
    for (const auto& section : setting_sections()) {
        REQUIRE(section.sentence.ends_with('.'));
        for (const auto& setting : section.settings) {
            const auto name = std::string(section.name) + "." + std::string(setting.key);
            INFO(name);
            REQUIRE(names.insert(name).second);
            REQUIRE(setting.sentence.ends_with('.'));
            if (setting.fallback) REQUIRE_NOTHROW(Value::of_default(*setting.fallback, setting.shape));
        }
    }
}

TEST_CASE("The default file lacks exactly what is needed, and parses once that is filled in") {
    const auto today = policy::parse_date("2026-11-24").value();
    std::string text = default_configuration();
    const auto untouched = parse_settings(text, "new.toml", "/etc/callvault", today);
    const auto* faults = std::get_if<std::vector<SettingFault>>(&untouched);
    REQUIRE(faults != nullptr);
    for (const auto& fault : *faults)
        REQUIRE_THAT(fault.text(),
                     Catch::Contains("needed") || Catch::Contains("empty") || Catch::Contains("not allowed"));
    for (const auto& [key, value] : {std::pair<std::string, std::string>{"country", "\"NL\""},
                                     {"stored_in", "[\"NL\"]"},
                                     {"url", "\"dbname=callvault\""}}) {
        text = std::regex_replace(text, std::regex("\n" + key + " = [^\n]*"), "\n" + key + " = " + value);
    }
    text = std::regex_replace(text, std::regex("\n([a-z_]+) = \"\"  # needed"), "\n$1 = \"filled-in\"");
    const auto filled = parse_settings(text, "new.toml", "/etc/callvault", today);
    if (const auto* left = std::get_if<std::vector<SettingFault>>(&filled)) FAIL(left->front().text());
    // With every default uncommented it means the same.
    const auto single = text.substr(0, text.find("\n# [["));
    const auto spelled = std::regex_replace(single, std::regex("\n# ([a-z_]+ = )"), "\n$1");
    const auto whole = parse_settings(spelled, "new.toml", "/etc/callvault", today);
    if (const auto* left = std::get_if<std::vector<SettingFault>>(&whole)) FAIL(left->front().text());
    REQUIRE(std::get<LoadedSettings>(whole).digest == std::get<LoadedSettings>(filled).digest);
}

}  // namespace
