#include "transcode/messages/message.hpp"

#include <algorithm>

#include "transcode/measure/meter.hpp"
#include "transcode/wav/little_endian.hpp"

namespace transcode::messages {

using policy::Code;
using policy::fail;
using policy::Result;
using wav::append_le;
using wav::take_le;

HeaderBytes encode(const Header& header) {
    std::vector<std::byte> bytes;
    append_le(bytes, static_cast<std::uint32_t>(header.kind));
    append_le(bytes, header.payload_in_bytes);
    append_le(bytes, header.first);
    append_le(bytes, header.second);
    HeaderBytes out{};
    std::ranges::copy(bytes, out.begin());
    return out;
}

Result<Header> decode_header(std::span<const std::byte, kHeaderInBytes> bytes) {
    std::span<const std::byte> rest(bytes);
    const auto kind = take_le<std::uint32_t>(rest);
    Header out;
    out.payload_in_bytes = take_le<std::uint32_t>(rest);
    out.first = take_le<std::uint64_t>(rest);
    out.second = take_le<std::uint64_t>(rest);
    if (kind < static_cast<std::uint32_t>(Kind::kJob) || kind > static_cast<std::uint32_t>(Kind::kFailed))
        return fail(Code::kInvalid, "a message of an unknown kind");
    if (out.payload_in_bytes > kMaxPayloadInBytes) return fail(Code::kInvalid, "a message that is too long");
    out.kind = static_cast<Kind>(kind);
    return out;
}

std::vector<std::byte> encode(const Job& job) {
    std::vector<std::byte> payload;
    append_le(payload, static_cast<std::uint8_t>(job.input));
    append_le(payload, static_cast<std::uint8_t>(job.channels));
    append_le(payload, std::uint16_t{0});
    append_le(payload, job.rate_hz);
    const auto header = encode(Header{Kind::kJob, static_cast<std::uint32_t>(payload.size()), job.file_in_bytes,
                                      static_cast<std::uint64_t>(job.rendition)});
    payload.insert(payload.begin(), header.begin(), header.end());
    return payload;
}

Result<Job> decode_job(const Header& header, std::span<const std::byte> payload) {
    const auto wrong = fail(Code::kInvalid, "a job that is none");
    if (header.kind != Kind::kJob || payload.size() != 8 || header.second > 1) return wrong;
    Job out;
    const auto input = take_le<std::uint8_t>(payload);
    out.channels = take_le<std::uint8_t>(payload);
    const auto zero = take_le<std::uint16_t>(payload);
    out.rate_hz = take_le<std::uint32_t>(payload);
    if (input == 0 || input > kLastInput || zero != 0) return wrong;
    out.input = static_cast<Input>(input);
    const bool raw = out.input == Input::kRawL16;
    if (raw && (out.channels == 0 || out.channels > measure::kMaxChannels || out.rate_hz == 0 ||
                out.rate_hz > measure::kMaxRateHz))
        return wrong;
    out.file_in_bytes = header.first;
    out.rendition = header.second == 1;
    return out;
}

}  // namespace transcode::messages
