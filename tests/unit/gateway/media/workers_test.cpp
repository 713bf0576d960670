#include "gateway/media/workers.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include "tests/support/print_result.hpp"
#include "tests/support/run_loop.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/tone.hpp"
#include "transcode/measure/outline.hpp"

namespace {

using namespace gateway::media;
using namespace std::chrono_literals;
using boost::asio::awaitable;
using policy::Code;
using policy::Result;
using tests::await;
using Bytes = std::vector<std::byte>;
using transcode::messages::Input;
using transcode::messages::Reason;

class InMemory final : public Source {
  public:
    explicit InMemory(Bytes bytes) : bytes_(std::move(bytes)) {}
    std::uint64_t size_in_bytes() const override { return bytes_.size(); }
    awaitable<Result<std::span<const std::byte>>> read(std::uint64_t offset, std::size_t most) override {
        if (failing) co_return policy::fail(Code::kCorrupt, "a broken object");
        const auto rest = std::span<const std::byte>(bytes_).subspan(offset);
        co_return rest.first(std::min({rest.size(), most, std::size_t{10'000}}));
    }
    bool failing = false;

  private:
    Bytes bytes_;
};

class Kept final : public Sink {
  public:
    awaitable<Result<void>> write(std::span<const std::byte> piece) override {
        if (bytes.size() + piece.size() > most) co_return policy::fail(Code::kTooLarge, "the store is full");
        bytes.insert(bytes.end(), piece.begin(), piece.end());
        co_return Result<void>{};
    }
    Bytes bytes;
    std::size_t most = std::size_t{8} * 1024 * 1024;
};

/// Takes everything.
class Counted final : public Sink {
  public:
    awaitable<Result<void>> write(std::span<const std::byte> piece) override {
        bytes += piece.size();
        co_return Result<void>{};
    }
    std::uint64_t bytes = 0;
};

Bytes raw_tone() {
    auto out = tests::tone_wav(2);
    out.erase(out.begin(), out.begin() + 44);
    for (std::size_t i = 0; i + 1 < out.size(); i += 2) std::swap(out[i], out[i + 1]);
    return out;
}

Task raw(Sink* rendition = nullptr) {
    return {Input::kRawL16, 1, 8000, rendition};
}

/// What comes of a worker that misbehaves in this way.
Result<Outcome> outcome_of(const std::string& how, std::chrono::milliseconds longest = 10s) {
    const tests::TemporaryFolder folder;
    const auto program = folder.path() / how;
    std::filesystem::create_symlink(LYING_WORKER, program);
    Workers workers({program.string(), 0, longest});
    InMemory source(raw_tone());
    Kept sink;
    return await(workers.prepare(raw(&sink), source));
}

Reason unplayable(const std::string& how, std::chrono::milliseconds longest = 10s) {
    INFO(how);
    const auto outcome = outcome_of(how, longest);
    REQUIRE(outcome.has_value());
    return std::get<Unplayable>(*outcome).reason;
}

TEST_CASE("A worker prepares one file: facts, outline and rendition") {
    Workers workers({WORKER, 1, 60s});
    REQUIRE(workers.start());
    for (int i = 0; i < 3; ++i) {
        InMemory source(raw_tone());
        Kept sink;
        const auto outcome = await(workers.prepare(raw(&sink), source));
        REQUIRE(outcome);
        const auto& prepared = std::get<Prepared>(*outcome);
        CHECK(prepared.facts.duration_ms() == 2000);
        CHECK(prepared.facts.channels.size() == 1);
        CHECK(transcode::measure::check_outline(prepared.outline));
        CHECK(sink.bytes.size() > 5000);
    }
    InMemory source(raw_tone());
    CHECK(std::holds_alternative<Prepared>(*await(workers.prepare(raw(), source))));
}

TEST_CASE("Files are prepared side by side") {
    Workers workers({WORKER, 2, 60s});
    std::vector<InMemory> sources(6, InMemory(raw_tone()));
    std::vector<awaitable<Result<Outcome>>> all;
    for (auto& source : sources) all.push_back(workers.prepare(raw(), source));
    // In one loop: a worker dies with the thread that started it, and of two loops one ends first.
    for (const auto& outcome : tests::await_all(std::move(all), 1)) {
        const auto* const unplayable = std::get_if<Unplayable>(&*outcome);
        INFO((unplayable == nullptr ? "prepared" : text(unplayable->reason)));
        CHECK(unplayable == nullptr);
    }
}

TEST_CASE("What cannot be decoded is unplayable, for good") {
    Workers workers({WORKER, 0, 60s});
    InMemory source(raw_tone());
    const auto outcome = await(workers.prepare({Input::kFlac, 0, 0, nullptr}, source));
    CHECK(std::get<Unplayable>(*outcome).reason == Reason::kMalformed);
}

TEST_CASE("An error of whoever gives the file or takes the rendition is that error") {
    Workers workers({WORKER, 0, 60s});
    InMemory broken(raw_tone());
    broken.failing = true;
    CHECK(await(workers.prepare(raw(), broken)).error().code == Code::kCorrupt);
    InMemory source(raw_tone());
    Kept full;
    full.most = 100;
    CHECK(await(workers.prepare(raw(&full), source)).error().code == Code::kTooLarge);
}

TEST_CASE("Without a worker, or with one that cannot shut itself in, nothing is prepared") {
    Workers none({"/nonexistent/worker", 1, 60s});
    CHECK(none.start().error().code == Code::kUnavailable);
    InMemory source(raw_tone());
    CHECK(await(none.prepare(raw(), source)).error().code == Code::kUnavailable);
    CHECK(outcome_of("cannot-shut-itself-in").error().code == Code::kUnavailable);
}

TEST_CASE("A worker that dies has crashed, whenever it does") {
    CHECK(unplayable("dies") == Reason::kWorkerCrashed);
    CHECK(unplayable("is-killed-mid-word") == Reason::kWorkerCrashed);
    CHECK(unplayable("hangs-without-socket") == Reason::kWorkerCrashed);
}

TEST_CASE("A worker that takes too long is ended, whatever it does meanwhile") {
    CHECK(unplayable("hangs", 300ms) == Reason::kWorkerTooSlow);
    CHECK(unplayable("reads-for-ever", 300ms) == Reason::kWorkerTooSlow);
}

TEST_CASE("A worker that says what a worker never says is ended") {
    for (const auto* how :
         {"babbles", "says-what-is-ours", "reads-too-much", "reads-nothing", "invents-a-reason", "is-done-at-once",
          "tells-the-outline-first", "tells-no-frames", "tells-impossible-frames", "tells-a-century",
          "tells-other-points", "gives-no-m4a", "tells-facts-twice", "tells-other-facts", "draws-without-end",
          "draws-nonsense", "gives-no-rendition", "reads-when-it-is-over"})
        CHECK(unplayable(how) == Reason::kWorkerMisspoke);
}

TEST_CASE("A rendition without end ends where every rendition does, or where its sink does") {
    CHECK(outcome_of("sings-without-end").error().code == Code::kTooLarge);
    const tests::TemporaryFolder folder;
    const auto program = folder.path() / "sings-without-end";
    std::filesystem::create_symlink(LYING_WORKER, program);
    Workers workers({program.string(), 0, 60s});
    InMemory source(raw_tone());
    Counted counted;
    CHECK(std::get<Unplayable>(*await(workers.prepare(raw(&counted), source))).reason == Reason::kWorkerMisspoke);
    CHECK(counted.bytes <= transcode::messages::kMaxRenditionInBytes);
}

TEST_CASE("When the workers are stopped, the file under way is left for another time") {
    const tests::TemporaryFolder folder;
    const auto program = folder.path() / "hangs";
    std::filesystem::create_symlink(LYING_WORKER, program);
    Workers workers({program.string(), 1, 60s});
    std::thread stopping([&workers] {
        std::this_thread::sleep_for(200ms);
        workers.stop();
    });
    InMemory source(raw_tone());
    CHECK(await(workers.prepare(raw(), source)).error().code == Code::kUnavailable);
    stopping.join();
    CHECK(await(workers.prepare(raw(), source)).error().code == Code::kUnavailable);
}

}  // namespace
