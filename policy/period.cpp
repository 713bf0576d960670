#include "policy/period.hpp"

namespace policy {

namespace {

constexpr int kLongestMonths = 30 * 12;

/// Takes "12M" or "5Y" off the front; one to three digits without a leading zero.
std::optional<int> take_number_before(std::string_view& text, char unit) {
    int value = 0;
    std::size_t digits = 0;
    while (digits < text.size() && digits < 3 && text[digits] >= '0' && text[digits] <= '9') {
        value = value * 10 + (text[digits] - '0');
        ++digits;
    }
    if (digits == 0 || text.front() == '0' || digits == text.size() || text[digits] != unit) return std::nullopt;
    text.remove_prefix(digits + 1);
    return value;
}

std::string count(int number, std::string_view unit) {
    return std::to_string(number) + " " + std::string(unit) + (number == 1 ? "" : "s");
}

}  // namespace

std::optional<Period> parse_period(std::string_view text) {
    if (text.size() < 3 || text.front() != 'P') return std::nullopt;
    text.remove_prefix(1);
    const int years = take_number_before(text, 'Y').value_or(0);
    const int months = take_number_before(text, 'M').value_or(0);
    const int total = years * 12 + months;
    if (!text.empty() || total < 1 || total > kLongestMonths) return std::nullopt;
    return Period{total};
}

std::string text(Period period) {
    const int years = period.months / 12;
    const int months = period.months % 12;
    std::string out = "P";
    if (years > 0) out += std::to_string(years) + "Y";
    if (months > 0 || years == 0) out += std::to_string(months) + "M";
    return out;
}

std::string words(Period period) {
    if (period.months > 0 && period.months % 12 == 0) return count(period.months / 12, "year");
    return count(period.months, "month");
}

}  // namespace policy
