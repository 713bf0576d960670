#pragma once

#include <sys/types.h>
#include <vector>

namespace bench {

/// What processes have used so far. CPU time counts in ticks of 10 ms.
struct ProcessUse {
    double cpu_seconds = 0;
    double resident_bytes = 0;
};

/// The sum over the given processes; one that is gone counts nothing.
ProcessUse use_of(const std::vector<pid_t>& processes);

}  // namespace bench
