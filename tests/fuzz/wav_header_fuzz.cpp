// The header parser meets any bytes, whole and in pieces: it stays inside them, keeps its own limits, and what it says
// does not depend on how the bytes arrived.
#include <algorithm>
#include <cstdlib>

#include "transcode/wav/header.hpp"
#include "transcode/wav/sniff.hpp"

namespace wav = transcode::wav;

namespace {

void expect(bool truth) {
    if (!truth) std::abort();
}

void check(const wav::Format& format, std::uint64_t total) {
    expect(format.channels >= 1 && format.channels <= wav::kMaxChannels);
    expect(format.sample_rate_hz >= wav::kMinSampleRateHz && format.sample_rate_hz <= wav::kMaxSampleRateHz);
    expect(format.data_offset <= wav::kMaxHeaderInBytes && format.data_offset <= total);
    expect(format.data_bytes.has_value() && *format.data_bytes <= total - format.data_offset);
    expect(*format.data_bytes % format.frame_bytes() == 0);
}

bool same(const wav::Format& a, const wav::Format& b) {
    return a.coding == b.coding && a.channels == b.channels && a.sample_rate_hz == b.sample_rate_hz &&
           a.data_offset == b.data_offset && a.data_bytes == b.data_bytes && a.missing_bytes == b.missing_bytes;
}

/// The answer when the file comes in the smallest pieces the parser asks for, its length unknown until the end.
wav::HeaderOutcome in_pieces(std::span<const std::byte> file) {
    std::size_t given = 0;
    while (true) {
        auto outcome = wav::parse_header(file.first(given), std::nullopt);
        const auto* more = std::get_if<wav::NeedMore>(&outcome);
        if (more == nullptr) return outcome;
        expect(more->bytes > given && more->bytes <= wav::kMaxHeaderInBytes);
        if (more->bytes > file.size()) return wav::parse_header(file, file.size());
        given = more->bytes;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto file = std::as_bytes(std::span(data, size));
    static_cast<void>(wav::sniff(file));
    const auto whole = wav::parse_header(file, size);
    expect(!std::holds_alternative<wav::NeedMore>(whole));
    const auto pieces = in_pieces(file);
    expect(whole.index() == pieces.index());
    if (const auto* format = std::get_if<wav::Format>(&whole)) {
        check(*format, size);
        const auto fitted = wav::fit(std::get<wav::Format>(pieces), size);
        expect(fitted.has_value() && same(*fitted, *format));
    } else {
        expect(std::get<policy::Error>(whole).code == std::get<policy::Error>(pieces).code);
    }
    return 0;
}
