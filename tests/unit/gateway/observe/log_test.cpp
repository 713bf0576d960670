#include "gateway/observe/log.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <sstream>
#include <thread>
#include <vector>

namespace {

using namespace gateway::observe;
using namespace std::chrono_literals;

class StoppedClock final : public Clock {
  public:
    policy::Instant now() const override { return policy::Instant(std::chrono::milliseconds(1'800'000'000'123)); }
    policy::Date local_date(policy::Instant instant) const override {
        return std::chrono::floor<std::chrono::days>(instant);
    }
    policy::Instant start_of(policy::Date date) const override { return std::chrono::sys_days(date); }
};

const StoppedClock kClock;

/// A file in memory that a log writes into.
class LogFile {
  public:
    ~LogFile() { ::close(descriptor_); }
    int descriptor() const { return descriptor_; }
    std::vector<std::string> lines() const {
        std::string text(static_cast<std::size_t>(::lseek(descriptor_, 0, SEEK_END)), '\0');
        REQUIRE(::pread(descriptor_, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()));
        std::vector<std::string> out;
        std::istringstream stream(text);
        for (std::string line; std::getline(stream, line);) out.push_back(line);
        return out;
    }

  private:
    int descriptor_ = ::memfd_create("log", 0);
};

TEST_CASE("A line is one JSON object with time, level, event and the fields") {
    const LogFile file;
    Log log(kClock, Level::kInfo, file.descriptor());
    log.info("http.request", {{"status", 200U},
                              {"offset", -5},
                              {"ms", 1.5},
                              {"kept", true},
                              {"route", "a\"b\n"},
                              {"ratio", std::numeric_limits<double>::quiet_NaN()},
                              {"most", std::numeric_limits<std::uint64_t>::max()}});
    log.flush();
    const auto lines = file.lines();
    REQUIRE(lines.size() == 1);
    REQUIRE(
        lines[0] ==
        R"({"at":"2027-01-15T08:00:00.123Z","level":"info","event":"http.request","status":200,"offset":-5,"ms":1.5,)"
        R"("kept":true,"route":"a\"b\n","ratio":null,"most":18446744073709551615})");
    REQUIRE(boost::json::parse(lines[0]).at("route").as_string() == "a\"b\n");
}

TEST_CASE("Lines below the least level are not written") {
    const LogFile file;
    Log log(kClock, Level::kWarning, file.descriptor());
    log.info("quiet");
    log.warning("loud");
    log.error("louder");
    log.write(Level::kDebug, "quiet");
    log.flush();
    REQUIRE(file.lines().size() == 2);
}

TEST_CASE("Lines of many threads do not mix, and the destructor writes what is queued") {
    const LogFile file;
    {
        Log log(kClock, Level::kInfo, file.descriptor());
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&log, t] {
                for (int i = 0; i < 500; ++i) log.info("event", {{"thread", t}, {"i", i}});
            });
        }
        for (auto& thread : threads) thread.join();
    }
    const auto lines = file.lines();
    REQUIRE(lines.size() == 2000);
    std::array<int, 4> next{};
    for (const auto& line : lines) {
        const auto object = boost::json::parse(line).as_object();
        auto& expected = next.at(static_cast<std::size_t>(object.at("thread").as_int64()));
        REQUIRE(object.at("i").as_int64() == expected++);
    }
}

TEST_CASE("A reader that is stuck blocks nobody: lines past the queue's bound are dropped, counted and told") {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    ::fcntl(ends[1], F_SETPIPE_SZ, 4096);
    constexpr std::uint64_t kLines = 5000;
    std::uint64_t dropped = 0;
    std::string text;
    {
        Log log(kClock, Level::kInfo, ends[1], 64 * 1024);
        const auto begun = std::chrono::steady_clock::now();
        for (std::uint64_t i = 0; i < kLines; ++i) log.info("event", {{"i", i}, {"filler", std::string(50, 'x')}});
        REQUIRE(std::chrono::steady_clock::now() - begun < 5s);  // nobody reads the pipe
        dropped = log.dropped();
        REQUIRE(dropped > 1000);
        std::thread reader([&] {
            std::array<char, 65536> piece{};
            for (ssize_t n = 0; (n = ::read(ends[0], piece.data(), piece.size())) > 0;)
                text.append(piece.data(), static_cast<std::size_t>(n));
        });
        log.flush();
        log.flush();
        ::usleep(100'000);  // the line about the dropped ones is written by the writer itself
        log.flush();
        REQUIRE(log.dropped() == dropped);
        ::close(ends[1]);
        reader.join();
    }
    ::close(ends[0]);
    std::uint64_t events = 0;
    std::uint64_t told = 0;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        const auto object = boost::json::parse(line).as_object();
        if (object.at("event").as_string() == "event") ++events;
        if (object.at("event").as_string() == "log.lines_dropped")
            told += static_cast<std::uint64_t>(object.at("lines").as_int64());
    }
    REQUIRE(events + dropped == kLines);
    REQUIRE(told == dropped);
}

TEST_CASE("Every dropped line is told in the end, however full the queue was when it came to tell") {
    const LogFile file;
    Log log(kClock, Level::kInfo, file.descriptor(), 200);  // one line fits, hardly two
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&log] {
            for (int i = 0; i < 2000; ++i) log.info("event", {{"i", i}});
        });
    }
    for (auto& thread : threads) thread.join();
    log.flush();
    log.info("event", {{"i", -1}});  // what was dropped since the last telling is told with the next line
    log.flush();
    const auto dropped = log.dropped();
    REQUIRE(dropped > 0);
    std::uint64_t events = 0;
    std::uint64_t told = 0;
    for (const auto& line : file.lines()) {
        const auto object = boost::json::parse(line).as_object();
        if (object.at("event").as_string() == "event") ++events;
        if (object.at("event").as_string() == "log.lines_dropped")
            told += static_cast<std::uint64_t>(object.at("lines").as_int64());
    }
    REQUIRE(events + dropped == 8001);
    REQUIRE(told == dropped);
}

}  // namespace
