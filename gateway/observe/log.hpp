#pragma once

#include <atomic>
#include <concepts>
#include <condition_variable>
#include <cstdint>
#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <variant>

#include "gateway/observe/clock.hpp"

namespace gateway::observe {

enum class Level { kDebug, kInfo, kWarning, kError };

/// One named value of a log line. Names are ours and snake_case. Values are numbers, codes and random ids: no personal
/// data, nothing that a caller wrote (no URL, header, name, number), no secret.
class LogField {
  public:
    LogField(std::string_view name, std::string_view text) : name_(name), value_(text) {}
    LogField(std::string_view name, const char* text) : name_(name), value_(std::string_view(text)) {}
    LogField(std::string_view name, const std::string& text) : name_(name), value_(std::string_view(text)) {}
    LogField(std::string_view name, bool value) : name_(name), value_(value) {}
    LogField(std::string_view name, double value) : name_(name), value_(value) {}
    template <std::signed_integral T>
    LogField(std::string_view name, T value) : name_(name), value_(static_cast<std::int64_t>(value)) {}
    template <std::unsigned_integral T>
    requires(!std::same_as<T, bool>) LogField(std::string_view name, T value)
        : name_(name), value_(static_cast<std::uint64_t>(value)) {}

    std::string_view name() const { return name_; }
    /// Appends `"name":value`.
    void append_to(std::string& out) const;

  private:
    std::string_view name_;
    std::variant<std::string_view, bool, double, std::int64_t, std::uint64_t> value_;
};

using LogFields = std::initializer_list<LogField>;

/// Writes one JSON object a line: {"at":"...Z","level":"info","event":"http.request",...}. A thread of its own writes,
/// so that no loop thread ever waits for a slow terminal or journal.
///
/// Thread safety: write() from any thread; takes a lock for a copy of the line.
/// Bounds:        at most `queue_bytes` wait; past that lines are dropped, counted, and the count is logged.
/// Lifetime:      the destructor writes what is queued.
class Log {
  public:
    static constexpr std::size_t kDefaultQueueBytes = std::size_t{4} * 1024 * 1024;

    /// Writes to `descriptor` (not closed; 2 is stderr) lines of `least` or above.
    explicit Log(const Clock& clock, Level least = Level::kInfo, int descriptor = 2,
                 std::size_t queue_bytes = kDefaultQueueBytes);
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    /// `event` is a stable dotted name of ours ("http.request", "purge.finished").
    void write(Level level, std::string_view event, LogFields fields = {});
    void info(std::string_view event, LogFields fields = {}) { write(Level::kInfo, event, fields); }
    void warning(std::string_view event, LogFields fields = {}) { write(Level::kWarning, event, fields); }
    void error(std::string_view event, LogFields fields = {}) { write(Level::kError, event, fields); }

    /// Waits until everything written so far has reached the descriptor. For tests and the end of main.
    void flush();

    /// Lines dropped because the queue was full.
    std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

  private:
    std::string line_of(Level level, std::string_view event, LogFields fields) const;
    void run();

    const Clock& clock_;
    Level least_;
    int descriptor_;
    std::size_t queue_bytes_;
    std::atomic<std::uint64_t> dropped_{0};
    std::mutex mutex_;
    std::condition_variable changed_;
    std::string queue_;
    std::uint64_t dropped_told_ = 0;
    bool writing_ = false;
    bool stopping_ = false;
    std::thread writer_;
};

}  // namespace gateway::observe
