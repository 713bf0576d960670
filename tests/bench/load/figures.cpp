#include "tests/bench/load/figures.hpp"

#include <ostream>

namespace bench {

void print(std::ostream& out, const Figures& figures, std::size_t connections) {
    const double seconds = figures.seconds > 0 ? figures.seconds : 1;
    const double bytes = static_cast<double>(figures.bytes);
    const double cpu = figures.ended.cpu_seconds - figures.begun.cpu_seconds;
    const double requests = static_cast<double>(figures.requests);
    out << R"({"connections":)" << connections << R"(,"seconds":)" << figures.seconds << R"(,"requests":)"
        << figures.requests << R"(,"requests_s":)" << requests / seconds << R"(,"mb_s":)" << bytes / seconds / 1e6
        << R"(,"ms_p50":)" << figures.whole.milliseconds(0.5) << R"(,"ms_p95":)" << figures.whole.milliseconds(0.95)
        << R"(,"ms_p99":)" << figures.whole.milliseconds(0.99) << R"(,"first_byte_ms_p50":)"
        << figures.first_byte.milliseconds(0.5) << R"(,"first_byte_ms_p99":)" << figures.first_byte.milliseconds(0.99)
        << R"(,"errors":)" << figures.errors << R"(,"wrong":)" << figures.wrong << R"(,"late":)" << figures.late
        << R"(,"body_bytes":)" << figures.body_bytes << R"(,"cpu_s":)" << cpu << R"(,"cpu_s_per_gb":)"
        << (bytes > 0 ? cpu / (bytes / 1e9) : 0) << R"(,"cpu_us_per_request":)"
        << (requests > 0 ? cpu / requests * 1e6 : 0) << R"(,"resident_before":)"
        << static_cast<std::uint64_t>(figures.resident_before) << R"(,"resident_peak":)"
        << static_cast<std::uint64_t>(figures.resident_peak) << "}" << std::endl;
}

}  // namespace bench
