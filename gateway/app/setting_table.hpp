#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "gateway/app/setting_value.hpp"
#include "gateway/app/settings.hpp"

namespace gateway::app {

/// One setting: its name, what its value looks like, its default (none: it must be given), and one sentence.
struct Setting {
    std::string_view key;
    Shape shape;
    std::optional<std::string_view> fallback;
    std::string_view sentence;
    void (*set)(Settings&, const Value&);
    bool secret = false;  ///< May hold a password: left out of the digest and never printed.
};

/// A table of the file. `[name]`, or `[[name]]` when it may stand any number of times: then `add` appends an entry, and
/// the settings' `set` writes into the last one.
struct Section {
    std::string_view name;
    std::string_view sentence;
    std::vector<Setting> settings;
    void (*add)(Settings&) = nullptr;
};

/// All settings, in the order of the reference page. The one place that knows them: the loader, its messages, the
/// reference page, the default file and the digest all follow this table.
std::span<const Section> setting_sections();

}  // namespace gateway::app
