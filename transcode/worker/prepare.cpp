#include "transcode/worker/prepare.hpp"

#include <cstdlib>
#include <ctime>
#include <new>
#include <utility>

#include "transcode/measure/outline.hpp"
#include "transcode/worker/decoder.hpp"
#include "transcode/worker/input.hpp"

extern "C" {
#include <libavutil/cpu.h>
#include <libavutil/log.h>
}

namespace transcode::worker {

using messages::Job;
using messages::Reason;

namespace {

std::variant<Prepared, Reason> decode_all(Input& input, bool rendition) {
    auto opened = Decoder::open(input);
    if (const auto* reason = std::get_if<Reason>(&opened)) return *reason;
    auto& decoder = *std::get<std::unique_ptr<Decoder>>(opened);
    Prepared out;
    if (rendition) {
        auto encoder = Encoder::open(decoder.channels(), decoder.rate_hz());
        if (const auto* reason = std::get_if<Reason>(&encoder)) return *reason;
        out.rendition = std::move(std::get<std::unique_ptr<Encoder>>(encoder));
    }
    measure::Meter meter(decoder.channels(), decoder.rate_hz());
    while (true) {
        const auto next = decoder.next();
        if (const auto* reason = std::get_if<Reason>(&next)) return *reason;
        const auto& samples = std::get<std::span<const std::int16_t>>(next);
        if (samples.empty()) break;
        meter.take(samples);
        if (!out.rendition) continue;
        if (const auto reason = out.rendition->take(samples)) return *reason;
    }
    if (meter.frames() == 0) return Reason::kNoSound;
    if (out.rendition) {
        if (const auto reason = out.rendition->finish()) return *reason;
    }
    auto measured = meter.finish();
    out.facts = {input.coding(), measured.rate_hz, measured.frames, measured.channels, measured.equal};
    out.outline = measure::write_outline(measured);
    return out;
}

std::variant<Prepared, Reason> open_and_decode(const Job& job, File& file) {
    auto input = Input::open(job, file);
    if (const auto* reason = std::get_if<Reason>(&input)) return *reason;
    return decode_all(*std::get<std::unique_ptr<Input>>(input), job.rendition);
}

}  // namespace

std::variant<Prepared, Reason, Lost> prepare(const Job& job, File& file) {
    try {
        auto done = open_and_decode(job, file);
        if (file.lost()) return Lost{};
        if (const auto* reason = std::get_if<Reason>(&done)) return *reason;
        return std::get<Prepared>(std::move(done));
    } catch (const std::bad_alloc&) {
        return Reason::kTooMuchMemory;
    }
}

void warm_up() {
    ::setenv("TZ", "UTC0", 1);  // times in a file are read without asking for the machine's zone
    ::tzset();
    av_log_set_level(AV_LOG_QUIET);
    av_get_cpu_flags();
    const auto encoder = Encoder::open(1, 8000);
    static_cast<void>(encoder);
}

}  // namespace transcode::worker
