#include "gateway/jobs/clock_watch.hpp"

#include <algorithm>
#include <ctime>
#include <fstream>
#include <string>
#include <utility>

#include "gateway/jobs/job_entry.hpp"

namespace gateway::jobs {

using boost::asio::awaitable;
using policy::Result;
using std::chrono::milliseconds;
namespace catalogue = storage::catalogue;

namespace {

constexpr milliseconds kClockEvery{30'000};

catalogue::Moment now_by(const observe::Clock& clock) {
    timespec since{};
    ::clock_gettime(CLOCK_BOOTTIME, &since);
    const auto passed = std::chrono::seconds{since.tv_sec} + std::chrono::nanoseconds{since.tv_nsec};
    return {clock.now(), std::chrono::duration_cast<milliseconds>(passed)};
}

}  // namespace

Result<catalogue::BootId> this_boot() {
    std::string text;
    std::ifstream("/proc/sys/kernel/random/boot_id") >> text;
    std::erase(text, '-');
    const auto id = catalogue::BootId::parse(text);
    if (!id) return policy::fail(policy::Code::kUnavailable, "/proc/sys/kernel/random/boot_id cannot be read");
    return *id;
}

awaitable<Result<ClockWatch::Reading>> ClockWatch::read() {
    const auto stored = co_await services_.catalogue.status().clocks(boot_, services_.deadline());
    if (stored.has_error()) co_return stored.error();
    Reading out;
    out.now = now_by(services_.clock);
    out.clocks.own = out.now.wall;
    out.clocks.high_water = stored->high_water;
    out.clocks.database = stored->database;
    if (stored->seen) out.clocks.drift = (out.now.wall - stored->seen->wall) - (out.now.passed - stored->seen->passed);
    // A clock that was set moves no day forward.
    const auto high_water = stored->high_water.value_or(out.now.wall);
    const bool set = policy::clock_jump(out.clocks, limits_).has_value();
    out.sure_day = services_.clock.local_date(set ? high_water : std::max(high_water, out.now.wall));
    services_.days.set(out.sure_day);
    co_return out;
}

awaitable<Result<policy::Clocks>> ClockWatch::clocks() {
    const auto reading = co_await read();
    if (reading.has_error()) co_return reading.error();
    co_return reading->clocks;
}

awaitable<Result<void>> ClockWatch::tell(const std::optional<policy::BrakeFinding>& jump) {
    services_.metrics.gauge("callvault_clock_jumped", "1 while the clock differs from the time that really passed.")
        .set(jump ? 1 : 0);
    if (!jump) {
        told_.reset();
        co_return Result<void>{};
    }
    services_.log.error("clock.jumped",
                        {{"what", jump->sentence},
                         {"way_out", "put the clock right, or let two people continue the purge that this stops"}});
    if (told_ == jump->reason) co_return Result<void>{};
    auto entry = job_entry(services_, storage::audit::Action::kClockJump, storage::audit::Outcome::kFailed);
    entry.reason(storage::audit::Word::of(jump->reason));
    const auto recorded = co_await recordings::record(services_, std::move(entry));
    if (recorded.has_value()) told_ = jump->reason;
    co_return recorded;
}

awaitable<Result<milliseconds>> ClockWatch::step() {
    const auto reading = co_await read();
    if (reading.has_error()) co_return reading.error();
    const auto& clocks = reading->clocks;
    const auto high_water = clocks.high_water.value_or(clocks.own);
    const auto behind = std::chrono::duration_cast<std::chrono::seconds>(high_water - clocks.own).count();
    services_.metrics.gauge("callvault_clock_behind_seconds", "How far the clock is behind the latest time ever seen.")
        .set(std::max<std::int64_t>(0, behind));
    const auto jump = policy::clock_jump(clocks, limits_);
    if (!jump) {
        const auto marked = co_await services_.catalogue.status().mark_clock(boot_, reading->now, services_.deadline());
        if (marked.has_error()) co_return marked.error();
    }
    const auto told = co_await tell(jump);
    if (told.has_error()) co_return told.error();
    co_return kClockEvery;
}

awaitable<Result<policy::Date>> ClockWatch::sure_day() {
    const auto reading = co_await read();
    if (reading.has_error()) co_return reading.error();
    co_return reading->sure_day;
}

awaitable<Result<void>> ClockWatch::accept(catalogue::PurgeRunId run, std::string still_accepted,
                                           storage::audit::Entry entry) {
    const auto now = now_by(services_.clock);
    const auto accepted = co_await services_.catalogue.status().accept_clock(
        boot_, now, run, still_accepted, recordings::entry_bytes(entry), services_.deadline());
    if (accepted.has_value()) services_.days.set(services_.clock.local_date(now.wall));
    co_return accepted;
}

}  // namespace gateway::jobs
