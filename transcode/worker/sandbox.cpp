#include "transcode/worker/sandbox.hpp"

#include <linux/landlock.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <fstream>

namespace transcode::worker {

namespace {

constexpr int kOpenDescriptors = 4;  // 0, 1, 2 lead nowhere, 3 to the gateway

bool limit(__rlimit_resource which, rlim_t most, rlim_t grace = 0) {
    const rlimit both{most, most + grace};
    return ::setrlimit(which, &both) == 0;
}

/// When memory runs out, the system is to end this process and not its gateway.
void volunteer() {
    std::ofstream("/proc/self/oom_score_adj") << 1000;
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kShadowMemory = true;  // terabytes of address space: no limit can be set
#else
constexpr bool kShadowMemory = false;
#endif

/// Address space of the process now, in bytes.
std::size_t mapped_now() {
    std::size_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    return pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

bool limit_resources(const Limits& limits, std::size_t mapped) {
    return mapped > 0 && limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_NPROC, 0) &&
           limit(RLIMIT_MEMLOCK, 0) && limit(RLIMIT_NOFILE, kOpenDescriptors) &&
           limit(RLIMIT_CPU, limits.cpu_in_seconds, 5) &&
           (kShadowMemory || limit(RLIMIT_AS, mapped + limits.memory_in_bytes));
}

/// The file system, closed once more, where the kernel can: what seccomp forbids would find nothing either.
bool close_file_system() {
    const auto version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1) return true;
    landlock_ruleset_attr all{};
    all.handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1U) - 1;  // everything of the first version
    const auto rules = ::syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);
    if (rules < 0) return false;
    const bool closed = ::syscall(SYS_landlock_restrict_self, rules, 0) == 0;
    ::close(static_cast<int>(rules));
    return closed;
}

bool allow_calls() {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (filter == nullptr) return false;
    const auto allow = [filter](int call) { return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) == 0; };
    bool good = true;
    for (const int call :
         {SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(exit_group), SCMP_SYS(exit), SCMP_SYS(rt_sigreturn), SCMP_SYS(brk),
          SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(futex), SCMP_SYS(clock_gettime)})
        good = good && allow(call);
    // Memory that is no file and never a program.
    good =
        good && seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
                                 SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS)) == 0;
    good = good && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return good;
}

}  // namespace

const char* shut_in(const Limits& limits) {
    const auto gateway = ::getppid();
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return "it would outlive its gateway";
    if (::getppid() != gateway) return "its gateway is gone";
    if (::prctl(PR_SET_DUMPABLE, 0) != 0) return "it could be read by others";
    volunteer();
    const auto mapped = mapped_now();  // the last file it reads
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return "it could gain privileges";
    if (!close_file_system()) return "the file system could not be closed";
    if (!limit_resources(limits, mapped)) return "its limits could not be set";
    if (!allow_calls()) return "system calls could not be filtered";
    return nullptr;
}

}  // namespace transcode::worker
