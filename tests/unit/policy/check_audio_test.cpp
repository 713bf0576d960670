#include <catch2/catch.hpp>
#include <string>

#include "policy/admit.hpp"
#include "tests/unit/policy/push.hpp"

namespace {

using namespace std::chrono_literals;
using policy::AudioFacts;
using policy::check_audio;
using policy::Claim;
using policy::Mark;
using std::chrono::milliseconds;
using tests::listed;
using Listed = std::vector<std::string>;

Listed found(const Claim& claim, const AudioFacts& audio) {
    const auto faults = check_audio(claim, audio);
    for (const auto& fault : faults) tests::check_says_what_to_do(fault);
    return listed(faults);
}

Claim with_roles(std::vector<std::string> roles) {
    Claim claim;
    claim.channels = std::move(roles);
    return claim;
}

TEST_CASE("One channel needs no role; two or more need exactly one each") {
    CHECK(found(Claim{}, {1, {}}).empty());
    CHECK(found(with_roles({"mixed"}), {1, {}}).empty());
    CHECK(found(with_roles({"agent", "customer"}), {2, {}}).empty());
    for (const auto& claim : {Claim{}, with_roles({"agent"}), with_roles({"agent", "customer", "other"})}) {
        CHECK(found(claim, {2, {}}) == Listed{"channel-roles /channels"});
    }
    CHECK(found(with_roles({"agent", "customer"}), {1, {}}) == Listed{"channel-roles /channels"});
}

TEST_CASE("A declared duration may differ by two seconds, or by two percent of a long call") {
    struct Row {
        milliseconds measured;
        milliseconds tolerance;
    };
    for (const auto& [measured, tolerance] : {Row{10s, 2s}, Row{100s, 2s}, Row{1000s, 20s}}) {
        for (const int sign : {-1, 1}) {
            Claim claim;
            claim.duration = measured + sign * tolerance;
            CHECK(found(claim, {1, measured}).empty());
            *claim.duration += milliseconds{sign};
            CHECK(found(claim, {1, measured}) == Listed{"duration-differs /duration_ms"});
        }
    }
}

TEST_CASE("Without a declared or a measured duration nothing is compared") {
    Claim claim;
    CHECK(found(claim, {1, 10s}).empty());
    claim.duration = 1h;
    claim.marks = {Mark{0ms, 1h, "hold"}};
    CHECK(found(claim, {1, {}}).empty());
}

TEST_CASE("Each mark that ends past the audio is named by its place") {
    Claim claim;
    claim.marks = {Mark{0ms, 12s, "hold"}, Mark{0ms, 12s + 1ms, "hold"}, Mark{0ms, {}, "hold"}, Mark{0ms, 1h, "pause"}};
    CHECK(found(claim, {1, 10s}) == Listed{"mark-outside /marks/1", "mark-outside /marks/3"});
}

TEST_CASE("All faults between claim and audio are named at once, with the true length") {
    Claim claim;
    claim.duration = 30s;
    claim.marks = {Mark{0ms, 30s, "hold"}};
    const auto faults = check_audio(claim, {2, 10s});
    REQUIRE(listed(faults) ==
            Listed{"channel-roles /channels", "duration-differs /duration_ms", "mark-outside /marks/0"});
    CHECK_THAT(faults[1].sentence, Catch::Contains("10000 ms"));
}

}  // namespace
