#include "policy/time.hpp"

#include <array>
#include <charconv>
#include <cstdio>

namespace policy {

namespace {

using std::chrono::day;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::last;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::month;
using std::chrono::months;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::year;

/// Takes exactly `digits` decimal digits off the front of `text`.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
    if (text.size() < digits) return std::nullopt;
    int value = 0;
    for (const char c : text.substr(0, digits)) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    text.remove_prefix(digits);
    return value;
}

bool take(std::string_view& text, char expected) {
    if (text.empty() || text.front() != expected) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<Date> take_date(std::string_view& text) {
    const auto y = take_number(text, 4);
    if (!y || !take(text, '-')) return std::nullopt;
    const auto m = take_number(text, 2);
    if (!m || !take(text, '-')) return std::nullopt;
    const auto d = take_number(text, 2);
    if (!d) return std::nullopt;
    const Date date{year{*y}, month{static_cast<unsigned>(*m)}, day{static_cast<unsigned>(*d)}};
    return date.ok() ? std::optional(date) : std::nullopt;
}

std::optional<milliseconds> take_time(std::string_view& text) {
    const auto h = take_number(text, 2);
    if (!h || *h > 23 || !take(text, ':')) return std::nullopt;
    const auto m = take_number(text, 2);
    if (!m || *m > 59 || !take(text, ':')) return std::nullopt;
    const auto s = take_number(text, 2);
    if (!s || *s > 59) return std::nullopt;
    int fraction = 0;
    if (take(text, '.')) {
        std::size_t count = 0;
        for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; ++count) {
            if (count < 3) fraction = fraction * 10 + (text.front() - '0');
            text.remove_prefix(1);
        }
        if (count == 0 || count > 9) return std::nullopt;
        for (; count < 3; ++count) fraction *= 10;
    }
    return hours{*h} + minutes{*m} + seconds{*s} + milliseconds{fraction};
}

std::optional<minutes> take_offset(std::string_view& text) {
    if (take(text, 'Z') || take(text, 'z')) return minutes{0};
    if (text.empty() || (text.front() != '+' && text.front() != '-')) return std::nullopt;
    const int sign = text.front() == '-' ? -1 : 1;
    text.remove_prefix(1);
    const auto h = take_number(text, 2);
    if (!h || *h > 23 || !take(text, ':')) return std::nullopt;
    const auto m = take_number(text, 2);
    if (!m || *m > 59) return std::nullopt;
    return sign * (hours{*h} + minutes{*m});
}

}  // namespace

Date add_months(Date date, int count) {
    const Date moved = date + months{count};
    return moved.ok() ? moved : Date{moved.year() / moved.month() / last};
}

Date add_days(Date date, int count) {
    return Date{sys_days{date} + days{count}};
}

std::string text(Date date) {
    std::array<char, 32> out{};
    static_cast<void>(std::snprintf(out.data(), out.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day())));
    return out.data();
}

std::string text(Instant instant) {
    const auto midnight = std::chrono::floor<days>(instant);
    const std::chrono::hh_mm_ss time{instant - midnight};
    std::array<char, 40> out{};
    static_cast<void>(std::snprintf(out.data(), out.size(), "T%02d:%02d:%02d.%03dZ",
                                    static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                                    static_cast<int>(time.seconds().count()),
                                    static_cast<int>(time.subseconds().count())));
    return text(Date{midnight}) + out.data();
}

std::optional<Date> parse_date(std::string_view text) {
    const auto date = take_date(text);
    return text.empty() ? date : std::nullopt;
}

std::optional<Instant> parse_instant(std::string_view text) {
    const auto date = take_date(text);
    if (!date || !(take(text, 'T') || take(text, 't'))) return std::nullopt;
    const auto time = take_time(text);
    if (!time) return std::nullopt;
    const auto offset = take_offset(text);
    if (!offset || !text.empty()) return std::nullopt;
    return Instant{sys_days{*date}.time_since_epoch()} + *time - *offset;
}

}  // namespace policy
