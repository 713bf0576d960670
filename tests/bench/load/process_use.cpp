#include "tests/bench/load/process_use.hpp"

#include <unistd.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

namespace bench {

ProcessUse use_of(const std::vector<pid_t>& processes) {
    ProcessUse out;
    for (const pid_t process : processes) {
        std::ifstream stat("/proc/" + std::to_string(process) + "/stat");
        std::string text{std::istreambuf_iterator<char>(stat), {}};
        const auto name_end = text.rfind(')');
        if (name_end == std::string::npos) continue;
        std::istringstream fields(text.substr(name_end + 2));
        // proc(5): the state is field 3; utime and stime are 14 and 15, resident pages 24.
        const std::vector<std::string> words{std::istream_iterator<std::string>(fields), {}};
        if (words.size() < 22) continue;
        const auto ticks = std::stod(words[11]) + std::stod(words[12]);
        out.cpu_seconds += ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
        out.resident_bytes += std::stod(words[21]) * static_cast<double>(sysconf(_SC_PAGESIZE));
    }
    return out;
}

}  // namespace bench
