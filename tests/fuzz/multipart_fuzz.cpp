// A multipart body in any bytes: the same parts however it is cut, nothing invented. The first byte chooses the
// boundary.
#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "gateway/recordings/multipart.hpp"

namespace {

using gateway::recordings::MultipartReader;
using Event = MultipartReader::Event;

void expect(bool truth) {
    if (!truth) std::abort();
}

struct Part {
    std::string name, type, coding, content;
    bool complete = false;
    friend bool operator==(const Part&, const Part&) = default;
};

struct Outcome {
    std::vector<Part> parts;
    bool ended = false;
    bool failed = false;
    friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome read(std::span<const std::byte> body, std::size_t size, std::string_view boundary) {
    MultipartReader reader(boundary);
    Outcome out;
    std::size_t told = 0;
    for (std::size_t at = 0; at < body.size() && !out.failed; at += size) {
        auto piece = body.subspan(at, std::min(size, body.size() - at));
        std::size_t idle = 0;
        while (!piece.empty() && !out.failed) {
            const auto before = piece.size();
            const auto event = reader.next(piece);
            idle = piece.size() == before ? idle + 1 : 0;
            expect(idle < 4);  // or a caller would turn for ever
            if (event.has_error()) {
                out.failed = true;
                const auto again = reader.next(piece);
                expect(again.has_error());
                break;
            }
            if (*event == Event::kPart) {
                out.parts.push_back(
                    {reader.header().name, reader.header().content_type, reader.header().transfer_encoding, "", false});
            }
            if (*event == Event::kData) {
                told += reader.data().size();
                out.parts.back().content.append(reinterpret_cast<const char*>(reader.data().data()),
                                                reader.data().size());
            }
            if (*event == Event::kPartEnd) out.parts.back().complete = true;
        }
    }
    expect(told <= body.size());
    out.ended = reader.ended();
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    static_cast<void>(MultipartReader::boundary_of(text));
    const std::string_view boundary = (data[0] & 1U) == 0 ? "b0" : "--";
    const auto body = std::as_bytes(std::span(data, size)).subspan(1);
    const auto whole = read(body, std::max<std::size_t>(body.size(), 1), boundary);
    for (const std::size_t step : {1U, 5U, 64U}) expect(read(body, step, boundary) == whole);
    return 0;
}
