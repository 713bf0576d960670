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
            REQUIRE(outcome.facts->format->channels == 2);
            REQUIRE(outcome.facts->duration_ms() == 1000U);
            REQUIRE(outcome.facts->size_in_bytes == file.size());
        }
    }
}

TEST_CASE("What nobody here decodes is refused by its first bytes, with its name") {
    Bytes aiff(100'000);
    const std::string_view tag("FORM\0\0\0\0AIFF", 12);
    std::transform(tag.begin(), tag.end(), aiff.begin(), [](char c) { return static_cast<std::byte>(c); });
    const auto outcome = intake(aiff, 4);
    REQUIRE_FALSE(outcome.facts);
    REQUIRE(outcome.refusal.unsupported);
    REQUIRE_THAT(outcome.refusal.sentence, Catch::Contains("AIFF") && Catch::Contains("send WAV"));
    REQUIRE(outcome.read < 200);
    REQUIRE(intake(Bytes(1000), 100).refusal.unsupported);
    REQUIRE(intake(make_wav({0x11, 1, 8000, 4}, samples(650)), 100).refusal.unsupported);
}

TEST_CASE("What a media worker decodes is taken, and known by what it is") {
    using transcode::messages::Input;
    const std::vector<std::pair<std::string, Input>> files{{std::string("ID3\x03", 4), Input::kMp3},
                                                           {"OggS", Input::kOgg},
                                                           {"\x1A\x45\xDF\xA3", Input::kWebm},
                                                           {std::string("\0\0\0\x20"
                                                                        "ftypM4A ",
                                                                        12),
                                                            Input::kMp4},
                                                           {"#!AMR\n", Input::kAmr},
                                                           {"#!AMR-WB\n", Input::kAmr},
                                                           {"fLaC", Input::kFlac}};
    for (const auto& [magic, input] : files) {
        Bytes file(5000);
        std::transform(magic.begin(), magic.end(), file.begin(), [](char c) { return static_cast<std::byte>(c); });
        const auto outcome = intake(file, 300);
        REQUIRE(outcome.facts);
        REQUIRE(outcome.facts->input == input);
        REQUIRE_FALSE(outcome.facts->format);
        REQUIRE_FALSE(outcome.facts->duration_ms());
        REQUIRE(outcome.facts->size_in_bytes == file.size());
    }
    const auto gsm = intake(make_wav({0x31, 1, 8000, 0}, samples(650)), 1000);
    REQUIRE(gsm.facts);
    REQUIRE(gsm.facts->input == Input::kWav);
    REQUIRE_FALSE(gsm.facts->format);
}

TEST_CASE("Raw samples are taken as they are declared, and only so") {
    const auto shape = [](std::string_view type) { return std::get<RawShape>(declared_shape(type)); };
    REQUIRE(shape("audio/L16; rate=8000; channels=2").channels == 2);
    REQUIRE(shape("AUDIO/l16;rate=16000").rate_hz == 16000);
    REQUIRE(shape("audio/L16;rate=16000").channels == 1);
    for (const auto* type : {"", "audio/wav", "application/octet-stream", "audio/L160; rate=8000"})
        REQUIRE(std::holds_alternative<std::monostate>(declared_shape(type)));
    for (const auto* type : {"audio/L16", "audio/L16; rate=1", "audio/L16; rate=8000; channels=9", "audio/L16; rate=x",
                             "audio/L16; rate=8000; channels=0", "audio/L16; rate", "audio/L16; rate=-8000"})
        REQUIRE_THAT(std::get<AudioRefusal>(declared_shape(type)).sentence, Catch::Contains("audio/L16; rate=8000"));
    AudioIntake raw(kTwoSided, std::nullopt, RawShape{2, 8000});
    REQUIRE_FALSE(raw.take(samples(100)));
    const auto facts = std::get<MediaFacts>(raw.finish({}));
    REQUIRE(facts.input == transcode::messages::Input::kRawL16);
    REQUIRE(media_facts_from(to_json(facts)).value().raw->rate_hz == 8000);
    AudioIntake undeclared(kNoClaim, std::nullopt, RawShape{2, 8000});
    REQUIRE(undeclared.take(samples(100))->faults.at(0).code == policy::FaultCode::kChannelRoles);
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
            REQUIRE(outcome.facts->format->data_bytes == 16000U);
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
    REQUIRE(again.format->coding == transcode::wav::Coding::kMuLaw);
    REQUIRE(again.roles == facts.roles);
    for (const auto* text : {"", "{}", "[]", R"({"coding":"mp3"})"}) REQUIRE(media_facts_from(text).has_error());
    auto more = to_json(facts);
    more.insert(1, "\"x\":1,");
    REQUIRE(media_facts_from(more).has_error());
    using transcode::messages::Coding;
    facts.sound = {Coding::kMuLaw,
                   8000,
                   8000,
                   {{32768, -3, 17, false}, {0, transcode::measure::ChannelFacts::kNone, 0, true}},
                   false};
    facts.playback_in_bytes = 4711;
    const auto prepared = media_facts_from(to_json(facts)).value();
    REQUIRE(prepared.sound == facts.sound);
    REQUIRE(prepared.playback_in_bytes == 4711);
    REQUIRE(to_json(facts).size() < 1024);
    auto broken = to_json(facts);
    broken.replace(broken.find("-3"), 2, "33");
    REQUIRE(media_facts_from(broken).has_error());
}

}  // namespace
