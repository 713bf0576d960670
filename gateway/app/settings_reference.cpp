#include "gateway/app/settings_reference.hpp"

#include <algorithm>
#include <string_view>

#include "gateway/app/setting_table.hpp"

namespace gateway::app {

namespace {

std::string heading(const Section& section) {
    const std::string name(section.name);
    return section.add == nullptr ? "[" + name + "]" : "[[" + name + "]]";
}

std::string quoted_list(std::string_view members) {
    std::string out = "[";
    while (!members.empty()) {
        const std::size_t end = std::min(members.find(", "), members.size());
        if (out.size() > 1) out += ", ";
        out += '"' + std::string(members.substr(0, end)) + '"';
        members.remove_prefix(std::min(end + 2, members.size()));
    }
    return out + "]";
}

/// A default as the file would hold it.
std::string toml_of(const Setting& setting) {
    std::string text(*setting.fallback);
    switch (setting.shape.form) {
        case Form::kWhole:
        case Form::kFlag:
            return text;
        case Form::kTexts:
        case Form::kPaths:
            return quoted_list(text);
        default:
            return '"' + text + '"';
    }
}

std::string escaped(std::string text) {
    for (std::size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) text.insert(at, "\\");
    return text;
}

}  // namespace

std::string settings_reference() {
    std::string page =
        "# Settings\n\n"
        "Printed by `callvault config reference`; a test keeps this page equal to the program. The file is TOML.\n"
        "`callvault config check FILE` reports everything that is wrong with a file, with line and allowed values;\n"
        "`callvault config default` prints a file to start from. Relative paths are taken from the file's folder. "
        "Tables in\n"
        "double brackets may stand any number of times.\n";
    for (const Section& section : setting_sections()) {
        page += "\n## " + heading(section) + "\n\n" + std::string(section.sentence) + "\n\n";
        page += "| setting | value | default | meaning |\n|---|---|---|---|\n";
        for (const Setting& setting : section.settings) {
            page += "| `" + std::string(setting.key) + "` | " + escaped(describe(setting.shape)) + " | ";
            page += setting.fallback ? '`' + toml_of(setting) + '`' : std::string("needed");
            page += " | " + escaped(std::string(setting.sentence)) + " |\n";
        }
    }
    return page;
}

std::string default_configuration() {
    std::string file =
        "# The configuration of callvault: every setting, those with a default commented out.\n"
        "# Check it with: callvault config check FILE\n";
    for (const Section& section : setting_sections()) {
        const std::string mark = section.add == nullptr ? "" : "# ";
        file += "\n# " + std::string(section.sentence) + "\n" + mark + heading(section) + "\n";
        for (const Setting& setting : section.settings) {
            file += "# " + std::string(setting.sentence) + "\n";
            if (setting.fallback) {
                file += "# " + std::string(setting.key) + " = " + toml_of(setting) + "\n";
            } else {
                file += mark + std::string(setting.key) + " = " + (setting.shape.form == Form::kTexts ? "[]" : "\"\"") +
                        "  # needed\n";
            }
        }
    }
    return file;
}

}  // namespace gateway::app
