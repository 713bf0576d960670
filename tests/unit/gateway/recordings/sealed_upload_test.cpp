#include "gateway/recordings/sealed_upload.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "storage/objects/file_store.hpp"
#include "tests/support/run_loop.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using gateway::recordings::SealedUpload;
using policy::Code;
using policy::Result;
using std::chrono::milliseconds;
using Begun = Result<std::unique_ptr<SealedUpload>>;
namespace objects = storage::objects;
namespace crypto = storage::crypto;

/// A store whose budget is a part more than one upload takes.
struct Site {
    tests::TemporaryFolder folder;
    storage::async::BlockingPool pool{"objects", 2, 100};
    objects::MemoryBudget budget{SealedUpload::memory_with(objects::upload_memory(std::nullopt)) * 5 / 4, 100};
    std::unique_ptr<objects::FileStore> store =
        objects::FileStore::open({.root = folder.path() / "store"}, pool, budget).value();

    boost::asio::awaitable<Begun> begin(std::string name, milliseconds patience) {
        const auto now = std::chrono::steady_clock::now();
        const SealedUpload::Deadlines deadlines{now + patience, now + std::chrono::hours(1)};
        const crypto::SealContext context{policy::RecordingId(), "original", 0, true};
        crypto::Sealer sealer(crypto::Key256::random(), context);
        auto object = objects::ObjectName::parse(name).value();
        co_return co_await SealedUpload::begin(*store, budget, std::move(object), std::move(sealer), std::nullopt,
                                               deadlines);
    }
};

TEST_CASE("Of two uploads that do not fit together one is begun, and the other is told in time that there is no room") {
    Site site;
    std::vector<boost::asio::awaitable<Begun>> both;
    both.push_back(site.begin("a/one", milliseconds(200)));
    both.push_back(site.begin("a/two", milliseconds(200)));
    auto begun = tests::await_all(std::move(both), 1);
    REQUIRE(begun[0].has_value());
    REQUIRE(begun[1].error().code == Code::kOverloaded);
    REQUIRE(site.budget.used() == SealedUpload::memory_with(objects::upload_memory(std::nullopt)));
    begun[0].value().reset();
    REQUIRE(site.budget.used() == 0);
    REQUIRE(tests::await(site.begin("a/three", milliseconds(200))).has_value());
}

TEST_CASE("An upload holds no memory while it waits for some") {
    Site site;
    auto all = tests::await(site.budget.acquire(site.budget.total(), std::chrono::steady_clock::now())).value();
    auto rest = all.split(site.budget.total() / 2);
    rest.release();
    REQUIRE(tests::await(site.begin("a/one", milliseconds(20))).error().code == Code::kOverloaded);
    REQUIRE(site.budget.used() == all.size());
    REQUIRE(site.budget.waiters() == 0);
}

}  // namespace
