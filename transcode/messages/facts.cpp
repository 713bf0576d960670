#include "transcode/messages/facts.hpp"

#include "transcode/wav/little_endian.hpp"

namespace transcode::messages {

using policy::Code;
using policy::fail;
using policy::Result;
using wav::append_le;
using wav::take_le;

namespace {

constexpr std::size_t kFixed = 8;
constexpr std::size_t kPerChannel = 16;

bool possible(const measure::ChannelFacts& channel, std::uint64_t frames) {
    return channel.peak <= 32768 && channel.level_db <= 0 && channel.level_db >= measure::ChannelFacts::kNone &&
           channel.clipped <= frames;
}

}  // namespace

std::vector<std::byte> encode(const Facts& facts) {
    std::vector<std::byte> out;
    append_le(out, static_cast<std::uint8_t>(facts.coding));
    append_le(out, static_cast<std::uint8_t>(facts.channels.size()));
    append_le(out, static_cast<std::uint8_t>(facts.equal));
    append_le(out, std::uint8_t{0});
    append_le(out, facts.rate_hz);
    for (const auto& channel : facts.channels) {
        append_le(out, channel.peak);
        append_le(out, static_cast<std::uint16_t>(channel.level_db));
        append_le(out, static_cast<std::uint32_t>(channel.silent));
        append_le(out, channel.clipped);
    }
    return out;
}

Result<Facts> decode_facts(std::uint64_t frames, std::span<const std::byte> payload) {
    const auto wrong = fail(Code::kInvalid, "facts of a file that cannot be");
    if (payload.size() < kFixed) return wrong;
    const auto coding = take_le<std::uint8_t>(payload);
    const auto channels = take_le<std::uint8_t>(payload);
    const auto equal = take_le<std::uint8_t>(payload);
    const auto zero = take_le<std::uint8_t>(payload);
    Facts out;
    out.rate_hz = take_le<std::uint32_t>(payload);
    out.frames = frames;
    if (coding == 0 || coding > kLastCoding || channels == 0 || channels > measure::kMaxChannels || equal > 1 ||
        zero != 0 || out.rate_hz < measure::kMinRateHz || out.rate_hz > measure::kMaxRateHz || frames == 0 ||
        frames > measure::kLongestSeconds * out.rate_hz || payload.size() != channels * kPerChannel)
        return wrong;
    out.coding = static_cast<Coding>(coding);
    out.equal = equal == 1;
    while (!payload.empty()) {
        measure::ChannelFacts channel;
        channel.peak = take_le<std::uint16_t>(payload);
        channel.level_db = static_cast<std::int16_t>(take_le<std::uint16_t>(payload));
        const auto silent = take_le<std::uint32_t>(payload);
        channel.clipped = take_le<std::uint64_t>(payload);
        if (silent > 1 || !possible(channel, frames)) return wrong;
        channel.silent = silent == 1;
        out.channels.push_back(channel);
    }
    return out;
}

}  // namespace transcode::messages
