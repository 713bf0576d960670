#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gateway::observe {

/// Only goes up. Lock-free.
class Counter {
  public:
    void add(std::uint64_t n = 1) noexcept { value_.fetch_add(n, std::memory_order_relaxed); }
    std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

  private:
    std::atomic<std::uint64_t> value_{0};
};

/// Goes up and down. Lock-free.
class Gauge {
  public:
    void set(std::int64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
    void add(std::int64_t n) noexcept { value_.fetch_add(n, std::memory_order_relaxed); }
    std::int64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

  private:
    std::atomic<std::int64_t> value_{0};
};

/// Counts values into fixed buckets (each bound is the greatest value of its bucket). Lock-free.
class Histogram {
  public:
    explicit Histogram(std::vector<double> bounds);
    void observe(double value) noexcept;

    const std::vector<double>& bounds() const { return bounds_; }
    std::uint64_t bucket(std::size_t index) const { return buckets_[index].load(std::memory_order_relaxed); }
    double sum() const noexcept { return sum_.load(std::memory_order_relaxed); }

  private:
    std::vector<double> bounds_;
    std::unique_ptr<std::atomic<std::uint64_t>[]> buckets_;  ///< One more than bounds: the last holds the rest.
    std::atomic<double> sum_{0};
};

/// Label names and values, values from small fixed sets of ours (route names, codes): never anything from a caller.
using Labels = std::vector<std::pair<std::string, std::string>>;

/// From 1 ms to 60 s, for durations in seconds.
std::vector<double> duration_bounds_in_seconds();

/// All metrics of the process, printed in the Prometheus text format. Asking twice for a name and labels gives the same
/// metric; a name asked for with another type throws std::logic_error.
///
/// Thread safety: all members from any thread. Look a metric up once and keep the reference: looking up takes a lock.
/// Lifetime:      references stay valid as long as the registry.
class Registry {
  public:
    Counter& counter(std::string_view name, std::string_view help, Labels labels = {});
    Gauge& gauge(std::string_view name, std::string_view help, Labels labels = {});
    Histogram& histogram(std::string_view name, std::string_view help, std::vector<double> bounds, Labels labels = {});

    /// A gauge whose value is read when the text is made; `read` is called from whatever thread calls text() and must
    /// not block. What it captures outlives the registry's last text().
    void computed(std::string_view name, std::string_view help, Labels labels, std::function<double()> read);

    /// The Prometheus text exposition format, version 0.0.4, families sorted by name.
    std::string text() const;

  private:
    enum class Kind { kCounter, kGauge, kHistogram, kComputed };
    struct Series {
        Labels labels;
        std::unique_ptr<Counter> counter;
        std::unique_ptr<Gauge> gauge;
        std::unique_ptr<Histogram> histogram;
        std::function<double()> read;
    };
    struct Family {
        Kind kind = Kind::kCounter;
        std::string help;
        std::map<std::string, Series> series;  ///< By the labels as printed.
    };
    Series& series(std::string_view name, std::string_view help, Kind kind, Labels labels);

    mutable std::mutex mutex_;
    std::map<std::string, Family, std::less<>> families_;
};

}  // namespace gateway::observe
