#include "gateway/observe/log.hpp"

#include <pthread.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>

#include "gateway/observe/json_text.hpp"

namespace gateway::observe {
namespace {

std::string_view name_of(Level level) {
    switch (level) {
        case Level::kDebug:
            return "debug";
        case Level::kInfo:
            return "info";
        case Level::kWarning:
            return "warning";
        case Level::kError:
            return "error";
    }
    return "error";
}

template <class T>
void append_number(std::string& out, T value) {
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    out.append(text.data(), end);
}

struct AppendValue {
    std::string& out;
    void operator()(std::string_view text) const { append_json_string(out, text); }
    void operator()(bool value) const { out += value ? "true" : "false"; }
    void operator()(double value) const {
        if (std::isfinite(value)) {
            append_number(out, value);
        } else {
            out += "null";
        }
    }
    void operator()(std::int64_t value) const { append_number(out, value); }
    void operator()(std::uint64_t value) const { append_number(out, value); }
};

void write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t n = ::write(descriptor, text.data(), text.size());
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return;  // Nobody is left to tell.
        text.remove_prefix(static_cast<std::size_t>(n));
    }
}

}  // namespace

void LogField::append_to(std::string& out) const {
    append_json_string(out, name_);
    out.push_back(':');
    std::visit(AppendValue{out}, value_);
}

Log::Log(const Clock& clock, Level least, int descriptor, std::size_t queue_bytes)
    : clock_(clock), least_(least), descriptor_(descriptor), queue_bytes_(queue_bytes), writer_([this] { run(); }) {
    pthread_setname_np(writer_.native_handle(), "log");
}

Log::~Log() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    writer_.join();
}

std::string Log::line_of(Level level, std::string_view event, LogFields fields) const {
    std::string line = R"({"at":)";
    append_json_string(line, policy::text(clock_.now()));
    line += R"(,"level":)";
    append_json_string(line, name_of(level));
    line += R"(,"event":)";
    append_json_string(line, event);
    for (const LogField& field : fields) {
        line.push_back(',');
        field.append_to(line);
    }
    line += "}\n";
    return line;
}

void Log::write(Level level, std::string_view event, LogFields fields) {
    if (level < least_) return;
    const std::string line = line_of(level, event, fields);
    {
        const std::lock_guard lock(mutex_);
        if (queue_.size() + line.size() > queue_bytes_) {
            dropped_.fetch_add(1, std::memory_order_relaxed);
            return;
        }
        queue_ += line;
    }
    changed_.notify_all();
}

void Log::flush() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return queue_.empty() && !writing_; });
}

void Log::run() {
    std::unique_lock lock(mutex_);
    std::string batch;
    for (;;) {
        changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
        if (queue_.empty()) return;
        batch.clear();
        std::swap(batch, queue_);
        writing_ = true;
        const std::uint64_t dropped = this->dropped();
        const std::uint64_t lost = dropped - dropped_told_;
        dropped_told_ = dropped;
        lock.unlock();
        write_all(descriptor_, batch);
        lock.lock();
        writing_ = false;
        changed_.notify_all();
        if (lost == 0 || least_ > Level::kWarning) continue;
        queue_ += line_of(Level::kWarning, "log.lines_dropped", {{"lines", lost}});  // past the bound: one line
    }
}

}  // namespace gateway::observe
