#include "gateway/observe/system_clock.hpp"

#include <date/tz.h>

#include <exception>
#include <string>

namespace gateway::observe {
namespace {

class ZonedClock final : public Clock {
  public:
    explicit ZonedClock(const date::time_zone* zone) : zone_(zone) {}

    policy::Instant now() const override {
        return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    }

    policy::Date local_date(policy::Instant instant) const override {
        const auto local = std::chrono::floor<std::chrono::seconds>(instant);
        const auto days = date::floor<date::days>(zone_->to_local(local));
        return policy::Date(std::chrono::sys_days(days.time_since_epoch()));
    }

    policy::Instant start_of(policy::Date date) const override {
        const date::local_days midnight{std::chrono::sys_days(date).time_since_epoch()};
        // Where the zone skips midnight, "earliest" is the moment of the change; where midnight comes twice, the first.
        return zone_->to_sys(midnight, date::choose::earliest);
    }

  private:
    const date::time_zone* zone_;
};

}  // namespace

policy::Result<std::unique_ptr<Clock>> SystemClock::create(std::string_view zone) {
    // date's tz library reports an unknown zone and an unreadable database by exception: translated here.
    try {
        return std::unique_ptr<Clock>(std::make_unique<ZonedClock>(date::locate_zone(std::string(zone))));
    } catch (const std::exception& error) {
        return policy::fail(policy::Code::kInvalid, "no time zone '" + std::string(zone) + "': " + error.what());
    }
}

}  // namespace gateway::observe
