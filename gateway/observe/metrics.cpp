#include "gateway/observe/metrics.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <stdexcept>

namespace gateway::observe {
namespace {

void append_label_value(std::string& out, std::string_view value) {
    for (const char c : value) {
        if (c == '\\' || c == '"') out.push_back('\\');
        if (c == '\n') {
            out += "\\n";
        } else {
            out.push_back(c);
        }
    }
}

/// `a="x",b="y"`, without braces; the key of a series.
std::string printed(const Labels& labels) {
    std::string out;
    for (const auto& [name, value] : labels) {
        if (!out.empty()) out.push_back(',');
        out += name;
        out += "=\"";
        append_label_value(out, value);
        out.push_back('"');
    }
    return out;
}

std::string number(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
    std::array<char, 32> text{};
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

void append_sample(std::string& out, std::string_view name, std::string_view suffix, std::string_view labels,
                   std::string_view value) {
    out += name;
    out += suffix;
    if (!labels.empty()) {
        out.push_back('{');
        out += labels;
        out.push_back('}');
    }
    out.push_back(' ');
    out += value;
    out.push_back('\n');
}

void append_histogram(std::string& out, std::string_view name, const std::string& labels, const Histogram& histogram) {
    const std::string prefix = labels.empty() ? "" : labels + ",";
    std::uint64_t count = 0;
    for (std::size_t i = 0; i <= histogram.bounds().size(); ++i) {
        count += histogram.bucket(i);
        const bool last = i == histogram.bounds().size();
        const std::string bound = last ? "+Inf" : number(histogram.bounds()[i]);
        auto bucket = prefix;
        bucket.append("le=\"").append(bound).append("\"");
        append_sample(out, name, "_bucket", bucket, std::to_string(count));
    }
    append_sample(out, name, "_sum", labels, number(histogram.sum()));
    append_sample(out, name, "_count", labels, std::to_string(count));
}

}  // namespace

Histogram::Histogram(std::vector<double> bounds)
    : bounds_(std::move(bounds)), buckets_(new std::atomic<std::uint64_t>[bounds_.size() + 1]()) {
    if (!std::is_sorted(bounds_.begin(), bounds_.end())) throw std::logic_error("histogram bounds are not in order");
}

void Histogram::observe(double value) noexcept {
    const auto bound = std::lower_bound(bounds_.begin(), bounds_.end(), value);
    const auto index = static_cast<std::size_t>(bound - bounds_.begin());
    buckets_[index].fetch_add(1, std::memory_order_relaxed);
    sum_.fetch_add(value, std::memory_order_relaxed);
}

std::vector<double> duration_bounds_in_seconds() {
    return {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};
}

Registry::Series& Registry::series(std::string_view name, std::string_view help, Kind kind, Labels labels) {
    auto family = families_.find(name);
    if (family == families_.end()) {
        family = families_.try_emplace(std::string(name)).first;
        family->second.kind = kind;
        family->second.help = std::string(help);
    }
    if (family->second.kind != kind) throw std::logic_error("metric asked for with another type: " + std::string(name));
    std::string key = printed(labels);
    Series& found = family->second.series[std::move(key)];
    if (found.labels.empty()) found.labels = std::move(labels);
    return found;
}

Counter& Registry::counter(std::string_view name, std::string_view help, Labels labels) {
    const std::lock_guard lock(mutex_);
    auto& counter = series(name, help, Kind::kCounter, std::move(labels)).counter;
    if (!counter) counter = std::make_unique<Counter>();
    return *counter;
}

Gauge& Registry::gauge(std::string_view name, std::string_view help, Labels labels) {
    const std::lock_guard lock(mutex_);
    auto& gauge = series(name, help, Kind::kGauge, std::move(labels)).gauge;
    if (!gauge) gauge = std::make_unique<Gauge>();
    return *gauge;
}

Histogram& Registry::histogram(std::string_view name, std::string_view help, std::vector<double> bounds,
                               Labels labels) {
    const std::lock_guard lock(mutex_);
    auto& histogram = series(name, help, Kind::kHistogram, std::move(labels)).histogram;
    if (!histogram) histogram = std::make_unique<Histogram>(std::move(bounds));
    return *histogram;
}

void Registry::computed(std::string_view name, std::string_view help, Labels labels, std::function<double()> read) {
    const std::lock_guard lock(mutex_);
    series(name, help, Kind::kComputed, std::move(labels)).read = std::move(read);
}

std::string Registry::text() const {
    const std::lock_guard lock(mutex_);
    std::string out;
    for (const auto& [name, family] : families_) {
        static constexpr std::array<std::string_view, 4> kTypes = {"counter", "gauge", "histogram", "gauge"};
        out.append("# HELP ").append(name).append(" ").append(family.help);
        out.append("\n# TYPE ").append(name).append(" ");
        out += kTypes[static_cast<std::size_t>(family.kind)];
        out.push_back('\n');
        for (const auto& [labels, series] : family.series) {
            if (series.counter) append_sample(out, name, "", labels, std::to_string(series.counter->value()));
            if (series.gauge) append_sample(out, name, "", labels, std::to_string(series.gauge->value()));
            if (series.read) append_sample(out, name, "", labels, number(series.read()));
            if (series.histogram) append_histogram(out, name, labels, *series.histogram);
        }
    }
    return out;
}

}  // namespace gateway::observe
