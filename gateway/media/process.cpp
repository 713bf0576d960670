#include "gateway/media/process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

namespace gateway::media {

namespace {

constexpr int kSocketOfWorker = 3;

/// What a started process gets: nowhere to read from or write to, and its socket.
class Actions {
  public:
    explicit Actions(int socket) {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        ::posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
        ::posix_spawn_file_actions_adddup2(&actions_, socket, kSocketOfWorker);
        ::posix_spawn_file_actions_addclosefrom_np(&actions_, kSocketOfWorker + 1);
        ::posix_spawn_file_actions_addchdir_np(&actions_, "/");
    }
    ~Actions() { ::posix_spawn_file_actions_destroy(&actions_); }
    Actions(const Actions&) = delete;
    Actions& operator=(const Actions&) = delete;
    const posix_spawn_file_actions_t* get() const { return &actions_; }

  private:
    posix_spawn_file_actions_t actions_{};
};

/// Signals that the server blocks or ignores are as usual in the worker.
class Attributes {
  public:
    Attributes() {
        ::posix_spawnattr_init(&attributes_);
        sigset_t none;
        sigset_t all;
        ::sigemptyset(&none);
        ::sigfillset(&all);
        ::posix_spawnattr_setsigmask(&attributes_, &none);
        ::posix_spawnattr_setsigdefault(&attributes_, &all);
        ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    ~Attributes() { ::posix_spawnattr_destroy(&attributes_); }
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;
    const posix_spawnattr_t* get() const { return &attributes_; }

  private:
    posix_spawnattr_t attributes_{};
};

}  // namespace

policy::Result<Process> Process::start(const std::string& program) {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
        return policy::fail(policy::Code::kUnavailable, "a media worker got no socket");
    const Actions actions(ends[1]);
    const Attributes attributes;
    std::string name = program;
    std::array<char*, 2> arguments{name.data(), nullptr};
    std::array<char*, 1> environment{nullptr};
    pid_t pid = -1;
    const int error =
        ::posix_spawn(&pid, program.c_str(), actions.get(), attributes.get(), arguments.data(), environment.data());
    ::close(ends[1]);
    if (error == 0) return Process(pid, ends[0]);
    ::close(ends[0]);
    return policy::fail(policy::Code::kUnavailable,
                        "the media worker " + program + " cannot be started: " + std::strerror(error));
}

Process::Process(Process&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), socket_(std::exchange(other.socket_, -1)) {}

Process& Process::operator=(Process&& other) noexcept {
    std::swap(pid_, other.pid_);
    std::swap(socket_, other.socket_);
    return *this;
}

Process::~Process() {
    if (socket_ >= 0) ::close(socket_);
    kill();
    while (pid_ > 0 && ::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
}

int Process::take_socket() noexcept {
    return std::exchange(socket_, -1);
}

void Process::kill() noexcept {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
}

std::optional<int> Process::gone() noexcept {
    int status = 0;
    if (pid_ <= 0) return status;
    const auto found = ::waitpid(pid_, &status, WNOHANG);
    if (found == 0 || (found < 0 && errno == EINTR)) return std::nullopt;
    pid_ = -1;
    return status;
}

}  // namespace gateway::media
