#include "gateway/app/process.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>

#include <csignal>

namespace gateway::app {

namespace {

sigset_t awaited() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    return set;
}

void raise_limit(decltype(RLIMIT_NOFILE) which) {
    rlimit limit{};
    if (::getrlimit(which, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(which, &limit);
}

}  // namespace

void harden_process() {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    ::umask(077);
    static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
    static_cast<void>(std::signal(SIGCHLD, SIG_DFL));  // media workers are waited for, whatever the parent ignored
    raise_limit(RLIMIT_NOFILE);
    raise_limit(RLIMIT_MEMLOCK);
}

Signals::Signals() {
    const auto set = awaited();
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

StopSignal Signals::wait() {
    const auto set = awaited();
    int signal = 0;
    while (::sigwait(&set, &signal) != 0) {
    }
    return signal == SIGHUP ? StopSignal::kReload : StopSignal::kStop;
}

void notify_systemd(const std::string& state) {
    ::sd_notify(0, state.c_str());
}

}  // namespace gateway::app
