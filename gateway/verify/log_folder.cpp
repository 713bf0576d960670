#include "gateway/verify/log_folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "gateway/verify/report.hpp"

namespace gateway::verify {

namespace {

constexpr std::size_t kMaxRecord = 2U << 20U;

std::string padded(std::uint64_t number) {
    std::string digits = std::to_string(number);
    return std::string(20 - digits.size(), '0') + digits;
}

std::optional<std::uint64_t> parse_padded(const std::string& name) {
    if (name.size() != 20 || name.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
    std::uint64_t number = 0;
    for (const char c : name) {
        const auto digit = static_cast<std::uint64_t>(c - '0');
        if (number > (UINT64_MAX - digit) / 10) return std::nullopt;
        number = number * 10 + digit;
    }
    return number;
}

class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }

  private:
    int fd_;
};

[[noreturn]] void unreadable(const std::filesystem::path& path, const char* why) {
    throw Unreadable(path.string() + " cannot be read: " + why);
}

}  // namespace

std::optional<std::string> read_file(const std::filesystem::path& path, std::size_t limit) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) {
        if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
        unreadable(path, std::strerror(errno));
    }
    struct stat facts {};
    if (::fstat(file.get(), &facts) != 0) unreadable(path, std::strerror(errno));
    if (!S_ISREG(facts.st_mode)) unreadable(path, "it is not a file");
    if (static_cast<std::uint64_t>(facts.st_size) > limit) unreadable(path, "it is larger than such a file can be");
    std::string bytes(static_cast<std::size_t>(facts.st_size), '\0');
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ::ssize_t count = ::read(file.get(), bytes.data() + done, bytes.size() - done);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) unreadable(path, std::strerror(errno));
        if (count == 0) break;
        done += static_cast<std::size_t>(count);
    }
    bytes.resize(done);
    return bytes;
}

LogFolder::LogFolder(std::filesystem::path root) : root_(std::move(root)) {
    std::error_code error;
    if (!std::filesystem::is_directory(root_, error)) throw Unreadable(root_.string() + " is not a folder");
    const bool store = std::filesystem::is_directory(root_ / "log", error);
    log_ = store ? root_ / "log" : root_;
    if (!store && !std::filesystem::exists(root_ / "checkpoint", error) &&
        !std::filesystem::exists(root_ / "tile", error) && !std::filesystem::exists(root_ / "ledger", error)) {
        throw Unreadable(root_.string() +
                         " holds no log: expected log/checkpoint and log/tile, or checkpoint and tile");
    }
}

std::vector<StoredCheckpoint> LogFolder::checkpoints() const {
    std::error_code error;
    if (std::filesystem::is_regular_file(log_ / "checkpoint", error))
        return {{"checkpoint", std::nullopt, "checkpoint"}};
    std::vector<StoredCheckpoint> found;
    for (const auto& [place, words] :
         {std::pair{"checkpoint/", "checkpoint "}, std::pair{"witnessed/", "witnessed checkpoint "}}) {
        for (std::filesystem::directory_iterator it(log_ / place, error), end; !error && it != end;
             it.increment(error)) {
            const std::string name = it->path().filename().string();
            if (const auto size = parse_padded(name))
                found.push_back({words + std::to_string(*size), size, place + name});
        }
        error.clear();
    }
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.size < b.size; });
    return found;
}

std::optional<std::string> LogFolder::get(const std::string& path, std::size_t limit) const {
    return read_file(log_ / path, limit);
}

std::vector<std::uint64_t> LogFolder::ledger_records() const {
    std::vector<std::uint64_t> numbers;
    std::error_code error;
    for (std::filesystem::directory_iterator it(root_ / "ledger", error), end; !error && it != end;
         it.increment(error)) {
        if (const auto number = parse_padded(it->path().filename().string())) numbers.push_back(*number);
    }
    std::sort(numbers.begin(), numbers.end());
    return numbers;
}

std::optional<std::string> LogFolder::ledger_record(std::uint64_t number) const {
    return read_file(root_ / "ledger" / padded(number), kMaxRecord);
}

}  // namespace gateway::verify
