#pragma once

#include <string>

namespace gateway::app {

/// What a process that holds keys does first: no core dumps, no tracing by others, files for this user only, a write to
/// a closed connection is an error and no signal, as many descriptors as the system allows. Never fails; call it before
/// any thread.
void harden_process();

enum class StopSignal { kStop, kReload };

/// SIGTERM, SIGINT and SIGHUP, taken by one thread. Construct it before any other thread, so that all of them inherit
/// the mask.
class Signals {
  public:
    Signals();
    /// Blocks until one of them comes.
    StopSignal wait();
};

/// Tells systemd, when it started us: "READY=1", "RELOADING=1", "STOPPING=1". Elsewhere it does nothing.
void notify_systemd(const std::string& state);

}  // namespace gateway::app
