#pragma once

#ifdef CALLVAULT_CRASH_POINTS

#include <string_view>

namespace storage::async {

/// Kills the process with SIGKILL when the environment variable CALLVAULT_CRASH_AT is `name`. For the crash tests,
/// which run a build of their own: what ships has no crash points.
void crash_point(std::string_view name);

}  // namespace storage::async

#define CALLVAULT_CRASH_POINT(name) ::storage::async::crash_point(name)
#else
#define CALLVAULT_CRASH_POINT(name) static_cast<void>(0)
#endif
