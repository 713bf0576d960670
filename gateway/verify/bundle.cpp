#include "gateway/verify/bundle.hpp"

#include <cstddef>

namespace gateway::verify {

std::optional<std::vector<std::string_view>> parse_bundle(std::string_view bytes) {
    std::vector<std::string_view> entries;
    entries.reserve(256);
    while (!bytes.empty()) {
        if (bytes.size() < 2) return std::nullopt;
        const std::size_t size =
            static_cast<unsigned char>(bytes[0]) * std::size_t{256} + static_cast<unsigned char>(bytes[1]);
        if (bytes.size() - 2 < size) return std::nullopt;
        entries.push_back(bytes.substr(2, size));
        bytes.remove_prefix(2 + size);
    }
    return entries;
}

std::string_view moment_of(std::string_view entry) {
    // {"v":1,"salt":"<32 digits>","at":"<24 characters>"
    constexpr std::string_view kStart = "{\"v\":1,\"salt\":\"";
    constexpr std::string_view kAt = "\",\"at\":\"";
    constexpr std::size_t kSalt = 32;
    constexpr std::size_t kMoment = 24;
    constexpr std::size_t kPlace = kStart.size() + kSalt + kAt.size();
    if (entry.size() <= kPlace + kMoment || !entry.starts_with(kStart)) return {};
    if (entry.substr(kStart.size() + kSalt, kAt.size()) != kAt || entry[kPlace + kMoment] != '"') return {};
    const std::string_view moment = entry.substr(kPlace, kMoment);
    if (moment[4] != '-' || moment[10] != 'T' || moment.back() != 'Z') return {};
    return moment;
}

}  // namespace gateway::verify
