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

async::Deadline reading_ends() {
    return std::chrono::steady_clock::now() + std::chrono::seconds(30);
}

struct ReaderFixture {
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
    ReaderFixture fixture;
    for (const std::uint64_t more : {1U, 255U, 44U, 700U, 1U}) {
        fixture.maker.add(more);
        fixture.maker.publish();
    }
    const auto newest = tests::await(fixture.reader.newest(std::nullopt, reading_ends()));
    REQUIRE(newest);
    CHECK(newest->checkpoint.size == 1001);
    CHECK(tests::await(fixture.reader.newest(256, reading_ends()))->checkpoint == newest->checkpoint);
    CHECK(*tests::await(fixture.reader.sizes_after(256, 10, reading_ends())) ==
          std::vector<std::uint64_t>{300, 1000, 1001});
    for (const std::uint64_t index : {0U, 255U, 256U, 999U, 1000U}) {
        const auto inclusion = tests::await(fixture.reader.inclusion(index, *newest, reading_ends()));
        REQUIRE(inclusion);
        CHECK(inclusion->entry == fixture.maker.entries()[index]);
    }
    for (const std::uint64_t size : {1U, 256U, 300U, 1000U}) {
        const auto old = tests::await(fixture.reader.checkpoint(size, reading_ends()));
        REQUIRE(old);
        CHECK(tests::await(fixture.reader.consistency(old->checkpoint, newest->checkpoint, reading_ends())));
        CHECK(tests::await(fixture.reader.root_at(size, 1001, reading_ends())) == old->checkpoint.root);
        const auto edge = tests::await(fixture.reader.edge(size, old->checkpoint.root, reading_ends()));
        REQUIRE(edge);
        CHECK(edge->size() == size);
    }
}

TEST_CASE("A partial tile that was cleaned away is cut from the full one") {
    ReaderFixture fixture;
    fixture.maker.add(100);
    fixture.maker.publish();
    const auto old = tests::await(fixture.reader.checkpoint(100, reading_ends()));
    fixture.maker.add(200);
    fixture.maker.publish();
    std::filesystem::remove_all(fixture.folder.path() / "log/tile/0/000.p");
    std::filesystem::remove_all(fixture.folder.path() / "log/tile/entries/000.p");
    CHECK(tests::await(fixture.reader.edge(100, old->checkpoint.root, reading_ends())));
    CHECK(tests::await(fixture.reader.entries(0, 100, reading_ends()))->size() == 100);
}

TEST_CASE("A changed entry, tile or checkpoint is corrupt, never believed") {
    ReaderFixture fixture;
    fixture.maker.add(300);
    fixture.maker.publish();
    const auto head = *tests::await(fixture.reader.newest(std::nullopt, reading_ends()));
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
    const auto first = tests::await(fixture.reader.inclusion(10, head, reading_ends()));
    const auto last = tests::await(fixture.reader.inclusion(295, head, reading_ends()));
    CHECK_FALSE((first && last));
    damage("log/checkpoint/00000000000000000300");
    CHECK(tests::await(fixture.reader.newest(std::nullopt, reading_ends())).error().code == policy::Code::kCorrupt);
}
