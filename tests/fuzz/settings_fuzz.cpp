// A configuration file of any text: it is taken or its faults are told, in order; no exception leaves the loader.
#include <cstdlib>
#include <string>

#include "gateway/app/load_settings.hpp"

namespace {

void expect(bool truth) {
    if (!truth) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace gateway::app;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const policy::Date today{std::chrono::year(2026), std::chrono::month(11), std::chrono::day(24)};
    const auto outcome = parse_settings(text, "f.toml", "/etc/callvault", today);
    if (const auto* loaded = std::get_if<LoadedSettings>(&outcome)) {
        expect(loaded->digest.size() == 64);
        return 0;
    }
    const auto& faults = std::get<std::vector<SettingFault>>(outcome);
    expect(!faults.empty());
    unsigned line = 0;
    for (const auto& fault : faults) {
        expect(fault.line >= line && !fault.sentence.empty());
        line = fault.line;
    }
    return 0;
}
