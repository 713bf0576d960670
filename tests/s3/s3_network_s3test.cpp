// A real store behind a network that breaks.
#include <catch2/catch.hpp>
#include <chrono>
#include <random>
#include <string>
#include <thread>

#include "storage/crypto/bytes.hpp"
#include "storage/objects/s3_listing.hpp"
#include "storage/objects/whole_object.hpp"
#include "tests/support/faulty_proxy.hpp"
#include "tests/support/run_loop.hpp"
#include "tests/support/s3_lab.hpp"

namespace {

using namespace storage::objects;
using namespace std::chrono_literals;
using policy::Code;
using policy::Result;
using tests::await;
using tests::FaultyProxy;
using tests::S3Bucket;
using tests::S3Lab;
using Bytes = std::vector<std::byte>;
using Side = FaultyProxy::Side;

Deadline within(std::chrono::milliseconds patience) {
    return std::chrono::steady_clock::now() + patience;
}

ObjectName named(const std::string& text) {
    return ObjectName::parse(text).value();
}

Bytes some_bytes(std::size_t size) {
    std::mt19937_64 random(size);
    Bytes bytes(size);
    for (auto& byte : bytes) byte = static_cast<std::byte>(random());
    return bytes;
}

/// A bucket, and a store that reaches it through the proxy.
struct Site {
    S3Bucket bucket{S3Lab::shared()};
    FaultyProxy proxy{bucket.options().endpoint.port};
    std::unique_ptr<S3Store> store = make();

    std::unique_ptr<S3Store> make() {
        auto options = bucket.options();
        options.endpoint.port = proxy.port();
        options.retries.first_wait = 1ms;
        options.retries.longest_wait = 5ms;
        return bucket.store_with(std::move(options));
    }
};

/// As the gateway pushes: a known length, in batches.
boost::asio::awaitable<Result<void>> push(ObjectStore& store, ObjectName name, const Bytes& bytes,
                                          std::optional<std::uint64_t> length) {
    auto upload = co_await store.begin(std::move(name), length, within(20s));
    if (!upload) co_return upload.error();
    for (std::size_t at = 0; at < bytes.size(); at += 262400) {
        const auto part = std::span(bytes).subspan(at, std::min<std::size_t>(262400, bytes.size() - at));
        const auto written = co_await (*upload)->write(part);
        if (!written) co_return written;
    }
    co_return co_await (*upload)->commit();
}

/// Positions all over a stretch, dense at its ends.
std::vector<std::size_t> positions(std::size_t size, std::size_t count) {
    std::mt19937_64 random(7);
    std::vector<std::size_t> out{0, 1, size - 1, size - 2, size - 20};
    while (out.size() < count) out.push_back(random() % size);
    return out;
}

/// Whatever was said must be true: stored means whole, a failure means absent, and only in doubt it may be either.
void expect_truth(Site& site, const std::string& name, const Bytes& bytes, const Result<void>& said) {
    const auto found = await(get(site.bucket.store(), named(name), std::size_t{1} << 30U, within(20s)));
    if (found) REQUIRE(*found == bytes);
    if (said) REQUIRE(found.has_value());
    if (!said && said.error().code != Code::kInDoubt) {
        INFO(said.error().what);
        REQUIRE(found.error().code == Code::kNotFound);
    }
    REQUIRE(await(open_uploads(site.bucket.client(), "", within(20s))).value().empty());
}

TEST_CASE("A streamed upload that is reset at any byte is stored whole, or not, and what was said is true") {
    Site site;
    const Bytes bytes = some_bytes(600000);
    REQUIRE(await(push(*site.store, named("measure/one"), bytes, bytes.size())).has_value());
    std::this_thread::sleep_for(50ms);
    int stored = 0;
    int number = 0;
    for (const auto side : {Side::kRequest, Side::kAnswer}) {
        const auto size = side == Side::kRequest ? site.proxy.last_request_bytes() : site.proxy.last_answer_bytes();
        REQUIRE(size > 100);
        for (const auto position : positions(size, side == Side::kRequest ? 60 : 40)) {
            const std::string name = "reset/" + std::to_string(number++);
            site.proxy.cut(side, position, 1);
            const auto said = await(push(*site.store, named(name), bytes, bytes.size()));
            site.proxy.cut(side, position, 0);
            INFO(position << " of " << size << " bytes of side " << static_cast<int>(side));
            expect_truth(site, name, bytes, said);
            if (said) ++stored;
        }
    }
    CHECK(stored > 10);  // cut before the body was wanted, or after the last byte: mended
}

TEST_CASE("A short upload that is reset at any byte of request or answer is stored all the same") {
    Site site;
    const Bytes bytes = some_bytes(3000);
    REQUIRE(await(push(*site.store, named("measure/one"), bytes, bytes.size())).has_value());
    std::this_thread::sleep_for(50ms);
    int number = 0;
    for (const auto side : {Side::kRequest, Side::kAnswer}) {
        const auto size = side == Side::kRequest ? site.proxy.last_request_bytes() : site.proxy.last_answer_bytes();
        for (const auto position : positions(size, 60)) {
            const std::string name = "reset/" + std::to_string(number++);
            site.proxy.cut(side, position, 1);
            const auto said = await(push(*site.store, named(name), bytes, bytes.size()));
            INFO(position << " of " << size << " bytes of side " << static_cast<int>(side));
            if (!said) FAIL(said.error().what);
            REQUIRE(await(get(site.bucket.store(), named(name), 10000, within(20s))).value() == bytes);
        }
    }
}

TEST_CASE("An upload in parts that is reset at any byte is stored all the same") {
    Site site;
    const Bytes bytes = some_bytes((std::size_t{5} << 20U) + 1000);
    int number = 0;
    for (const std::size_t position : {std::size_t{100}, std::size_t{1500}, std::size_t{2500}, std::size_t{3000000},
                                       std::size_t{5245000}, std::size_t{5246500}}) {
        for (const auto side : {Side::kRequest, Side::kAnswer}) {
            const std::string name = "parts/" + std::to_string(number++);
            site.proxy.cut(side, side == Side::kRequest ? position : position % 3500, 2);
            const auto said = await(push(*site.store, named(name), bytes, std::nullopt));
            INFO(position);
            if (!said) FAIL(said.error().what);
            expect_truth(site, name, bytes, said);
        }
    }
}

TEST_CASE("A read that is reset at any byte gives the right bytes all the same") {
    Site site;
    const Bytes bytes = some_bytes(200000);
    REQUIRE(await(push(site.bucket.store(), named("read/one"), bytes, bytes.size())).has_value());
    const auto object = await(site.store->open(named("read/one"), within(20s))).value();
    Bytes out(bytes.size());
    for (const auto side : {Side::kRequest, Side::kAnswer}) {
        for (const auto position : positions(side == Side::kRequest ? 1500 : 203000, 40)) {
            site.proxy.cut(side, position, 1);
            std::ranges::fill(out, std::byte{0});
            const auto got = await(object->read(0, out, within(20s)));
            INFO(position);
            if (!got) FAIL(got.error().what);
            REQUIRE(out == bytes);
        }
    }
}

TEST_CASE("A read that is cut short each time is unavailable, never short") {
    Site site;
    const Bytes bytes = some_bytes(200000);
    REQUIRE(await(push(site.bucket.store(), named("read/one"), bytes, bytes.size())).has_value());
    const auto object = await(site.store->open(named("read/one"), within(20s))).value();
    site.proxy.cut(Side::kAnswer, 100000, 1000);
    Bytes out(bytes.size());
    const int before = site.proxy.connections();
    CHECK(await(object->read(0, out, within(20s))).error().code == Code::kUnavailable);
    CHECK(site.proxy.connections() - before == 4);
}

TEST_CASE("Listing and removal survive a reset at any byte") {
    Site site;
    int number = 0;
    for (const auto position : positions(4500, 40)) {
        const std::string name = "listed/" + std::to_string(number++);
        REQUIRE(await(put_once(site.bucket.store(), named(name), some_bytes(10), within(20s))).has_value());
        site.proxy.cut(position % 2 == 0 ? Side::kAnswer : Side::kRequest, position, 1);
        const auto listed = await(site.store->list("listed/", "", 100, within(20s)));
        REQUIRE(listed.has_value());
        REQUIRE(listed->objects.size() == 1);
        site.proxy.cut(position % 2 == 0 ? Side::kAnswer : Side::kRequest, position, 1);
        const auto removed = await(site.store->remove(named(name), within(20s)));
        if (!removed) FAIL(removed.error().what);
        REQUIRE(await(site.bucket.store().list("listed/", "", 100, within(20s))).value().objects.empty());
    }
}

TEST_CASE("A slow answer ends at the deadline of whoever waits") {
    Site site;
    const Bytes bytes = some_bytes(200000);
    REQUIRE(await(push(site.bucket.store(), named("slow/one"), bytes, bytes.size())).has_value());
    const auto object = await(site.store->open(named("slow/one"), within(20s))).value();
    site.proxy.slow_down(20000);
    Bytes out(bytes.size());
    const auto began = std::chrono::steady_clock::now();
    CHECK(await(object->read(0, out, within(700ms))).error().code == Code::kDeadline);
    CHECK(std::chrono::steady_clock::now() - began < 2s);
}

boost::asio::awaitable<int> ask_ten_times(Site& site) {
    for (int i = 0; i < 10; ++i) {
        const auto listed = co_await site.store->list("", "", 10, within(20s));
        REQUIRE(listed.has_value());
    }
    co_return site.proxy.connections();
}

TEST_CASE("Connections are kept between requests") {
    Site site;
    CHECK(await(ask_ten_times(site)) == 1);
}

boost::asio::awaitable<Result<void>> put_around(Site& site, bool streamed) {
    const Bytes first = some_bytes(100);
    auto name = named("around/first");
    auto stored = co_await put_once(*site.store, std::move(name), first, within(20s));
    if (!stored) co_return stored;
    S3Lab::shared().tell("kill-gateway");  // the kept connection is dead now
    S3Lab::shared().tell("start-gateway");
    const Bytes second = some_bytes(streamed ? 400000 : 100);
    name = named("around/second");
    co_return co_await push(*site.store, std::move(name), second, second.size());
}

TEST_CASE("A kept connection that died meanwhile costs nothing") {
    for (const bool streamed : {false, true}) {
        Site site;
        REQUIRE(await(put_around(site, streamed)).has_value());
        CHECK(site.store->client().budget().left() == 250);
    }
}

TEST_CASE("While the store is down all is unavailable, and once it is back all goes on by itself") {
    Site site;
    const Bytes bytes = some_bytes(400000);
    REQUIRE(await(push(*site.store, named("down/before"), bytes, bytes.size())).has_value());
    S3Lab::shared().tell("kill-gateway");
    CHECK(await(push(*site.store, named("down/during"), bytes, bytes.size())).error().code == Code::kUnavailable);
    CHECK(await(site.store->open(named("down/before"), within(20s))).error().code == Code::kUnavailable);
    CHECK(await(site.store->remove(named("down/before"), within(20s))).error().code == Code::kUnavailable);
    S3Lab::shared().tell("start-gateway");
    CHECK(await(get(*site.store, named("down/before"), 500000, within(20s))).value() == bytes);
    CHECK(await(site.store->open(named("down/during"), within(20s))).error().code == Code::kNotFound);
    CHECK(await(push(*site.store, named("down/during"), bytes, bytes.size())).has_value());
}

boost::asio::awaitable<Result<void>> push_into_a_pause(ObjectStore& store, const Bytes& bytes, const char* what) {
    auto name = named("paused/one");
    auto upload = co_await store.begin(std::move(name), bytes.size(), within(2s));
    if (!upload) co_return upload.error();
    const auto half = std::span(bytes).first(bytes.size() / 2);
    auto written = co_await (*upload)->write(half);
    S3Lab::shared().tell(what);
    if (written) written = co_await (*upload)->write(std::span(bytes).subspan(bytes.size() / 2));
    if (!written) co_return written;
    co_return co_await (*upload)->commit();
}

TEST_CASE("A store that stands still in the middle of an upload leaves nothing half done") {
    for (const std::string what : {"pause", "pause-disk"}) {
        Site site;
        const Bytes bytes = some_bytes(12000000);
        const auto began = std::chrono::steady_clock::now();
        const auto said = await(push_into_a_pause(*site.store, bytes, what.c_str()));
        CHECK(std::chrono::steady_clock::now() - began < 5s);
        S3Lab::shared().tell(what == "pause" ? "resume" : "resume-disk");
        REQUIRE(said.has_error());
        const bool known = said.error().code == Code::kDeadline || said.error().code == Code::kInDoubt;
        CHECK(known);
        std::this_thread::sleep_for(500ms);
        expect_truth(site, "paused/one", bytes, said);
        CHECK(await(push(*site.store, named("paused/again"), bytes, bytes.size())).has_value());
    }
}

}  // namespace
