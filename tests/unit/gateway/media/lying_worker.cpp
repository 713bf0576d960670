#include <unistd.h>

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
    say(Kind::kFacts, frames, 0, encode(Facts{Coding::kMp3, 8000, frames, measured.channels, false}));
}

void say_outline() {
    say(Kind::kOutline, 0, 0, measure::write_outline(a_second()));
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
