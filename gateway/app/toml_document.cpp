#include "gateway/app/toml_document.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <utility>

namespace gateway::app {

namespace {

unsigned line_of(const toml::node& node) {
    return node.source().begin.line;
}

std::optional<RawValue> list_of(const toml::array& array) {
    std::vector<std::string> members;
    for (const toml::node& one : array) {
        const auto text = one.value_exact<std::string>();
        if (!text) return std::nullopt;
        members.push_back(*text);
    }
    return members;
}

std::string two_digits(unsigned number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
}

std::optional<RawValue> value_of(const toml::node& node) {
    if (const auto text = node.value_exact<std::string>()) return *text;
    if (const auto number = node.value_exact<std::int64_t>()) return *number;
    if (const auto flag = node.value_exact<bool>()) return *flag;
    if (const auto date = node.value_exact<toml::date>()) {  // TOML has dates of its own: valid_until = 2027-01-31
        return std::to_string(date->year) + '-' + two_digits(date->month) + '-' + two_digits(date->day);
    }
    if (const auto time = node.value_exact<toml::time>()) {
        if (time->second != 0 || time->nanosecond != 0) return std::nullopt;  // no setting is that exact
        return two_digits(time->hour) + ':' + two_digits(time->minute);
    }
    if (const toml::array* array = node.as_array()) return list_of(*array);
    return std::nullopt;
}

/// [a.b] or [[a.b]]: a table of its own, named so; and not `b = { ... }` in [a].
bool is_table_within(const toml::node& node) {
    return node.is_table() && !node.as_table()->is_inline();
}

TomlTable table_of(std::string name, const toml::table& table, bool of_array) {
    TomlTable out{std::move(name), of_array, line_of(table), {}};
    for (const auto& [key, node] : table) {
        if (is_table_within(node)) continue;
        out.entries.push_back({std::string(key.str()), value_of(node), key.source().begin.line});
    }
    std::stable_sort(out.entries.begin(), out.entries.end(),
                     [](const TomlEntry& a, const TomlEntry& b) { return a.line < b.line; });
    return out;
}

bool holds_tables(const toml::array& array) {
    return !array.empty() && array.is_homogeneous(toml::node_type::table);
}

}  // namespace

std::variant<std::vector<TomlTable>, TomlError> read_toml(std::string_view text) {
    std::vector<TomlTable> tables;
    TomlTable loose;
    try {
        const toml::table document = toml::parse(text);
        for (const auto& [key, node] : document) {
            const std::string name(key.str());
            if (const toml::table* table = node.as_table()) {
                tables.push_back(table_of(name, *table, false));
                for (const auto& [inner, below] : *table) {
                    if (is_table_within(below))
                        tables.push_back(table_of(name + '.' + std::string(inner.str()), *below.as_table(), false));
                }
            } else if (node.is_array() && holds_tables(*node.as_array())) {
                for (const toml::node& one : *node.as_array()) tables.push_back(table_of(name, *one.as_table(), true));
            } else {
                loose.entries.push_back({name, value_of(node), key.source().begin.line});
                loose.line = loose.line == 0 ? key.source().begin.line : loose.line;
            }
        }
    } catch (const toml::parse_error& error) {
        return TomlError{error.source().begin.line, std::string(error.description())};
    }
    if (!loose.entries.empty()) tables.push_back(std::move(loose));
    std::stable_sort(tables.begin(), tables.end(),
                     [](const TomlTable& a, const TomlTable& b) { return a.line < b.line; });
    return tables;
}

}  // namespace gateway::app
