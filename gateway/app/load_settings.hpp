#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gateway/app/settings.hpp"
#include "policy/time.hpp"

namespace gateway::app {

/// One thing that is wrong with the configuration file.
struct SettingFault {
    std::string file;      ///< As the caller named it.
    unsigned line = 0;     ///< From 1; 0 when the fault is something that is missing.
    std::string key;       ///< "server.port", "sender[2].teams" (entries are counted from 1); empty for the whole file.
    std::string sentence;  ///< What is wrong and what is allowed.

    /// "callvault.toml:12: server.port: 99999 is not allowed: use a whole number from 0 to 65535"
    std::string text() const;
};

/// A configuration that was read and is sound in itself. Nothing outside the file was looked at: whether certificates
/// can be read and the database answers is `callvault doctor`'s business.
struct LoadedSettings {
    Settings settings;
    /// SHA-256 in hexadecimal over every setting in its canonical form, in the table's order, defaults included and
    /// secrets left out: the same for two files that mean the same. Goes into the audit log at start and reload.
    std::string digest;
};

/// Reads a configuration file (TOML). Relative paths are taken from the file's folder. Every fault of the file is in
/// the answer, in the order of the lines. `today`: what dated lists are checked against. Blocks (reads one file).
std::variant<LoadedSettings, std::vector<SettingFault>> load_settings(const std::filesystem::path& file,
                                                                      policy::Date today);

/// The same from a text; `name` stands in the messages, `folder` is what relative paths are taken from.
std::variant<LoadedSettings, std::vector<SettingFault>> parse_settings(std::string_view text, std::string name,
                                                                       const std::filesystem::path& folder,
                                                                       policy::Date today);

}  // namespace gateway::app
