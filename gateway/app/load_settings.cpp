#include "gateway/app/load_settings.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

#include "gateway/app/nearest_name.hpp"
#include "gateway/app/setting_checks.hpp"
#include "gateway/app/setting_table.hpp"
#include "gateway/app/toml_document.hpp"
#include "storage/crypto/bytes.hpp"
#include "storage/crypto/encoding.hpp"
#include "storage/crypto/sha256.hpp"

namespace gateway::app {

namespace {

constexpr std::size_t kMaxFileBytes = std::size_t{1024} * 1024;

/// Reads tables into settings, by the table of settings; collects faults and the digest's text on the way.
class Loader {
  public:
    Loader(std::string name, std::filesystem::path folder, policy::Date today)
        : name_(std::move(name)), folder_(std::move(folder)), today_(today) {}

    void load(const std::vector<TomlTable>& tables) {
        refuse_unknown_tables(tables);
        for (const Section& section : setting_sections()) {
            if (section.add == nullptr) {
                load_single(section, tables);
            } else {
                load_array(section, tables);
            }
        }
        for (SettingComplaint& complaint : check_settings(settings_, today_)) {
            fault(line_of(complaint.key), complaint.key, std::move(complaint.sentence));
        }
    }

    void fault(unsigned line, std::string key, std::string sentence) {
        faults_.push_back({name_, line, std::move(key), std::move(sentence)});
    }

    std::variant<LoadedSettings, std::vector<SettingFault>> finish() {
        if (faults_.empty()) {
            const auto digest = storage::crypto::sha256(storage::crypto::bytes_of(canonical_));
            return LoadedSettings{std::move(settings_), storage::crypto::to_hex(digest)};
        }
        std::stable_sort(faults_.begin(), faults_.end(),
                         [](const SettingFault& a, const SettingFault& b) { return a.line < b.line; });
        return std::move(faults_);
    }

  private:
    void refuse_unknown_tables(const std::vector<TomlTable>& tables) {
        std::vector<std::string_view> names;
        for (const Section& section : setting_sections()) names.push_back(section.name);
        for (const TomlTable& table : tables) {
            if (std::find(names.begin(), names.end(), table.name) != names.end()) continue;
            if (table.name.empty()) {
                for (const TomlEntry& entry : table.entries) {
                    const bool is_table = std::find(names.begin(), names.end(), entry.key) != names.end();
                    fault(entry.line, entry.key,
                          is_table ? "this is a table: write [" + entry.key + "] or [[" + entry.key + "]]"
                                   : "stands outside of any table; settings belong into one, such as [server]");
                }
                continue;
            }
            const auto nearest = nearest_name(table.name, names);
            fault(table.line, table.name,
                  "no such table" + (nearest ? "; did you mean " + std::string(*nearest) + "?" : std::string()));
        }
    }

    void load_single(const Section& section, const std::vector<TomlTable>& tables) {
        const TomlTable* found = nullptr;
        for (const TomlTable& table : tables) {
            if (table.name != section.name) continue;
            if (table.of_array) {
                fault(table.line, std::string(section.name),
                      "stands once only: write [" + std::string(section.name) + "]");
                return;
            }
            found = &table;
        }
        load_table(section, found, std::string(section.name));
    }

    void load_array(const Section& section, const std::vector<TomlTable>& tables) {
        std::size_t count = 0;
        for (const TomlTable& table : tables) {
            if (table.name != section.name) continue;
            if (!table.of_array) {
                fault(table.line, std::string(section.name),
                      "may stand several times: write [[" + std::string(section.name) + "]]");
                return;
            }
            section.add(settings_);
            const std::string prefix = std::string(section.name) + '[' + std::to_string(++count) + ']';
            lines_[prefix] = table.line;
            load_table(section, &table, prefix);
        }
    }

    void load_table(const Section& section, const TomlTable* table, const std::string& prefix) {
        for (const Setting& setting : section.settings) {
            const TomlEntry* entry = find(table, setting.key);
            apply(setting, entry, prefix, table == nullptr ? 0 : table->line);
        }
        if (table != nullptr) refuse_unknown_keys(section, *table, prefix);
    }

    static const TomlEntry* find(const TomlTable* table, std::string_view key) {
        if (table == nullptr) return nullptr;
        for (const TomlEntry& entry : table->entries) {
            if (entry.key == key) return &entry;
        }
        return nullptr;
    }

    void apply(const Setting& setting, const TomlEntry* entry, const std::string& prefix, unsigned table_line) {
        const std::string key = prefix + '.' + std::string(setting.key);
        lines_[key] = entry == nullptr ? table_line : entry->line;
        if (entry == nullptr) {
            if (!setting.fallback) {
                fault(table_line, key, "missing: " + std::string(setting.sentence));
                return;
            }
            take(setting, key, Value::of_default(*setting.fallback, setting.shape));
            return;
        }
        auto value = entry->value ? Value::check(resolved(*entry->value, setting), setting.shape)
                                  : policy::Result<Value>(policy::fail(policy::Code::kInvalid,
                                                                       "not allowed: use " + describe(setting.shape)));
        if (!value) {
            fault(entry->line, key,
                  setting.secret ? "not allowed: use " + describe(setting.shape) : value.error().what);
        } else if (!setting.fallback && is_empty(*entry->value)) {
            fault(entry->line, key, "must not be empty: " + std::string(setting.sentence));
        } else {
            take(setting, key, *value);
        }
    }

    void take(const Setting& setting, const std::string& key, const Value& value) {
        setting.set(settings_, value);
        if (!setting.secret) canonical_ += key + " = " + value.canonical() + '\n';
    }

    static bool is_empty(const RawValue& raw) {
        const auto* text = std::get_if<std::string>(&raw);
        const auto* texts = std::get_if<std::vector<std::string>>(&raw);
        return (text != nullptr && text->empty()) || (texts != nullptr && texts->empty());
    }

    /// Relative paths are the file's neighbours, wherever the program was started.
    RawValue resolved(const RawValue& raw, const Setting& setting) const {
        const auto absolute = [this](const std::string& path) {
            return path.empty() ? path : (folder_ / path).lexically_normal().string();
        };
        if (const auto* text = std::get_if<std::string>(&raw); text != nullptr && setting.shape.form == Form::kPath) {
            return absolute(*text);
        }
        if (const auto* texts = std::get_if<std::vector<std::string>>(&raw);
            texts != nullptr && setting.shape.form == Form::kPaths) {
            std::vector<std::string> all;
            for (const std::string& one : *texts) all.push_back(absolute(one));
            return all;
        }
        return raw;
    }

    void refuse_unknown_keys(const Section& section, const TomlTable& table, const std::string& prefix) {
        std::vector<std::string_view> names;
        for (const Setting& setting : section.settings) names.push_back(setting.key);
        for (const TomlEntry& entry : table.entries) {
            if (std::find(names.begin(), names.end(), entry.key) != names.end()) continue;
            const auto nearest = nearest_name(entry.key, names);
            fault(entry.line, prefix + '.' + entry.key,
                  "no such setting" + (nearest ? "; did you mean " + std::string(*nearest) + "?" : std::string()));
        }
    }

    unsigned line_of(const std::string& key) const {
        const auto found = lines_.find(key);
        return found == lines_.end() ? 0 : found->second;
    }

    std::string name_;
    std::filesystem::path folder_;
    policy::Date today_;
    Settings settings_;
    std::vector<SettingFault> faults_;
    std::map<std::string, unsigned> lines_;
    std::string canonical_;
};

}  // namespace

std::string SettingFault::text() const {
    std::string out = file;
    if (line != 0) out += ':' + std::to_string(line);
    out += ": ";
    if (!key.empty()) out += key + ": ";
    return out + sentence;
}

std::variant<LoadedSettings, std::vector<SettingFault>> parse_settings(std::string_view text, std::string name,
                                                                       const std::filesystem::path& folder,
                                                                       policy::Date today) {
    Loader loader(std::move(name), folder, today);
    const auto document = read_toml(text);
    if (const auto* error = std::get_if<TomlError>(&document)) {
        loader.fault(error->line, {}, error->what);
    } else {
        loader.load(std::get<std::vector<TomlTable>>(document));
    }
    return loader.finish();
}

std::variant<LoadedSettings, std::vector<SettingFault>> load_settings(const std::filesystem::path& file,
                                                                      policy::Date today) {
    std::error_code ignored;
    const bool folder = std::filesystem::is_directory(file, ignored);  // one opens, and throws when it is read
    std::ifstream stream;
    if (!folder) stream.open(file, std::ios::binary);
    if (!stream.is_open()) return std::vector{SettingFault{file.string(), 0, {}, "cannot be read"}};
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    if (text.size() > kMaxFileBytes) return std::vector{SettingFault{file.string(), 0, {}, "has more than 1 MiB"}};
    return parse_settings(text, file.string(), std::filesystem::absolute(file).parent_path(), today);
}

}  // namespace gateway::app
