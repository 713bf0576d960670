#include "gateway/recordings/played_file.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "tests/support/print_result.hpp"

namespace {

using namespace gateway::recordings;

MediaFacts two_seconds_of_wav() {
    MediaFacts facts;
    facts.format.emplace();
    facts.format->coding = transcode::wav::Coding::kALaw;
    facts.format->sample_rate_hz = 8000;
    facts.format->data_offset = 58;
    facts.format->data_bytes = 16'000;
    facts.size_in_bytes = 16'058;
    return facts;
}

MediaFacts prepared_mp3() {
    MediaFacts facts;
    facts.input = transcode::messages::Input::kMp3;
    facts.size_in_bytes = 5000;
    facts.sound = {transcode::messages::Coding::kMp3, 8000, 16'000, {{}}, false};
    facts.playback_in_bytes = 8000;
    return facts;
}

TEST_CASE("A WAV is heard as a WAV of its own original") {
    const auto file = PlayedFile::of(two_seconds_of_wav()).value();
    CHECK(file.rendition() == "original");
    CHECK(file.name() == "audio.wav");
    CHECK(file.media_type() == "audio/wav");
    CHECK(file.size_in_bytes() == 44 + 32'000);
    CHECK(file.source_in_bytes() == 16'058);
    CHECK_FALSE(file.is_verbatim(file.plan(44, 100)));
    CHECK(file.heard_at(44) == 0);
    CHECK(file.heard_at(44 + 16'000) == 1000);
    CHECK(file.heard_at(3) == 0);
}

TEST_CASE("Anything else is heard as its playback rendition, byte for byte, once there is one") {
    const auto file = PlayedFile::of(prepared_mp3()).value();
    CHECK(file.rendition() == "playback");
    CHECK(file.name() == "audio.m4a");
    CHECK(file.media_type() == "audio/mp4");
    CHECK(file.size_in_bytes() == 8000);
    CHECK(file.source_in_bytes() == 8000);
    const auto slice = file.plan(100, 299);
    CHECK(slice.first == 100);
    CHECK(slice.size == 200);
    CHECK(slice.source_offset == 100);
    CHECK(slice.source_size == 200);
    CHECK(file.is_verbatim(slice));
    CHECK(file.position_at(4096) == 4096);
    CHECK(file.plan(7990, 9000).size == 10);
    CHECK(file.plan(9000, 9100).size == 0);
    CHECK(file.bytes_per_second() == 4000);
    CHECK(file.heard_at(4000) == 1000);
    auto indexed = prepared_mp3();
    indexed.index_in_bytes = 1000;  // no sound: it counts neither as heard nor against the pace
    const auto with_index = PlayedFile::of(indexed).value();
    CHECK(with_index.lead_in_bytes() == 1000);
    CHECK(with_index.bytes_per_second() == 3500);
    CHECK(with_index.heard_at(1000) == 0);
    CHECK(with_index.heard_at(4500) == 1000);
    const std::vector<std::byte> source(200, std::byte{7});
    std::vector<std::byte> out(200);
    CHECK(file.render(slice, source, out));
    CHECK(out == source);
    CHECK(file.render(slice, std::span(source).first(10), out).error().code == policy::Code::kInvalid);
}

TEST_CASE("What is not prepared yet, or cannot be, is not heard") {
    auto facts = prepared_mp3();
    facts.playback_in_bytes = 0;
    CHECK(PlayedFile::of(facts).error().code == policy::Code::kConflict);
    facts = prepared_mp3();
    facts.sound.reset();
    CHECK(PlayedFile::of(facts).error().code == policy::Code::kConflict);
}

}  // namespace
