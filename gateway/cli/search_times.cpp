#include "gateway/cli/search_times.hpp"

#include "gateway/cli/exit_code.hpp"
#include "policy/time.hpp"

namespace gateway::cli {

namespace {

std::string limit(std::string_view text, const observe::Clock* zone, int days_later) {
    if (policy::parse_instant(text)) return std::string(text);
    const auto day = policy::parse_date(text);
    if (!day) {
        throw CommandError(
            Exit::kUsage,
            "\"" + std::string(text.substr(0, 64)) +
                "\" is neither a day (2026-11-01) nor a time with its offset (2026-11-01T08:00:00+01:00)");
    }
    if (zone == nullptr) {
        throw CommandError(
            Exit::kUsage,
            "the deployment's time zone is in the configuration, which this user may not read: give a time with "
            "its offset, such as " +
                policy::text(*day) + "T00:00:00+01:00");
    }
    return policy::text(zone->start_of(policy::add_days(*day, days_later)));
}

}  // namespace

std::string search_from(std::string_view text, const observe::Clock* zone) {
    return limit(text, zone, 0);
}
std::string search_to(std::string_view text, const observe::Clock* zone) {
    return limit(text, zone, 1);
}

}  // namespace gateway::cli
