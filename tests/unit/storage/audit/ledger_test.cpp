#include <catch2/catch.hpp>
#include <filesystem>
#include <set>
#include "tests/support/print_result.hpp"

#include "storage/async/blocking_pool.hpp"
#include "storage/audit/deletion_ledger.hpp"
#include "storage/objects/file_store.hpp"
#include "storage/objects/memory_budget.hpp"
#include "tests/support/log_maker.hpp"
#include "tests/support/run_loop.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace storage;         // NOLINT(google-build-using-namespace)
using namespace storage::audit;  // NOLINT(google-build-using-namespace)

namespace {

const policy::Instant kLedgerTime = *policy::parse_instant("2026-11-24T04:35:00Z");

async::Deadline soon() {
    return std::chrono::steady_clock::now() + std::chrono::seconds(30);
}

struct Fixture {
    tests::TemporaryFolder folder;
    async::BlockingPool pool{"test", 4, 1000};
    objects::MemoryBudget budget{1U << 24U, 1000};
    std::unique_ptr<objects::FileStore> store =
        std::move(*objects::FileStore::open({.root = folder.path()}, pool, budget));
    tests::SigningVault vault;
    NoteSigner signer =
        *NoteSigner::create(vault, "example.com/log/ledger", {*vault.create(keys::KeyPurpose::kLedger, "ledger")});
};

LedgerEvent erased(std::size_t count) {
    LedgerEvent event{LedgerKind::kRecordingsErased, kLedgerTime, {}, {}, {}, "withdrawal", {}};
    for (std::size_t i = 0; i < count; ++i) event.recordings.push_back(crypto::random_id<policy::LogId>());
    return event;
}

std::vector<LedgerEvent> replayed(Fixture& fixture) {
    std::vector<LedgerEvent> events;
    DeletionLedger ledger(*fixture.store, fixture.signer, fixture.pool, "example.com/log");
    const auto count = tests::await(ledger.replay(
        {},
        [&](const LedgerRecord& record) {
            events.push_back(record.event);
            return policy::Result<void>();
        },
        soon()));
    if (!count) throw policy::BadResult(count.error());
    return events;
}

}  // namespace

TEST_CASE("A ledger replays what was appended, in order, also by another process") {
    Fixture fixture;
    DeletionLedger ledger(*fixture.store, fixture.signer, fixture.pool, "example.com/log");
    std::vector<LedgerEvent> events{erased(3), erased(1)};
    events.push_back(
        {LedgerKind::kDayKeyDestroyed, kLedgerTime, policy::KeyId(), policy::parse_date("2026-11-24"), {}, "", {}});
    events.push_back({LedgerKind::kHoldSet, kLedgerTime, {}, {}, policy::HoldId(), "", erased(1).recordings});
    events.push_back({LedgerKind::kRestrictionSet,
                      kLedgerTime,
                      {},
                      {},
                      {},
                      "accuracy",
                      erased(1).recordings,
                      crypto::random_id<policy::RestrictionId>(),
                      {}});
    events.push_back(erased(1));
    events.back().references = {Hash{std::byte{1}}, Hash{std::byte{2}}};
    for (std::size_t i = 0; i < events.size(); ++i) CHECK(tests::await(ledger.append(events[i], soon())) == i);
    DeletionLedger other(*fixture.store, fixture.signer, fixture.pool, "example.com/log");
    CHECK(tests::await(other.append(erased(2), soon())) == 6U);
    CHECK(tests::await(ledger.append(erased(2), soon())) == 7U);
    std::vector<LedgerEvent> all = replayed(fixture);
    REQUIRE(all.size() == 8);
    all.resize(6);
    CHECK(all == events);
}

TEST_CASE("A ledger is read on from where an earlier reading ended, unless it is another one") {
    Fixture fixture;
    DeletionLedger ledger(*fixture.store, fixture.signer, fixture.pool, "example.com/log");
    std::size_t seen = 0;
    const auto read = [&](LedgerPlace from) {
        seen = 0;
        return tests::await(ledger.replay(
            from,
            [&](const LedgerRecord&) {
                ++seen;
                return policy::Result<void>();
            },
            soon()));
    };
    for (std::size_t i = 0; i < 2; ++i) tests::await(ledger.append(erased(1), soon())).value();
    const auto place = read({}).value();
    CHECK(place.number == 2);
    CHECK(seen == 2);
    tests::await(ledger.append(erased(1), soon())).value();
    CHECK(read(place).value().number == 3);
    CHECK(seen == 1);
    CHECK(read({1, place.previous}).error().code == policy::Code::kCorrupt);
    CHECK(read({4, place.previous}).error().code == policy::Code::kCorrupt);
}

TEST_CASE("Two hosts that append at once lose no record and keep one chain") {
    Fixture fixture;
    DeletionLedger one(*fixture.store, fixture.signer, fixture.pool, "example.com/log");
    DeletionLedger two(*fixture.store, fixture.signer, fixture.pool, "example.com/log");
    std::vector<boost::asio::awaitable<policy::Result<std::uint64_t>>> appends;
    for (int i = 0; i < 20; ++i) appends.push_back((i % 2 == 0 ? one : two).append(erased(1), soon()));
    std::set<std::uint64_t> numbers;
    for (const auto& number : tests::await_all(std::move(appends))) {
        REQUIRE(number);
        numbers.insert(*number);
    }
    CHECK(numbers.size() == 20);
    CHECK(replayed(fixture).size() == 20);
}

TEST_CASE("A record that is missing, changed or of another deployment stops the replay") {
    Fixture fixture;
    DeletionLedger ledger(*fixture.store, fixture.signer, fixture.pool, "example.com/log");
    for (int i = 0; i < 4; ++i) REQUIRE(tests::await(ledger.append(erased(1), soon())));
    const std::filesystem::path record = fixture.folder.path() / "ledger" / "00000000000000000002";
    const std::string bytes = tests::slurp(record);
    SECTION("missing") {
        std::filesystem::remove(record);
    }
    SECTION("changed") {
        std::string changed = bytes;
        changed[changed.find("withdrawal")] = 'W';
        tests::spill(record, changed);
    }
    SECTION("another one in its place") {
        tests::spill(record, tests::slurp(record.parent_path() / "00000000000000000001"));
    }
    CHECK_THROWS_AS(replayed(fixture), policy::BadResult);
}

TEST_CASE("A ledger record is read only in its canonical form") {
    const LedgerRecord record{5, Hash{}, erased(2)};
    const std::string text = *text_of(record, "example.com/log");
    REQUIRE(parse_ledger_record(text, "example.com/log"));
    CHECK(parse_ledger_record(text, "example.com/log")->event == record.event);
    CHECK_FALSE(parse_ledger_record(text, "example.com/other"));
    CHECK_FALSE(parse_ledger_record(text + " ", "example.com/log"));
    std::string spaced = text;
    spaced.insert(spaced.find("\"kind\""), " ");
    CHECK_FALSE(parse_ledger_record(spaced, "example.com/log"));
    LedgerEvent bad = erased(1);
    bad.ground = "Mr Jansen asked";
    CHECK_FALSE(text_of(LedgerRecord{0, {}, bad}, "example.com/log"));
    CHECK_FALSE(text_of(LedgerRecord{0, {}, erased(kMaxLedgerRecordings + 1)}, "example.com/log"));
}
