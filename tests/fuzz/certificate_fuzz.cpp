#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gateway/verify/check_certificate.hpp"

// Certificates and the ledger records that share their way of reading: nothing crashes, and without a key nothing is
// good.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    gateway::verify::Report report("fuzz");
    gateway::verify::check_certificate(bytes, {}, "2026-11-24T00:00:00.000Z", report);
    if (report.good()) std::abort();
    return 0;
}
