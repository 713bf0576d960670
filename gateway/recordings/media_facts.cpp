#include "gateway/recordings/media_facts.hpp"

#include <array>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <optional>
#include <utility>

#include "gateway/json/object_reader.hpp"

namespace gateway::recordings {

using transcode::wav::Coding;

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

}  // namespace

std::string to_json(const MediaFacts& facts) {
    boost::json::object out;
    out["coding"] = name_of(facts.format.coding);
    out["channels"] = facts.format.channels;
    out["rate_hz"] = facts.format.sample_rate_hz;
    out["data_offset"] = facts.format.data_offset;
    out["data_bytes"] = facts.format.data_bytes.value_or(0);
    out["size"] = facts.size_in_bytes;
    boost::json::array roles;
    for (const auto role : facts.roles) roles.emplace_back(policy::text(role));
    out["roles"] = std::move(roles);
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
    const auto coding = parse_coding(reader.text("coding").value_or(""));
    const auto channels = reader.whole_number("channels", 1, 8);
    const auto rate = reader.whole_number("rate_hz", 1, 1'000'000);
    const auto offset = reader.whole_number("data_offset", 0, kLargest);
    const auto bytes = reader.whole_number("data_bytes", 0, kLargest);
    const auto size = reader.whole_number("size", 0, kLargest);
    const auto roles = reader.texts("roles", 8);
    reader.done();
    if (!faults.empty() || !coding || !channels || !rate || !offset || !bytes || !size || !roles) return broken();
    MediaFacts out;
    out.format.coding = *coding;
    out.format.channels = static_cast<unsigned>(*channels);
    out.format.sample_rate_hz = static_cast<std::uint32_t>(*rate);
    out.format.data_offset = static_cast<std::uint64_t>(*offset);
    out.format.data_bytes = static_cast<std::uint64_t>(*bytes);
    out.size_in_bytes = static_cast<std::uint64_t>(*size);
    for (const auto& role : *roles) {
        const auto parsed = policy::parse_channel_role(role);
        if (!parsed) return broken();
        out.roles.push_back(*parsed);
    }
    return out;
}

}  // namespace gateway::recordings
