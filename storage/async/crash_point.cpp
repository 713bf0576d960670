#include "storage/async/crash_point.hpp"

#ifdef CALLVAULT_CRASH_POINTS

#include <csignal>
#include <cstdlib>

namespace storage::async {

void crash_point(std::string_view name) {
    static const char* const kWanted = std::getenv("CALLVAULT_CRASH_AT");
    if (kWanted != nullptr && name == kWanted) static_cast<void>(std::raise(SIGKILL));
}

}  // namespace storage::async

#endif
