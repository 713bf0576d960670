#include "gateway/app/setting_value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <span>
#include <stdexcept>
#include <utility>

#include "policy/period.hpp"
#include "policy/residency.hpp"
#include "policy/time.hpp"

namespace gateway::app {

namespace {

using Texts = std::vector<std::string>;

constexpr std::size_t kFingerprintDigits = 64;

struct Unit {
    std::string_view name;
    std::int64_t factor;
};
constexpr std::array<Unit, 7> kSizeUnits{{{"GiB", 1LL << 30},
                                          {"MiB", 1LL << 20},
                                          {"KiB", 1LL << 10},
                                          {"GB", 1'000'000'000},
                                          {"MB", 1'000'000},
                                          {"kB", 1'000},
                                          {"B", 1}}};
constexpr std::array<Unit, 4> kTimeUnits{{{"d", 86'400}, {"h", 3'600}, {"min", 60}, {"s", 1}}};

/// "64 MiB": a whole number, perhaps a space, one of the units. Nothing when it is not, or does not fit.
std::optional<std::int64_t> measure(std::string_view text, std::span<const Unit> units) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || number < 0) return std::nullopt;
    std::string_view name(end, static_cast<std::size_t>(text.data() + text.size() - end));
    if (name.starts_with(' ')) name.remove_prefix(1);
    for (const Unit& unit : units) {
        std::int64_t total = 0;
        if (unit.name == name && !__builtin_mul_overflow(number, unit.factor, &total)) return total;
    }
    return std::nullopt;
}

/// The largest unit that divides it: 5400 is "90 min".
std::string measured(std::int64_t number, std::span<const Unit> units, std::string_view last) {
    for (const Unit& unit : units) {
        const bool decimal = unit.name == "GB" || unit.name == "MB" || unit.name == "kB";
        if (!decimal && number != 0 && number % unit.factor == 0) {
            return std::to_string(number / unit.factor) + ' ' + std::string(unit.name);
        }
    }
    return std::to_string(number) + ' ' + std::string(last);
}

std::optional<std::string> fingerprint(std::string_view text) {
    std::string digits;
    for (const char c : text) {
        if (c == ':') continue;
        if (c >= 'A' && c <= 'F') {
            digits += static_cast<char>(c - 'A' + 'a');
        } else if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')) {
            digits += c;
        } else {
            return std::nullopt;
        }
    }
    if (digits.size() != kFingerprintDigits) return std::nullopt;
    return digits;
}

std::optional<std::int64_t> minutes_of_day(std::string_view text) {
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    for (const std::size_t i : {0U, 1U, 3U, 4U}) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
    }
    const int hours = (text[0] - '0') * 10 + text[1] - '0';
    const int minutes = (text[3] - '0') * 10 + text[4] - '0';
    if (hours > 23 || minutes > 59) return std::nullopt;
    return hours * 60 + minutes;
}

bool bounded(const Shape& shape) {
    return shape.min != 0 || shape.max != 0;
}

bool within(std::int64_t number, const Shape& shape) {
    return !bounded(shape) || (number >= shape.min && number <= shape.max);
}

bool is_allowed(const std::string& text, const Shape& shape) {
    return shape.allowed.empty() || std::find(shape.allowed.begin(), shape.allowed.end(), text) != shape.allowed.end();
}

bool good_text(const std::string& text, const Shape& shape) {
    const bool clean =
        std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
    return clean && within(static_cast<std::int64_t>(text.size()), shape) && is_allowed(text, shape);
}

/// The value as it is kept; nothing when the shape does not allow it.
std::optional<RawValue> checked_text(const std::string& text, const Shape& shape) {
    const auto keep = [&text](bool good) { return good ? std::optional<RawValue>(text) : std::nullopt; };
    switch (shape.form) {
        case Form::kText:
        case Form::kPath:
            return keep(good_text(text, shape));
        case Form::kDate:
            return keep(text.empty() || policy::parse_date(text));
        case Form::kPeriod:
            return keep(text.empty() || policy::parse_period(text));
        case Form::kCountry:
            return keep(policy::may_store_in(text));
        case Form::kFingerprint: {
            if (text.empty()) return text;
            const auto digits = fingerprint(text);
            return digits ? std::optional<RawValue>(*digits) : std::nullopt;
        }
        case Form::kBytes:
        case Form::kDuration: {
            const auto number = shape.form == Form::kBytes ? measure(text, kSizeUnits) : measure(text, kTimeUnits);
            return number && within(*number, shape) ? std::optional<RawValue>(*number) : std::nullopt;
        }
        case Form::kTimeOfDay: {
            const auto minutes = minutes_of_day(text);
            return minutes ? std::optional<RawValue>(*minutes) : std::nullopt;
        }
        case Form::kWhole:
        case Form::kFlag:
        case Form::kTexts:
        case Form::kPaths:
            break;
    }
    return std::nullopt;
}

std::optional<RawValue> checked(const RawValue& raw, const Shape& shape) {
    if (const auto* text = std::get_if<std::string>(&raw)) return checked_text(*text, shape);
    if (const auto* number = std::get_if<std::int64_t>(&raw)) {
        return shape.form == Form::kWhole && within(*number, shape) ? std::optional<RawValue>(raw) : std::nullopt;
    }
    if (std::holds_alternative<bool>(raw))
        return shape.form == Form::kFlag ? std::optional<RawValue>(raw) : std::nullopt;
    if (shape.form != Form::kTexts && shape.form != Form::kPaths) return std::nullopt;
    const auto& members = std::get<Texts>(raw);
    const bool good = std::all_of(members.begin(), members.end(),
                                  [&](const std::string& one) { return !one.empty() && good_text(one, shape); });
    return good ? std::optional<RawValue>(raw) : std::nullopt;
}

/// In quotes, as TOML has it, so that no two values look alike.
std::string in_quotes(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

std::string shown(const RawValue& raw) {
    if (const auto* text = std::get_if<std::string>(&raw)) return in_quotes(*text);
    if (const auto* number = std::get_if<std::int64_t>(&raw)) return std::to_string(*number);
    if (const auto* flag = std::get_if<bool>(&raw)) return *flag ? "true" : "false";
    std::string all = "[";
    for (const std::string& one : std::get<Texts>(raw)) all += (all.size() > 1 ? ", " : "") + in_quotes(one);
    return all + ']';
}

std::string range_in_words(const Shape& shape) {
    if (!bounded(shape)) return {};
    switch (shape.form) {
        case Form::kWhole:
            return " from " + std::to_string(shape.min) + " to " + std::to_string(shape.max);
        case Form::kBytes:
            return " from " + measured(shape.min, kSizeUnits, "B") + " to " + measured(shape.max, kSizeUnits, "B");
        case Form::kDuration:
            return " from " + measured(shape.min, kTimeUnits, "s") + " to " + measured(shape.max, kTimeUnits, "s");
        default:
            return " of " + std::to_string(shape.min) + " to " + std::to_string(shape.max) + " characters";
    }
}

std::string list_in_words(std::span<const std::string_view> allowed) {
    std::string all;
    for (const std::string_view one : allowed) {
        if (!all.empty()) all += ", ";
        all += one;
    }
    return all;
}

Texts split_members(std::string_view text) {
    Texts members;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(", "), text.size());
        members.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 2, text.size()));
    }
    return members;
}

/// A default of the table, as the file would hold it.
RawValue raw_default(std::string_view text, const Shape& shape) {
    switch (shape.form) {
        case Form::kFlag:
            return text == "true";
        case Form::kTexts:
        case Form::kPaths:
            return split_members(text);
        case Form::kWhole: {
            std::int64_t number = 0;
            std::from_chars(text.data(), text.data() + text.size(), number);
            return number;
        }
        default:
            return std::string(text);
    }
}

}  // namespace

policy::Result<Value> Value::check(const RawValue& raw, const Shape& shape) {
    auto kept = checked(raw, shape);
    if (!kept) {
        return policy::fail(policy::Code::kInvalid, shown(raw) + " is not allowed: use " + describe(shape));
    }
    return Value(std::move(*kept));
}

Value Value::of_default(std::string_view text, const Shape& shape) {
    auto kept = checked(raw_default(text, shape), shape);
    if (!kept && text.empty()) return Value(RawValue(std::string()));  // an optional text: none given
    if (!kept) throw std::logic_error("the table's default is not allowed by its own bounds: " + std::string(text));
    return Value(std::move(*kept));
}

const std::string& Value::text() const {
    const auto* text = std::get_if<std::string>(&value_);
    if (text == nullptr) throw std::logic_error("a setting is read as a text that is none");
    return *text;
}

const std::vector<std::string>& Value::texts() const {
    const auto* texts = std::get_if<Texts>(&value_);
    if (texts == nullptr) throw std::logic_error("a setting is read as a list that is none");
    return *texts;
}

bool Value::flag() const {
    const auto* flag = std::get_if<bool>(&value_);
    if (flag == nullptr) throw std::logic_error("a setting is read as a flag that is none");
    return *flag;
}

std::int64_t Value::number() const {
    const auto* number = std::get_if<std::int64_t>(&value_);
    if (number == nullptr) throw std::logic_error("a setting is read as a number that is none");
    return *number;
}

std::string Value::canonical() const {
    return shown(value_);
}

std::string describe(const Shape& shape) {
    const std::string range = range_in_words(shape);
    switch (shape.form) {
        case Form::kText:
            return shape.allowed.empty() ? "a text" + range : "one of: " + list_in_words(shape.allowed);
        case Form::kPath:
            return "a path";
        case Form::kWhole:
            return "a whole number" + range;
        case Form::kBytes:
            return "a size such as \"64 MiB\"" + (range.empty() ? range : "," + range);
        case Form::kDuration:
            return "a time such as \"90 s\", \"15 min\", \"8 h\" or \"7 d\"" + (range.empty() ? range : "," + range);
        case Form::kFlag:
            return "true or false";
        case Form::kTimeOfDay:
            return "a time of day such as \"02:30\"";
        case Form::kDate:
            return "a date such as \"2027-01-31\"";
        case Form::kPeriod:
            return "a number of months or years such as \"P3M\" or \"P5Y\"";
        case Form::kCountry:
            return "one of: " + list_in_words(policy::storage_countries());
        case Form::kFingerprint:
            return "a SHA-256 fingerprint of 64 hexadecimal digits";
        case Form::kTexts:
            return shape.allowed.empty() ? "a list of texts" : "a list of any of: " + list_in_words(shape.allowed);
        case Form::kPaths:
            return "a list of paths";
    }
    return "another value";
}

}  // namespace gateway::app
