#include "gateway/recordings/audio_intake.hpp"

#include <catch2/catch.hpp>

#include "tests/support/tone.hpp"

namespace {

using namespace gateway::recordings;
using tests::make_wav;
using Bytes = std::vector<std::byte>;

const policy::Claim kNoClaim;

/// Of a recording with two channels.
policy::Claim two_sided() {
    policy::Claim claim;
    claim.channels = std::vector<std::string>{"agent", "customer"};
    return claim;
}
const policy::Claim kTwoSided = two_sided();

struct Outcome {
    std::optional<MediaFacts> facts;
    AudioRefusal refusal;
    std::uint64_t read = 0;  ///< Bytes taken until it was decided.
};

/// Feeds the file in pieces of `size` bytes.
Outcome intake(const Bytes& file, std::size_t size, bool length_told = true, const policy::Claim& claim = kNoClaim) {
    AudioIntake intake(claim, length_told ? std::optional<std::uint64_t>(file.size()) : std::nullopt);
    Outcome out;
    for (std::size_t at = 0; at < file.size(); at += size) {
        const auto piece = std::span(file).subspan(at, std::min(size, file.size() - at));
        out.read += piece.size();
        if (auto refusal = intake.take(piece)) {
            out.refusal = *refusal;
            return out;
        }
    }
    auto finished = intake.finish({});
    if (auto* facts = std::get_if<MediaFacts>(&finished)) {
        out.facts = *facts;
    } else {
        out.refusal = std::get<AudioRefusal>(finished);
    }
    return out;
}

Bytes samples(std::size_t size) {
    return Bytes(size, std::byte{0x55});
}

TEST_CASE("A WAV is understood however it arrives, with or without its length told") {
    const auto file = make_wav({6, 2, 8000, 8}, samples(16000));
    for (const bool told : {true, false}) {
        for (const std::size_t size : {std::size_t{1}, std::size_t{7}, std::size_t{44}, file.size()}) {
            const auto outcome = intake(file, size, told, kTwoSided);
            REQUIRE(outcome.facts);
            REQUIRE(outcome.facts->format.channels == 2);
            REQUIRE(outcome.facts->format.duration_ms() == 1000);
            REQUIRE(outcome.facts->size_in_bytes == file.size());
        }
    }
}

TEST_CASE("What is no WAV is refused by its first bytes, with its name") {
    Bytes mp3(100'000);
    const std::string_view tag = "ID3\x03\x00";
    std::transform(tag.begin(), tag.end(), mp3.begin(), [](char c) { return static_cast<std::byte>(c); });
    const auto outcome = intake(mp3, 4);
    REQUIRE_FALSE(outcome.facts);
    REQUIRE(outcome.refusal.unsupported);
    REQUIRE_THAT(outcome.refusal.sentence, Catch::Contains("send a WAV file"));
    REQUIRE(outcome.read < 200);
    REQUIRE(intake(Bytes(1000), 100).refusal.unsupported);
}

TEST_CASE("A coding that does not play is refused as unsupported") {
    const auto gsm = make_wav({0x31, 1, 8000, 0}, samples(650));
    const auto outcome = intake(gsm, gsm.size());
    REQUIRE_FALSE(outcome.facts);
    REQUIRE(outcome.refusal.unsupported);
}

TEST_CASE("Empty bodies, bodies that end in the header and files without samples are refused") {
    REQUIRE_THAT(intake({}, 1).refusal.sentence, Catch::Contains("empty"));
    auto file = make_wav({1, 1, 8000, 16}, samples(100));
    file.resize(30);
    const auto cut = intake(file, 10, false);
    REQUIRE_FALSE(cut.facts);
    REQUIRE_FALSE(cut.refusal.sentence.empty());
    REQUIRE_THAT(intake(make_wav({1, 1, 8000, 16}, {}), 44).refusal.sentence, Catch::Contains("no samples"));
}

TEST_CASE("Audio shorter than its header says is refused, and says by how much") {
    auto file = make_wav({1, 1, 8000, 16}, samples(1000));
    file.erase(file.end() - 600, file.end());
    for (const bool told : {true, false}) {
        const auto outcome = intake(file, 100, told);
        REQUIRE_FALSE(outcome.facts);
        REQUIRE_FALSE(outcome.refusal.unsupported);
        REQUIRE_THAT(outcome.refusal.sentence, Catch::Contains("600 bytes shorter"));
    }
}

TEST_CASE("Header sizes 0 and 0xFFFFFFFF mean: to the end") {
    for (const std::int64_t declared : {std::int64_t{0}, std::int64_t{0xFFFFFFFF}}) {
        for (const bool told : {true, false}) {
            const auto outcome = intake(make_wav({1, 1, 8000, 16}, samples(16001), declared), 1000, told);
            REQUIRE(outcome.facts);
            REQUIRE(outcome.facts->format.data_bytes == 16000U);
        }
    }
}

TEST_CASE("Metadata that does not fit the audio is told as early as it shows") {
    policy::Claim claim;
    claim.channels = std::vector<std::string>{"agent"};
    const auto stereo = make_wav({1, 2, 8000, 16}, samples(320'000));
    const auto outcome = intake(stereo, 1000, true, claim);
    REQUIRE_FALSE(outcome.facts);
    REQUIRE(outcome.read <= 2000);
    REQUIRE(outcome.refusal.faults.at(0).code == policy::FaultCode::kChannelRoles);
    claim.channels = std::vector<std::string>{"agent", "customer"};
    claim.duration = std::chrono::hours(1);
    const auto shorter = intake(stereo, 1000, true, claim);
    REQUIRE(shorter.refusal.faults.at(0).code == policy::FaultCode::kDurationDiffers);
    REQUIRE(shorter.read == stereo.size());
}

TEST_CASE("Facts about media survive the catalogue's column, and nothing else does") {
    const auto file = make_wav({7, 2, 8000, 8}, samples(16000));
    auto facts = intake(file, file.size(), true, kTwoSided).facts.value();
    facts.roles = {policy::ChannelRole::kAgent, policy::ChannelRole::kCustomer};
    const auto again = media_facts_from(to_json(facts)).value();
    REQUIRE(to_json(again) == to_json(facts));
    REQUIRE(again.format.coding == transcode::wav::Coding::kMuLaw);
    REQUIRE(again.roles == facts.roles);
    for (const auto* text : {"", "{}", "[]", R"({"coding":"mp3"})"}) REQUIRE(media_facts_from(text).has_error());
    auto more = to_json(facts);
    more.insert(1, "\"x\":1,");
    REQUIRE(media_facts_from(more).has_error());
}

}  // namespace
