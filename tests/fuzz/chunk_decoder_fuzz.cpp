// A chunked body in any bytes: the same data, end and verdict however it is cut.
#include <algorithm>
#include <cstdlib>
#include <string>

#include "gateway/http/chunk_decoder.hpp"

namespace {

void expect(bool truth) {
    if (!truth) std::abort();
}

struct Decoded {
    std::string data;
    std::size_t consumed = 0;
    bool finished = false;
    bool broken = false;
    friend bool operator==(const Decoded&, const Decoded&) = default;
};

Decoded decode(std::span<const std::byte> body, std::size_t size) {
    gateway::http::ChunkDecoder decoder;
    Decoded out;
    for (std::size_t at = 0; at < body.size() && !out.finished && !out.broken; at += size) {
        auto piece = body.subspan(at, std::min(size, body.size() - at));
        while (!piece.empty() && !out.finished && !out.broken) {
            const auto step = decoder.step(piece);
            expect(step.consumed <= piece.size() && step.data.size() <= step.consumed);
            expect(step.consumed > 0);  // or a caller would turn for ever
            expect(step.data.empty() || (step.data.data() >= piece.data() &&
                                         step.data.data() + step.data.size() <= piece.data() + piece.size()));
            out.data.append(reinterpret_cast<const char*>(step.data.data()), step.data.size());
            out.consumed += step.consumed;
            out.finished = step.finished;
            out.broken = step.broken;
            piece = piece.subspan(step.consumed);
        }
    }
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto body = std::as_bytes(std::span(data, size));
    const auto whole = decode(body, std::max<std::size_t>(size, 1));
    expect(whole.data.size() <= whole.consumed && !(whole.finished && whole.broken));
    for (const std::size_t step : {1U, 3U, 64U}) expect(decode(body, step) == whole);
    return 0;
}
