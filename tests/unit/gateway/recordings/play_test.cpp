#include "gateway/recordings/play.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "storage/crypto/sealed_layout.hpp"
#include "storage/crypto/sealer.hpp"

namespace {

using namespace gateway::recordings;
using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

constexpr policy::Instant kWall{std::chrono::seconds(1'800'000'000)};
constexpr std::uint64_t kSecond = 16'000;  ///< Bytes of 8 kHz mono, 16 bit.

/// An hour of mono at 8 kHz.
PlayedFile an_hour() {
    MediaFacts facts;
    facts.format.emplace();
    facts.format->sample_rate_hz = 8000;
    facts.format->data_offset = 44;
    facts.format->data_bytes = 3600 * kSecond;
    return PlayedFile::of(facts).value();
}

class SomeObject final : public storage::objects::Object {
  public:
    std::uint64_t size_in_bytes() const noexcept override { return storage::crypto::sealed_size(1000); }
    boost::asio::awaitable<policy::Result<std::size_t>> read(std::uint64_t, std::span<std::byte>,
                                                             storage::objects::Deadline) override {
        co_return policy::fail(policy::Code::kUnavailable, "not asked for");
    }
};

PlayTerms terms_with(std::optional<policy::Pace> pace) {
    PlayTerms terms;
    terms.expires_at = kWall + 1h;
    terms.pace = pace;
    return terms;
}

std::shared_ptr<Play> play_of(PlayTerms terms, Steady::time_point lease_until) {
    return std::make_shared<Play>(std::move(terms), SealedFile{}, std::nullopt, storage::crypto::Key256::random(),
                                  an_hour(), lease_until);
}

std::shared_ptr<Play> play_with(std::optional<policy::Pace> pace, Steady::time_point lease_until) {
    return play_of(terms_with(pace), lease_until);
}

TEST_CASE("Without a pace the whole file may flow at once") {
    const auto play = play_with(std::nullopt, Steady::now() + 1h);
    REQUIRE(play->allowed_until(Steady::now(), 0, 0) == play->file().size_in_bytes());
}

TEST_CASE("What went out at another gateway, and since when, counts for the pace here") {
    auto terms = terms_with(policy::Pace{90s, 4});
    terms.age = 10s;
    const auto play = play_of(std::move(terms), Steady::now() + 1h);
    const auto fresh = play_with(policy::Pace{90s, 4}, Steady::now() + 1h);
    const auto now = Steady::now();
    const auto gained = play->allowed_until(now, 0, 0) - fresh->allowed_until(now, 0, 0);
    REQUIRE(gained >= 39 * kSecond);
    REQUIRE(gained <= 41 * kSecond);
    play->served(0, 10 * kSecond);
    play->served_elsewhere({{5 * kSecond, 40 * kSecond}});
    REQUIRE(play->served_bytes() == 40 * kSecond);
    REQUIRE(play->allowed_until(now, 0, 0) - fresh->allowed_until(now, 0, 0) <= kSecond);
    play->end(PlayEnd::kClosed);
    play->served_elsewhere({{50 * kSecond, 60 * kSecond}});
    REQUIRE(play->served_bytes() == 50 * kSecond);
}

TEST_CASE("With a pace half of the head start flows at once, then so many times real time") {
    const auto opened = Steady::now();
    const auto play = play_with(policy::Pace{90s, 4}, opened + 1h);
    const auto at_once = play->allowed_until(opened, 0, 0);
    REQUIRE(at_once >= 44 + 45 * kSecond);  // the rest waits for seeks
    REQUIRE(at_once <= 44 + 46 * kSecond);
    const auto later = play->allowed_until(opened + 10s, 0, 0);
    REQUIRE(later - at_once >= 39 * kSecond);
    REQUIRE(later - at_once <= 41 * kSecond);
}

TEST_CASE("The pace counts what went out, wherever it lies: a seek is free, the budget is one") {
    const auto opened = Steady::now();
    const auto play = play_with(policy::Pace{90s, 4}, opened + 1h);
    play->served(0, 44 + 45 * kSecond);
    const auto far = 44 + 1800 * kSecond;
    REQUIRE(play->allowed_until(opened, 44 + 45 * kSecond, 0) < 44 + 46 * kSecond);  // reading on waits...
    for (const auto place : {far, far + 60 * kSecond, far + 120 * kSecond}) {        // ...and a seek does not
        const auto until = play->allowed_until(opened, place, place);
        REQUIRE(until >= place + 10 * kSecond);
        REQUIRE(until <= place + 11 * kSecond);
        play->served(place, until - 1);
        REQUIRE(play->allowed_until(opened, until, place) == until);  // not a byte more for now
    }
    const auto fourth = far + 180 * kSecond;
    play->served(fourth, fourth + 15 * kSecond);
    REQUIRE(play->allowed_until(opened, 0, 0) <= kSecond);  // spent, also for seeks
    REQUIRE(play->allowed_until(opened + 5s, far + 300 * kSecond, far + 300 * kSecond) > far + 309 * kSecond);
}

TEST_CASE(
    "An answer that the player may wait for flows on to the place that the listener seeks, and a beginning more") {
    const auto opened = Steady::now();
    const auto play = play_with(policy::Pace{90s, 4}, opened + 1h);
    const auto read = 44 + 45 * kSecond;
    play->served(0, read);
    play->sought(52s);  // 112 KB ahead of the answer
    const auto until = play->allowed_until(opened, read, 0);
    CHECK(until == 44 + 62 * kSecond);
    play->served(read, until);
    CHECK(play->allowed_until(opened, until, 0) < until + kSecond);
    const auto half_way = play->allowed_until(opened, 44 + 58 * kSecond, 0);
    CHECK(half_way == until);  // past the place itself too
    play->sought(80s);         // 18 seconds, 288 KB: too far for a player to wait, it asks anew
    CHECK(play->allowed_until(opened, until, 0) < until + kSecond);
    play->sought(30s);  // before it: it has that
    CHECK(play->allowed_until(opened, until, 0) < until + kSecond);
}

TEST_CASE("What was served twice is spent once") {
    const auto opened = Steady::now();
    const auto play = play_with(policy::Pace{90s, 4}, opened + 1h);
    for (int i = 0; i < 10; ++i) play->served(0, 44 + 10 * kSecond);
    REQUIRE(play->served_bytes() == 44 + 10 * static_cast<std::int64_t>(kSecond));
    REQUIRE(play->allowed_until(opened, 0, 0) >= 35 * kSecond);
    REQUIRE(play->ranges().size() == 1);
}

TEST_CASE("Sound flows while the lease runs, the session lives and nobody ended the play") {
    const auto now = Steady::now();
    const auto play = play_with(std::nullopt, now + 15s);
    REQUIRE(play->may_flow(now, kWall));
    REQUIRE_FALSE(play->may_flow(now + 15s, kWall));
    play->renewed(now + 30s);
    REQUIRE(play->may_flow(now + 29s, kWall));
    REQUIRE(play->may_flow(now, kWall + 1h - 1ms));
    REQUIRE_FALSE(play->may_flow(now, kWall + 1h));
    REQUIRE_FALSE(play->ended());
    REQUIRE(play->end(PlayEnd::kRevoked));
    REQUIRE_FALSE(play->may_flow(now, kWall));
}

TEST_CASE("The first reason for an end counts, and each has its word") {
    const auto play = play_with(std::nullopt, Steady::now());
    REQUIRE(play->end(PlayEnd::kLoggedOut));
    REQUIRE_FALSE(play->end(PlayEnd::kIdle));
    REQUIRE(play->ended() == PlayEnd::kLoggedOut);
    REQUIRE(text(PlayEnd::kLoggedOut) == "logged_out");
    REQUIRE(gateway::recordings::parse_play_end("logged_out") == PlayEnd::kLoggedOut);
    REQUIRE_FALSE(gateway::recordings::parse_play_end("gateway_lost"));
}

TEST_CASE("What was served is final at the end: nothing goes out after it") {
    const auto play = play_with(std::nullopt, Steady::now() + 1h);
    REQUIRE(play->served(0, 1000));
    play->end(PlayEnd::kRevoked);
    REQUIRE_FALSE(play->served(1000, 2000));
    REQUIRE(play->served_bytes() == 1000);
}

TEST_CASE("The keys of a play are wiped when it ends: nothing opens any more, nothing is kept") {
    const auto key = storage::crypto::Key256::random();
    const policy::RecordingId recording;
    storage::crypto::Sealer sealer(key, {recording, "original", 0, true});
    std::array<std::byte, storage::crypto::kSealHeaderBytes> header{};
    std::ranges::copy(sealer.header(), header.begin());
    PlayTerms terms;
    terms.recording = recording;
    const SealedFile source{std::make_shared<SomeObject>(), header, 1000};
    Play play(std::move(terms), source, std::nullopt, key.clone(), an_hour(), Steady::now() + 1h);
    auto first = play.opener().value();
    auto second = play.opener().value();
    play.put_back(std::move(first));
    REQUIRE(play.opener().has_value());
    REQUIRE(play.end(PlayEnd::kRevoked));
    REQUIRE(play.opener().error().code == policy::Code::kDenied);
    play.put_back(std::move(second));
    REQUIRE(play.opener().error().code == policy::Code::kDenied);
}

TEST_CASE("A second of sound is two bytes a sample and channel, whatever the source's coding") {
    REQUIRE(play_with(std::nullopt, Steady::now())->file().bytes_per_second() == kSecond);
}

}  // namespace
