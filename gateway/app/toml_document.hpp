#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gateway/app/setting_value.hpp"

namespace gateway::app {

/// One `key = value` of a TOML file.
struct TomlEntry {
    std::string key;
    std::optional<RawValue> value;  ///< Nothing when no setting can have a value like that (a float, a nested table).
    unsigned line = 0;
};

/// One `[name]`, or one of several `[[name]]`.
struct TomlTable {
    std::string name;
    bool of_array = false;  ///< Stood as [[name]].
    unsigned line = 0;
    std::vector<TomlEntry> entries;  ///< In the order of the lines.
};

struct TomlError {
    unsigned line = 0;
    std::string what;
};

/// Takes a TOML text apart: tables in the order of the lines; keys outside any table are in one without name. The only
/// file that knows toml++.
std::variant<std::vector<TomlTable>, TomlError> read_toml(std::string_view text);

}  // namespace gateway::app
