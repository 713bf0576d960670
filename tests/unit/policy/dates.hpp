#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "policy/time.hpp"

namespace tests {

/// The day of an ISO 8601 date; throws when there is none such.
inline policy::Date day(std::string_view iso) {
    return policy::parse_date(iso).value();
}

/// The moment of an RFC 3339 date-time; throws when it is none.
inline policy::Instant at(std::string_view rfc3339) {
    return policy::parse_instant(rfc3339).value();
}

/// Days of a month by the rhyme, so that calendar arithmetic is checked against something else than <chrono>.
inline int days_in_month(int year, int month) {
    constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : kDays[month - 1];
}

/// A date as three numbers.
struct Ymd {
    int year;
    int month;
    int day;

    /// `count` months later: the same day, or the last one of a shorter month.
    Ymd plus_months(int count) const {
        Ymd out = *this;
        for (int i = 0; i < count; ++i) {
            out.year += out.month == 12 ? 1 : 0;
            out.month = out.month % 12 + 1;
        }
        const int last = days_in_month(out.year, out.month);
        out.day = day < last ? day : last;
        return out;
    }

    Ymd next() const {
        if (day < days_in_month(year, month)) return {year, month, day + 1};
        return month < 12 ? Ymd{year, month + 1, 1} : Ymd{year + 1, 1, 1};
    }

    policy::Date date() const {
        return policy::Date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                            std::chrono::day{static_cast<unsigned>(day)}};
    }
};

/// Every day from 2024-01-01 to 2032-12-31: nine years, three of them leap years.
inline std::vector<Ymd> every_day() {
    std::vector<Ymd> days;
    for (Ymd day{2024, 1, 1}; day.year < 2033; day = day.next()) days.push_back(day);
    return days;
}

}  // namespace tests
