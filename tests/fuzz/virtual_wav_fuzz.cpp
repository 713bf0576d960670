// Any range of the virtual WAV equals that slice of the whole. The input: 8 bytes of range, then a WAV file.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "transcode/wav/header.hpp"
#include "transcode/wav/virtual_wav.hpp"

namespace wav = transcode::wav;

namespace {

void expect(bool truth) {
    if (!truth) std::abort();
}

std::vector<std::byte> range_of(const wav::VirtualWav& virtual_wav, std::span<const std::byte> file,
                                std::uint64_t first, std::uint64_t last) {
    const wav::Slice slice = virtual_wav.plan(first, last);
    expect(slice.source_offset + slice.source_size <= file.size());
    // Exact sizes on the heap, so that AddressSanitizer sees a read or write by one too far.
    const auto needed = file.subspan(slice.source_offset, slice.source_size);
    const std::vector<std::byte> source(needed.begin(), needed.end());
    std::vector<std::byte> out(slice.size);
    expect(virtual_wav.render(slice, source, out).has_value());
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 8) return 0;
    std::uint32_t range[2];
    std::memcpy(range, data, sizeof range);
    const auto file = std::as_bytes(std::span(data + 8, size - 8));
    const auto outcome = wav::parse_header(file, file.size());
    const auto* format = std::get_if<wav::Format>(&outcome);
    if (format == nullptr) return 0;
    const auto virtual_wav = wav::VirtualWav::create(*format);
    expect(virtual_wav.has_value());
    const std::uint64_t total = virtual_wav->size_in_bytes();
    const auto whole = range_of(*virtual_wav, file, 0, total - 1);
    expect(whole.size() == total);
    const std::uint64_t first = range[0] % (total + 8);
    const std::uint64_t last = range[1] % (total + 8);
    const auto part = range_of(*virtual_wav, file, first, last);
    if (first > last || first >= total) {
        expect(part.empty());
        return 0;
    }
    expect(part.size() == std::min(last, total - 1) - first + 1);
    expect(std::equal(part.begin(), part.end(), whole.begin() + static_cast<std::ptrdiff_t>(first)));
    return 0;
}
