#include "storage/audit/log_reader.hpp"

#include <catch2/catch.hpp>
#include "tests/support/print_result.hpp"

#include "storage/async/blocking_pool.hpp"
#include "storage/objects/file_store.hpp"
#include "storage/objects/memory_budget.hpp"
#include "tests/support/log_maker.hpp"
#include "tests/support/run_loop.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace storage;         // NOLINT(google-build-using-namespace)
using namespace storage::audit;  // NOLINT(google-build-using-namespace)

namespace {

async::Deadline soon() {
    return std::chrono::steady_clock::now() + std::chrono::seconds(30);
}

struct Fixture {
    tests::TemporaryFolder folder;
    async::BlockingPool pool{"test", 2, 1000};
    objects::MemoryBudget budget{1U << 24U, 1000};
    std::unique_ptr<objects::FileStore> store =
        std::move(*objects::FileStore::open({.root = folder.path()}, pool, budget));
    tests::LogMaker maker{folder.path()};
    LogReader reader{*store, tests::LogMaker::kOrigin, {*VerifierKey::parse(maker.key())}};
};

}  // namespace

TEST_CASE("The reader finds the newest checkpoint and proves inclusion and consistency out of the tiles") {
    Fixture fixture;
    for (const std::uint64_t more : {1U, 255U, 44U, 700U, 1U}) {
        fixture.maker.add(more);
        fixture.maker.publish();
    }
    const auto newest = tests::await(fixture.reader.newest(std::nullopt, soon()));
    REQUIRE(newest);
    CHECK(newest->checkpoint.size == 1001);
    CHECK(tests::await(fixture.reader.newest(256, soon()))->checkpoint == newest->checkpoint);
    CHECK(*tests::await(fixture.reader.sizes_after(256, 10, soon())) == std::vector<std::uint64_t>{300, 1000, 1001});
    for (const std::uint64_t index : {0U, 255U, 256U, 999U, 1000U}) {
        const auto inclusion = tests::await(fixture.reader.inclusion(index, *newest, soon()));
        REQUIRE(inclusion);
        CHECK(inclusion->entry == fixture.maker.entries()[index]);
    }
    for (const std::uint64_t size : {1U, 256U, 300U, 1000U}) {
        const auto old = tests::await(fixture.reader.checkpoint(size, soon()));
        REQUIRE(old);
        CHECK(tests::await(fixture.reader.consistency(old->checkpoint, newest->checkpoint, soon())));
        CHECK(tests::await(fixture.reader.root_at(size, 1001, soon())) == old->checkpoint.root);
        const auto edge = tests::await(fixture.reader.edge(size, old->checkpoint.root, soon()));
        REQUIRE(edge);
        CHECK(edge->size() == size);
    }
}

TEST_CASE("A partial tile that was cleaned away is cut from the full one") {
    Fixture fixture;
    fixture.maker.add(100);
    fixture.maker.publish();
    const auto old = tests::await(fixture.reader.checkpoint(100, soon()));
    fixture.maker.add(200);
    fixture.maker.publish();
    std::filesystem::remove_all(fixture.folder.path() / "log/tile/0/000.p");
    std::filesystem::remove_all(fixture.folder.path() / "log/tile/entries/000.p");
    CHECK(tests::await(fixture.reader.edge(100, old->checkpoint.root, soon())));
    CHECK(tests::await(fixture.reader.entries(0, 100, soon()))->size() == 100);
}

TEST_CASE("A changed entry, tile or checkpoint is corrupt, never believed") {
    Fixture fixture;
    fixture.maker.add(300);
    fixture.maker.publish();
    const auto head = *tests::await(fixture.reader.newest(std::nullopt, soon()));
    const auto damage = [&](const std::string& name) {
        std::string bytes = tests::slurp(fixture.folder.path() / name);
        bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
        tests::spill(fixture.folder.path() / name, bytes);
    };
    SECTION("entry") {
        damage("log/tile/entries/000");
    }
    SECTION("tile") {
        damage("log/tile/0/000");
    }
    SECTION("upper tile") {
        damage("log/tile/1/000.p/1");
    }
    const auto first = tests::await(fixture.reader.inclusion(10, head, soon()));
    const auto last = tests::await(fixture.reader.inclusion(295, head, soon()));
    CHECK_FALSE((first && last));
    damage("log/checkpoint/00000000000000000300");
    CHECK(tests::await(fixture.reader.newest(std::nullopt, soon())).error().code == policy::Code::kCorrupt);
}
