#include "transcode/worker/sandbox.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <functional>

namespace {

using transcode::worker::Limits;
using transcode::worker::shut_in;

constexpr int kNotShutIn = 99;

/// Runs `what` in a process that is shut in: how it ended, as waitpid() says.
int shut_in_and(const std::function<int()>& what, const Limits& limits = {}) {
    const pid_t child = ::fork();
    if (child == 0) {
        if (shut_in(limits) != nullptr) ::_exit(kNotShutIn);
        ::syscall(SYS_exit_group, what());  // bare: a sanitizer does more at the end than the sandbox allows
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
}

bool killed(const std::function<int()>& what) {
    const int status = shut_in_and(what);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
}

TEST_CASE("Whoever is shut in can compute, use memory, and write to what is open") {
    const int status = shut_in_and([] {
        auto* memory = static_cast<char*>(std::malloc(std::size_t{8} * 1024 * 1024));
        if (memory == nullptr) return 1;
        memory[4'000'000] = 'x';
        const bool kept = memory[4'000'000] == 'x';
        std::free(memory);
        return kept && ::write(STDERR_FILENO, "", 0) == 0 ? 0 : 2;
    });
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("Whoever is shut in dies of a file, a socket, a process, a program and a page of code") {
    CHECK(killed([] { return ::open("/etc/passwd", O_RDONLY); }));
    CHECK(killed([] { return ::open("/tmp/x", O_WRONLY | O_CREAT, 0600); }));
    CHECK(killed([] { return ::socket(AF_INET, SOCK_STREAM, 0); }));
    CHECK(killed([] { return ::socket(AF_UNIX, SOCK_STREAM, 0); }));
    CHECK(killed([] { return static_cast<int>(::fork()); }));
    CHECK(killed([] { return ::execl("/bin/true", "true", nullptr); }));
    CHECK(killed([] { return ::kill(::getppid(), SIGTERM); }));
    CHECK(killed([] { return ::dup(0); }));
    CHECK(killed([] { return ::unlink("/tmp/x"); }));
    CHECK(killed([] {
        return ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? 1 : 0;
    }));
    CHECK(killed([] { return ::mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE, 0, 0) == MAP_FAILED ? 1 : 0; }));
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("Whoever is shut in gets no more memory than its limit") {
    const int status = shut_in_and([] { return std::malloc(std::size_t{200} * 1024 * 1024) == nullptr ? 0 : 1; },
                                   {std::size_t{100} * 1024 * 1024, 10});
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
}
#endif

TEST_CASE("Whoever is shut in and never ends is ended") {
    const int status = shut_in_and(
        [] {
            volatile unsigned turns = 0;
            while (true) turns = turns + 1;
            return 0;
        },
        {std::size_t{100} * 1024 * 1024, 1});
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGXCPU);
}

}  // namespace
