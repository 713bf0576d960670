#include "gateway/cli/purge_preview.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/cli/render.hpp"

namespace gateway::cli {

namespace {

std::uint64_t number(const boost::json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_number()) return 0;
    boost::json::error_code error;
    const auto whole = value->to_number<std::uint64_t>(error);
    return error ? 0 : whole;
}

std::string words(const boost::json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value == nullptr ? std::string() : printable(words_of(*value));
}

std::string size_text(std::uint64_t bytes) {
    static constexpr std::array kUnits{"bytes", "KiB", "MiB", "GiB", "TiB"};
    auto size = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (; size >= 1024 && unit + 1 < kUnits.size(); ++unit) size /= 1024;
    std::array<char, 32> text{};
    static_cast<void>(std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f" : "%.1f", size));
    return std::string(text.data()) + ' ' + kUnits[unit];
}

std::string calls(std::uint64_t count) {
    return std::to_string(count) + (count == 1 ? " call" : " calls");
}

/// A row for each object of the list `name`, labelled by its member `label`.
template <class Label>
std::vector<std::pair<std::string, std::uint64_t>> rows_of(const boost::json::object& preview, std::string_view name,
                                                           Label label) {
    std::vector<std::pair<std::string, std::uint64_t>> out;
    const auto* list = preview.if_contains(name);
    if (list == nullptr || !list->is_array()) return out;
    for (const auto& row : list->get_array()) {
        if (row.is_object()) out.emplace_back(label(row.get_object()), number(row.get_object(), "count"));
    }
    return out;
}

std::string brake_text(std::string_view brake) {
    if (brake == "too_many") return "over 100 calls, and over three times the largest of the last 14 runs";
    if (brake == "clock_jump") return "the clock moved by over 5 minutes, or nothing was recorded for a day";
    if (brake == "clocks_disagree") return "the clocks of gateway, database and store disagree by over 5 minutes";
    return std::string(brake);
}

}  // namespace

std::string purge_preview_text(const boost::json::object& preview) {
    std::string out = "A purge now (" + words(preview, "date") + ") would take " + calls(number(preview, "count")) +
                      ", " + size_text(number(preview, "bytes")) + ". Nothing was changed.\n";
    const auto ages = rows_of(preview, "age_histogram", [](const auto& row) {
        const auto months = number(row, "months");
        return std::to_string(months) + (months == 1 ? " month" : " months");
    });
    if (!ages.empty()) out += "\nAge since the call:\n" + histogram(ages);
    const auto kept = rows_of(preview, "kept", [](const auto& row) { return words(row, "rule"); });
    if (!kept.empty()) {
        out += "\nDue and kept, by the rule that keeps it:\n" + histogram(kept);
    } else {
        out += "\nNothing that is due is kept.\n";
    }
    const auto* brake = preview.if_contains("brake");
    if (brake != nullptr && brake->is_array()) {
        out += "\nThe brake would stop it. Two people continue a stopped purge.\n";
        for (const auto& reason : brake->get_array()) out += "  " + brake_text(words_of(reason)) + "\n";
    }
    return out;
}

}  // namespace gateway::cli
