#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "transcode/measure/outline.hpp"
#include "transcode/messages/facts.hpp"
#include "transcode/messages/message.hpp"

// Plays a media worker that somebody has taken over. The name of the program says how it misbehaves.

namespace {

using namespace transcode::messages;
namespace measure = transcode::measure;

constexpr int kSocket = 3;

void put(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const auto count = ::write(kSocket, bytes.data(), bytes.size());
        if (count <= 0) ::_exit(1);
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
}

void say(Kind kind, std::uint64_t first = 0, std::uint64_t second = 0, std::span<const std::byte> payload = {}) {
    put(encode(Header{kind, static_cast<std::uint32_t>(payload.size()), first, second}));
    put(payload);
}

measure::Measured a_second() {
    measure::Meter meter(1, 8000);
    meter.take(std::vector<std::int16_t>(8000, 1000));
    return meter.finish();
}

void say_facts(std::uint64_t frames = 8000) {
    const auto measured = a_second();
    auto channels = measured.channels;
    channels.front().clipped = 0;
    say(Kind::kFacts, frames, 0, encode(Facts{Coding::kMp3, 8000, frames, channels, false}));
}

void say_outline() {
    say(Kind::kOutline, 0, 0, measure::write_outline(a_second()));
}

/// What begins like an .m4a whose index comes first.
void say_rendition() {
    std::vector<std::byte> start(1000);
    const std::string_view boxes(
        "\0\0\0\x1c"
        "ftypM4A ",
        12);
    const std::string_view index("\0\0\1\0moov", 8);
    for (std::size_t i = 0; i < boxes.size(); ++i) start[i] = static_cast<std::byte>(boxes[i]);
    for (std::size_t i = 0; i < index.size(); ++i) start[28 + i] = static_cast<std::byte>(index[i]);
    say(Kind::kRendition, 0, 0, start);
}

void wait_for_ever() {
    while (true) ::pause();
}

void misbehave(std::string_view how) {
    const std::vector<std::byte> piece(kMaxPayloadInBytes);
    if (how == "dies") std::abort();
    if (how == "cannot-shut-itself-in") ::_exit(2);
    if (how == "hangs") wait_for_ever();
    if (how == "hangs-without-socket") {
        ::close(kSocket);
        wait_for_ever();
    }
    if (how == "is-killed-mid-word") {
        put(std::span(piece).first(10));
        ::_exit(0);
    }
    if (how == "babbles") put(piece);
    if (how == "says-what-is-ours") say(Kind::kBytes, 0, 0, piece);
    if (how == "reads-too-much") say(Kind::kRead, 0, kMaxPayloadInBytes + 1);
    if (how == "reads-nothing") say(Kind::kRead, 0, 0);
    if (how == "reads-for-ever") {
        while (true) {
            say(Kind::kRead, 0, 1);
            std::vector<std::byte> answer(kHeaderInBytes + 1);
            for (std::size_t got = 0; got < answer.size();) {
                const auto count = ::read(kSocket, answer.data() + got, answer.size() - got);
                if (count <= 0) ::_exit(1);
                got += static_cast<std::size_t>(count);
            }
        }
    }
    if (how == "invents-a-reason") say(Kind::kFailed, kLastSaid + 1);
    if (how == "is-done-at-once") say(Kind::kDone);
    if (how == "tells-the-outline-first") say_outline();
    if (how == "tells-no-frames") say_facts(0);
    if (how == "tells-impossible-frames" || how == "tells-a-century") {
        say_facts(how == "tells-a-century" ? std::uint64_t{1} << 50U : ~std::uint64_t{0});
        measure::Measured empty;
        empty.rate_hz = 8000;
        empty.samples_per_point = how == "tells-a-century" ? 1U << 31U : 400;
        empty.channels.resize(1);
        empty.peaks.resize(how == "tells-a-century" ? std::size_t{1} << 19U : 0);
        const auto outline = measure::write_outline(empty);
        for (std::size_t at = 0; at < outline.size(); at += kMaxPayloadInBytes)
            say(Kind::kOutline, 0, 0,
                std::span(outline).subspan(at, std::min(kMaxPayloadInBytes, outline.size() - at)));
        say_rendition();
        say(Kind::kDone);
    }
    if (how == "tells-other-points") {
        say_facts();
        measure::Measured coarse = a_second();
        coarse.samples_per_point = 8000;
        coarse.peaks.resize(1);
        say(Kind::kOutline, 0, 0, measure::write_outline(coarse));
        say_rendition();
        say(Kind::kDone);
    }
    if (how == "gives-no-m4a") {
        say_facts();
        say_outline();
        say(Kind::kRendition, 0, 0, piece);
        say(Kind::kDone);
    }
    if (how == "tells-facts-twice") {
        say_facts();
        say_facts();
    }
    if (how == "tells-other-facts") {
        say_facts(16'000);
        say_outline();
        say(Kind::kRendition, 0, 0, piece);
        say(Kind::kDone);
    }
    if (how == "draws-without-end") {
        say_facts();
        while (true) say(Kind::kOutline, 0, 0, piece);
    }
    if (how == "draws-nonsense") {
        say_facts();
        say(Kind::kOutline, 0, 0, piece);
        say(Kind::kRendition, 0, 0, piece);
    }
    if (how == "gives-no-rendition") {
        say_facts();
        say_outline();
        say(Kind::kDone);
    }
    if (how == "reads-when-it-is-over") {
        say_facts();
        say_outline();
        say(Kind::kRead, 0, 10);
    }
    if (how == "sings-without-end") {
        say_facts();
        say_outline();
        say_rendition();
        while (true) say(Kind::kRendition, 0, 0, piece);
    }
    ::_exit(0);
}

}  // namespace

int main(int, char** argv) {
    std::vector<std::byte> job(kHeaderInBytes + 8);
    if (::read(kSocket, job.data(), job.size()) <= 0) return 1;
    const std::string_view name(argv[0]);
    misbehave(name.substr(name.rfind('/') + 1));
    return 0;
}
