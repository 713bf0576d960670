#include "tests/bench/load/load.hpp"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <stdexcept>
#include <utility>

#include "tests/bench/load/connection.hpp"

namespace bench {

namespace {

constexpr std::size_t kConnectingAtOnce = 64;
constexpr double kLongestConnecting = 60;

std::span<const char> map_file(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat facts {};
    if (file < 0 || ::fstat(file, &facts) != 0) throw std::runtime_error("cannot read " + path);
    const auto size = static_cast<std::size_t>(facts.st_size);
    void* at = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
    ::close(file);
    if (at == MAP_FAILED) throw std::runtime_error("cannot map " + path);
    return {static_cast<const char*>(at), size};
}

void allow_many_descriptors() {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Load::Load(Options options)
    : options_(std::move(options)),
      lines_(options_.requests, options_.mode == Mode::kPut ? "PUT" : "GET"),
      tls_(make_context(options_)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      file_(map_file(options_.file)) {
    const bool ranged = options_.mode == Mode::kRanges || options_.mode == Mode::kPaced;
    if (ranged && options_.longest > file_.size()) throw std::runtime_error("the file is shorter than a range");
    allow_many_descriptors();
    for (std::size_t i = 0; i < options_.connections; ++i) {
        connections_.push_back(std::make_unique<Connection>(*this, i));
    }
}

Load::~Load() {
    connections_.clear();
    ::munmap(const_cast<char*>(file_.data()), file_.size());
    ::close(epoll_);
}

std::optional<Request> Load::next_request(std::size_t index, std::uint64_t& position) {
    Request out{.head = {}, .first = 0, .size = file_.size()};
    if (options_.mode == Mode::kPut) {
        if (next_line_ == lines_.size()) return std::nullopt;
        out.head = lines_.at(next_line_++) + "Content-Length: " + std::to_string(out.size) + "\r\n\r\n";
        return out;
    }
    out.head = lines_.at(index % lines_.size());
    if (options_.mode == Mode::kRanges) {
        out.size = options_.shortest + random_() % (options_.longest - options_.shortest + 1);
        out.first = random_() % (file_.size() - out.size + 1);
    } else if (options_.mode == Mode::kPaced) {
        out.size = options_.shortest;
        if (position + out.size > file_.size()) position = 0;
        out.first = std::exchange(position, position + out.size);
    }
    if (options_.mode != Mode::kWhole) {
        out.head +=
            "Range: bytes=" + std::to_string(out.first) + "-" + std::to_string(out.first + out.size - 1) + "\r\n";
    }
    out.head += "\r\n";
    return out;
}

void Load::connect_all() {
    const double begun = now();
    std::size_t next = 0;
    while (true) {
        const auto open = static_cast<std::size_t>(
            std::count_if(connections_.begin(), connections_.end(), [](auto& c) { return c->ready(); }));
        if (open == connections_.size()) return;
        if (figures_.errors > 0 || now() - begun > kLongestConnecting) throw std::runtime_error("cannot connect all");
        while (next < connections_.size() && next - open < kConnectingAtOnce) connections_.at(next++)->open();
        turn();
    }
}

void Load::turn() {
    std::array<epoll_event, 512> events{};
    const int count = ::epoll_wait(epoll_, events.data(), events.size(), 5);
    for (int i = 0; i < count; ++i) static_cast<Connection*>(events.at(static_cast<std::size_t>(i)).data.ptr)->step();
    if (now() - sampled_ >= 0.1) sample();
}

void Load::sample() {
    sampled_ = now();
    if (options_.server.empty()) return;
    figures_.resident_peak = std::max(figures_.resident_peak, use_of(options_.server).resident_bytes);
}

/// Listeners begin one after another within a period, and ask again each period from then on.
void Load::plan_paced() {
    const double step = options_.period_seconds / static_cast<double>(connections_.size());
    for (double due = go_ + static_cast<double>(planned_) * step; due <= now();
         due = go_ + static_cast<double>(planned_) * step) {
        Connection& connection = *connections_.at(planned_++ % connections_.size());
        if (!connection.ready()) {
            if (measuring_) ++figures_.late;
            continue;
        }
        connection.ask(due);
    }
}

void Load::push_slow() {
    for (auto& connection : connections_) connection->step();
}

bool Load::all_idle() const {
    return std::all_of(connections_.begin(), connections_.end(), [](auto& c) { return !c->busy(); });
}

Figures Load::run() {
    figures_.resident_before = use_of(options_.server).resident_bytes;
    connect_all();
    go_ = now();
    if (options_.mode != Mode::kPaced) {
        for (auto& connection : connections_) connection->ask(go_);
    }
    double begun = go_;
    while (true) {
        turn();
        const double time = now();
        if (!measuring_ && time >= go_ + options_.warm_seconds) {
            measuring_ = true;
            begun = time;
            figures_.begun = use_of(options_.server);
        }
        if (measuring_ && time >= begun + options_.seconds) break;
        if (options_.mode == Mode::kPaced) plan_paced();
        if (options_.mode == Mode::kPut && options_.bytes_per_second > 0) push_slow();
        if (options_.mode != Mode::kPaced && all_idle()) break;
        if (figures_.errors > 1000) break;
    }
    figures_.seconds = now() - begun;
    sample();
    figures_.ended = use_of(options_.server);
    measuring_ = false;
    return figures_;
}

}  // namespace bench
