#include "transcode/messages/facts.hpp"

#include "transcode/messages/bytes.hpp"

namespace transcode::messages {

using policy::Code;
using policy::fail;
using policy::Result;

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
    put(out, static_cast<std::uint8_t>(facts.coding));
    put(out, static_cast<std::uint8_t>(facts.channels.size()));
    put(out, static_cast<std::uint8_t>(facts.equal));
    put(out, std::uint8_t{0});
    put(out, facts.rate_hz);
    for (const auto& channel : facts.channels) {
        put(out, channel.peak);
        put(out, static_cast<std::uint16_t>(channel.level_db));
        put(out, static_cast<std::uint32_t>(channel.silent));
        put(out, channel.clipped);
    }
    return out;
}

Result<Facts> decode_facts(std::uint64_t frames, std::span<const std::byte> payload) {
    const auto wrong = fail(Code::kInvalid, "facts of a file that cannot be");
    if (payload.size() < kFixed) return wrong;
    const auto coding = take<std::uint8_t>(payload);
    const auto channels = take<std::uint8_t>(payload);
    const auto equal = take<std::uint8_t>(payload);
    const auto zero = take<std::uint8_t>(payload);
    Facts out;
    out.rate_hz = take<std::uint32_t>(payload);
    out.frames = frames;
    if (coding == 0 || coding > kLastCoding || channels == 0 || channels > measure::kMaxChannels || equal > 1 ||
        zero != 0 || out.rate_hz < measure::kMinRateHz || out.rate_hz > measure::kMaxRateHz || frames == 0 ||
        frames > measure::kLongestSeconds * out.rate_hz || payload.size() != channels * kPerChannel)
        return wrong;
    out.coding = static_cast<Coding>(coding);
    out.equal = equal == 1;
    while (!payload.empty()) {
        measure::ChannelFacts channel;
        channel.peak = take<std::uint16_t>(payload);
        channel.level_db = static_cast<std::int16_t>(take<std::uint16_t>(payload));
        const auto silent = take<std::uint32_t>(payload);
        channel.clipped = take<std::uint64_t>(payload);
        if (silent > 1 || !possible(channel, frames)) return wrong;
        channel.silent = silent == 1;
        out.channels.push_back(channel);
    }
    return out;
}

}  // namespace transcode::messages
