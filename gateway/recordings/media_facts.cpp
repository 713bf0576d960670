#include "gateway/recordings/media_facts.hpp"

#include <array>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <optional>
#include <utility>

#include "gateway/json/object_reader.hpp"

namespace gateway::recordings {

using transcode::measure::ChannelFacts;
using transcode::wav::Coding;
using transcode::wav::Format;
namespace measure = transcode::measure;
namespace messages = transcode::messages;

namespace {

constexpr std::array kCodings{Coding::kPcm8,  Coding::kPcm16, Coding::kPcm24,
                              Coding::kPcm32, Coding::kALaw,  Coding::kMuLaw};
constexpr std::int64_t kLargest = std::int64_t{1} << 45U;

std::optional<Coding> parse_coding(std::string_view text) {
    for (const auto coding : kCodings) {
        if (name_of(coding) == text) return coding;
    }
    return std::nullopt;
}

boost::json::object json_of(const Format& format) {
    return {{"coding", name_of(format.coding)},
            {"channels", format.channels},
            {"rate_hz", format.sample_rate_hz},
            {"data_offset", format.data_offset},
            {"data_bytes", format.data_bytes.value_or(0)}};
}

boost::json::object json_of(const messages::Facts& sound) {
    boost::json::array channels;
    for (const auto& channel : sound.channels) {
        channels.push_back(boost::json::object{{"peak", channel.peak},
                                               {"level_db", channel.level_db},
                                               {"silent", channel.silent},
                                               {"clipped", channel.clipped}});
    }
    return {{"coding", messages::name_of(sound.coding)},
            {"rate_hz", sound.rate_hz},
            {"frames", sound.frames},
            {"equal", sound.equal},
            {"channels", std::move(channels)}};
}

std::optional<Format> format_from(json::ObjectReader reader) {
    const auto coding = parse_coding(reader.text("coding").value_or(""));
    const auto channels = reader.whole_number("channels", 1, measure::kMaxChannels);
    const auto rate = reader.whole_number("rate_hz", 1, measure::kMaxRateHz);
    const auto offset = reader.whole_number("data_offset", 0, kLargest);
    const auto bytes = reader.whole_number("data_bytes", 0, kLargest);
    reader.done();
    if (!coding || !channels || !rate || !offset || !bytes) return std::nullopt;
    Format out;
    out.coding = *coding;
    out.channels = static_cast<unsigned>(*channels);
    out.sample_rate_hz = static_cast<std::uint32_t>(*rate);
    out.data_offset = static_cast<std::uint64_t>(*offset);
    out.data_bytes = static_cast<std::uint64_t>(*bytes);
    return out;
}

std::optional<RawShape> raw_from(json::ObjectReader reader) {
    const auto channels = reader.whole_number("channels", 1, measure::kMaxChannels);
    const auto rate = reader.whole_number("rate_hz", 1, measure::kMaxRateHz);
    reader.done();
    if (!channels || !rate) return std::nullopt;
    return RawShape{static_cast<unsigned>(*channels), static_cast<std::uint32_t>(*rate)};
}

std::optional<messages::Facts> sound_from(json::ObjectReader reader) {
    const auto coding = messages::parse_coding(reader.text("coding").value_or(""));
    const auto rate = reader.whole_number("rate_hz", 1, measure::kMaxRateHz);
    const auto frames = reader.whole_number("frames", 0, kLargest);
    const auto equal = reader.boolean("equal");
    messages::Facts out;
    bool whole = true;
    reader.objects("channels", measure::kMaxChannels, [&](json::ObjectReader& channel) {
        const auto peak = channel.whole_number("peak", 0, 32768);
        const auto level = channel.whole_number("level_db", ChannelFacts::kNone, 0);
        const auto silent = channel.boolean("silent");
        const auto clipped = channel.whole_number("clipped", 0, kLargest);
        whole = whole && peak && level && silent && clipped;
        if (!whole) return;
        out.channels.push_back({static_cast<std::uint16_t>(*peak), static_cast<std::int16_t>(*level),
                                static_cast<std::uint64_t>(*clipped), *silent});
    });
    reader.done();
    if (!coding || !rate || !frames || !equal || !whole || out.channels.empty()) return std::nullopt;
    out.coding = *coding;
    out.rate_hz = static_cast<std::uint32_t>(*rate);
    out.frames = static_cast<std::uint64_t>(*frames);
    out.equal = *equal;
    return out;
}

}  // namespace

std::optional<std::uint64_t> MediaFacts::duration_ms() const {
    if (format) return format->duration_ms();
    if (sound) return sound->duration_ms();
    return std::nullopt;
}

std::string to_json(const MediaFacts& facts) {
    boost::json::object out;
    out["input"] = messages::name_of(facts.input);
    out["size"] = facts.size_in_bytes;
    boost::json::array roles;
    for (const auto role : facts.roles) roles.emplace_back(policy::text(role));
    out["roles"] = std::move(roles);
    if (facts.format) out["wav"] = json_of(*facts.format);
    if (facts.raw) {
        out["raw"] = boost::json::object{{"channels", facts.raw->channels}, {"rate_hz", facts.raw->rate_hz}};
    }
    if (facts.sound) out["sound"] = json_of(*facts.sound);
    if (facts.playback_in_bytes > 0) {
        out["playback"] = facts.playback_in_bytes;
        out["index"] = facts.index_in_bytes;
    }
    return boost::json::serialize(out);
}

policy::Result<MediaFacts> media_facts_from(std::string_view text) {
    const auto broken = [] {
        return policy::fail(policy::Code::kInternal, "the media facts of a recording are malformed");
    };
    std::vector<policy::Fault> faults;
    const auto object = json::parse_object(text, faults);
    if (!object) return broken();
    json::ObjectReader reader(*object, "", faults);
    MediaFacts out;
    const auto input = messages::parse_input(reader.text("input").value_or(""));
    const auto size = reader.whole_number("size", 0, kLargest);
    const auto playback = reader.whole_number("playback", 1, kLargest);
    const auto index = reader.whole_number("index", 0, kLargest);
    const auto roles = reader.texts("roles", measure::kMaxChannels);
    if (auto wav = reader.object("wav")) out.format = format_from(std::move(*wav));
    if (auto raw = reader.object("raw")) out.raw = raw_from(std::move(*raw));
    if (auto sound = reader.object("sound")) out.sound = sound_from(std::move(*sound));
    reader.done();
    if (!faults.empty() || !input || !size || !roles) return broken();
    const bool all_read = out.format.has_value() == object->contains("wav") &&
                          out.raw.has_value() == object->contains("raw") &&
                          out.sound.has_value() == object->contains("sound");
    if (!all_read) return broken();
    out.input = *input;
    out.size_in_bytes = static_cast<std::uint64_t>(*size);
    out.playback_in_bytes = static_cast<std::uint64_t>(playback.value_or(0));
    out.index_in_bytes = static_cast<std::uint64_t>(index.value_or(0));
    for (const auto& role : *roles) {
        const auto parsed = policy::parse_channel_role(role);
        if (!parsed) return broken();
        out.roles.push_back(*parsed);
    }
    return out;
}

}  // namespace gateway::recordings
