#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace policy {

/// A moment, in milliseconds of UTC. Read from a clock outside policy and passed in.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

/// A calendar day in the deployment's time zone. Which day an instant falls on is computed by the caller.
using Date = std::chrono::year_month_day;

/// The same day `months` (>= 0) later, clamped to the end of a shorter month: 30 November + 3 is 28 or 29 February.
Date add_months(Date date, int months);

/// The day `days` later (earlier when negative).
Date add_days(Date date, int days);

std::string text(Date date);        ///< "2026-11-24"
std::string text(Instant instant);  ///< RFC 3339 in UTC with milliseconds: "2026-11-24T04:35:00.000Z"

/// "YYYY-MM-DD" of a day that exists, nothing else.
std::optional<Date> parse_date(std::string_view text);

/// RFC 3339 date-time with an offset ("Z", "+01:00"; "-00:00" too), up to nine fraction digits (cut to milliseconds);
/// seconds up to 59. Nothing else.
std::optional<Instant> parse_instant(std::string_view text);

}  // namespace policy
