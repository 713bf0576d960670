#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <thread>

#include "gateway/verify/cli.hpp"
#include "storage/async/blocking_pool.hpp"
#include "storage/audit/recover.hpp"
#include "storage/audit/sequencer.hpp"
#include "storage/catalogue/catalogue.hpp"
#include "storage/crypto/sha256.hpp"
#include "storage/objects/file_store.hpp"
#include "storage/objects/memory_budget.hpp"
#include "tests/support/log_maker.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/print_result.hpp"
#include "tests/support/run_loop.hpp"
#include "tests/support/temporary_folder.hpp"

// The sequencer over a real database and a real folder: many entries, two sequencers, kill -9 between any two durable
// steps, a database that went back in time. The judge is callvault-verify, which shares no code with it.

using namespace storage;  // NOLINT(google-build-using-namespace)
using audit::LogState;
namespace fs = std::filesystem;

namespace {

async::Deadline soon() {
    return std::chrono::steady_clock::now() + std::chrono::seconds(60);
}

std::string migrated_database() {
    tests::Postgres& postgres = tests::Postgres::shared();
    static const std::string migrated = [&] {
        const std::string name = postgres.fresh_database();
        const auto done = catalogue::Catalogue::migrate(postgres.connection(name));
        if (!done) throw policy::BadResult(done.error());
        return name;
    }();
    return postgres.fresh_database(migrated);
}

// One gateway, as far as the log goes. Two of them on one folder and one database are two gateways.
class Gateway {
  public:
    Gateway(const std::string& connection, const fs::path& store_folder, std::size_t batch)
        : catalogue(catalogue::Settings{.connection = connection, .connections = 2}),
          store(std::move(*objects::FileStore::open({.root = store_folder}, pool, budget))),
          sequencer(catalogue, *store, signer, pool, {batch}) {}

    policy::Result<audit::Sequenced> step() { return tests::await(sequencer.step(soon())); }
    /// Steps until nothing is left; the size of the published log.
    std::uint64_t drain() {
        for (;;) {
            const auto done = step();
            if (!done) throw policy::BadResult(done.error());
            if (!done->more && done->entries == 0) return done->published_size;
        }
    }
    void append(std::uint64_t first, std::uint64_t count) {
        for (std::uint64_t done = 0; done < count; done += 500) {
            std::vector<crypto::Bytes> entries;
            for (std::uint64_t i = done; i < std::min(count, done + 500); ++i) {
                entries.push_back(tests::sample_entry(first + i));
            }
            const auto written = tests::await(catalogue.audit_log().append(std::move(entries), soon()));
            if (!written) throw policy::BadResult(written.error());
        }
    }
    catalogue::TreeHead head() { return *tests::await(catalogue.audit_log().head(soon())); }
    audit::LogReader reader() { return {*store, signer.name(), signer.verifier_keys()}; }
    audit::LogCheck check() {
        const audit::LogReader log = reader();
        auto checked = tests::await(audit::check_log(catalogue, log, soon()));
        if (!checked) throw policy::BadResult(checked.error());
        return *checked;
    }
    policy::Result<audit::Recovered> recover() {
        const audit::LogReader log = reader();
        return tests::await(audit::recover_log(catalogue, log, soon()));
    }

    async::BlockingPool pool{"test", 4, 1000};
    objects::MemoryBudget budget{1U << 26U, 1000};
    tests::SigningVault vault;
    audit::NoteSigner signer = *audit::NoteSigner::create(
        vault, "example.com/log", {vault.adopt(crypto::sha256(crypto::bytes_of("the log's key")))});
    catalogue::Catalogue catalogue;
    std::unique_ptr<objects::FileStore> store;
    audit::Sequencer sequencer;
};

struct Site {
    tests::TemporaryFolder folder;
    fs::path store = folder.path() / "store";
    std::string database = migrated_database();
    std::string connection = tests::Postgres::shared().connection(database);

    std::unique_ptr<Gateway> gateway(std::size_t batch = 4096) {
        return std::make_unique<Gateway>(connection, store, batch);
    }
};

struct Judgement {
    int exit = -1;
    std::string words;
};

Judgement judge(Gateway& gateway, const fs::path& store, const std::string& since = "") {
    const std::string key = gateway.signer.verifier_keys().front().text();
    const std::string folder = store.string();
    std::vector<const char*> argv{"callvault-verify", "log", folder.c_str(), "--key", key.c_str()};
    if (!since.empty()) argv.insert(argv.end(), {"--since", since.c_str()});
    std::ostringstream out;
    const int exit = gateway::verify::run(static_cast<int>(argv.size()), argv.data(), out, out);
    return {exit, out.str()};
}

std::string save_newest(Gateway& gateway, const fs::path& folder) {
    const fs::path file = folder / ("saved-" + std::to_string(gateway.head().published_size));
    tests::spill(file, gateway.head().checkpoint);
    return file.string();
}

// Runs the hidden test case `name` in a process of its own, which is killed at `crash_point`. Its wait status.
int run_child(const char* name, const Site& site, const char* crash_point) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::setenv("CHILD_CONNECTION", site.connection.c_str(), 1);
        ::setenv("CHILD_STORE", site.store.c_str(), 1);
        ::setenv("CALLVAULT_CRASH_AT", crash_point, 1);
        ::execl("/proc/self/exe", "sequencer_pgtest", name, nullptr);
        ::_exit(127);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
}

[[maybe_unused]] bool was_killed(int status) {
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

}  // namespace

TEST_CASE("child sequences", "[.]") {
    Gateway gateway(std::getenv("CHILD_CONNECTION"), std::getenv("CHILD_STORE"), 200);
    gateway.drain();
}

TEST_CASE("child recovers", "[.]") {
    Gateway gateway(std::getenv("CHILD_CONNECTION"), std::getenv("CHILD_STORE"), 200);
    REQUIRE(gateway.recover());
}

TEST_CASE("figures: how fast 50,000 waiting entries are numbered and published", "[.figures]") {
    Site site;
    const auto gateway = site.gateway();
    gateway->append(0, 50'000);
    const auto start = std::chrono::steady_clock::now();
    REQUIRE(gateway->drain() == 50'000);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    WARN("sequenced " << 50'000 / took.count() << " entries a second, in batches of 4096");
}

TEST_CASE("An empty log is sound, and one entry makes a checkpoint of size one") {
    Site site;
    const auto gateway = site.gateway();
    CHECK(gateway->check().state == LogState::kSound);
    CHECK(gateway->drain() == 0);
    gateway->append(0, 1);
    CHECK(gateway->drain() == 1);
    CHECK(judge(*gateway, site.store).exit == 0);
    CHECK(gateway->check().state == LogState::kSound);
}

TEST_CASE("Two sequencers at once put 10,000 entries into one log, each once, and never fork") {
    Site site;
    const auto writer = site.gateway();
    const auto one = site.gateway(700);
    const auto two = site.gateway(1100);
    constexpr std::uint64_t kEntries = 10'000;
    std::atomic<bool> written{false};
    const auto sequence = [&](Gateway& gateway, std::string& failure) {
        while (!written || gateway.head().published_size < static_cast<std::int64_t>(kEntries)) {
            const auto done = gateway.step();
            // The other one may have removed a folder of partial tiles that this one was about to write into.
            if (!done && done.error().code == policy::Code::kUnavailable) continue;
            if (!done) {
                failure = done.error().what;
                return;
            }
        }
    };
    std::string first_failure;
    std::string second_failure;
    std::thread first([&] { sequence(*one, first_failure); });
    std::thread second([&] { sequence(*two, second_failure); });
    writer->append(0, kEntries);
    written = true;
    first.join();
    second.join();
    CHECK(first_failure == "");
    CHECK(second_failure == "");
    CHECK(writer->head().published_size == static_cast<std::int64_t>(kEntries));
    const Judgement judgement = judge(*writer, site.store);
    INFO(judgement.words);
    CHECK(judgement.exit == 0);
    CHECK(judgement.words.find("the bytes of 10000 of 10000 entries") != std::string::npos);
    const auto rows = tests::Postgres::shared().query(
        site.database,
        "select count(distinct idx), min(idx), max(idx), count(distinct bytes) from callvault.audit_entry");
    CHECK(rows.front() == std::vector<std::string>{"10000", "0", "9999", "10000"});
    // Cleaned up: no partial tile beside its full one, and few checkpoints.
    CHECK_FALSE(fs::exists(site.store / "log/tile/0/000.p"));
    CHECK_FALSE(fs::exists(site.store / "log/tile/entries/000.p"));
}

TEST_CASE("Killed between any two durable steps, the sequencer goes on without a fork or a loss") {
    const char* const crash_point = GENERATE(
        "catalogue.audit_number.before_commit", "catalogue.audit_number.after_commit", "sequencer.numbered",
        "sequencer.bundles_durable", "sequencer.tiles_durable", "sequencer.checkpoint_durable", "sequencer.published");
    INFO(crash_point);
    Site site;
    const auto gateway = site.gateway();
    gateway->append(0, 300);
    REQUIRE(gateway->drain() == 300);
    const std::string saved = save_newest(*gateway, site.folder.path());
    gateway->append(300, 450);
    const int status = run_child("child sequences", site, crash_point);
#ifdef CALLVAULT_CRASH_POINTS
    CHECK(was_killed(status));
#else
    WARN("this build has no crash points: nothing was killed");
    CHECK(status == 0);
#endif
    CHECK(gateway->check().may_open());
    gateway->append(750, 10);
    CHECK(gateway->drain() == 760);
    const Judgement judgement = judge(*gateway, site.store, saved);
    INFO(judgement.words);
    CHECK(judgement.exit == 0);
    CHECK(gateway->check().state == LogState::kSound);
}

TEST_CASE("A database restored to yesterday stays closed until recover has brought back what is missing") {
    Site site;
    tests::Postgres& postgres = tests::Postgres::shared();
    {
        const auto gateway = site.gateway();
        gateway->append(0, 500);
        REQUIRE(gateway->drain() == 500);
        gateway->append(500, 5);  // Written, not numbered when the backup is taken.
    }
    const std::string backup = postgres.fresh_database(site.database);
    std::string saved;
    {
        const auto gateway = site.gateway(200);
        gateway->append(505, 5000);
        REQUIRE(gateway->drain() == 5505);
        saved = save_newest(*gateway, site.folder.path());
    }
    site.database = backup;
    site.connection = postgres.connection(backup);
    const auto gateway = site.gateway(200);
    const audit::LogCheck check = gateway->check();
    CHECK(check.state == LogState::kDatabaseBehind);
    CHECK_FALSE(check.may_open());
    CHECK(check.explanation.find("audit recover") != std::string::npos);
    // Whoever sequences all the same signs nothing.
    gateway->append(9000, 3);
    CHECK(gateway->step().error().code == policy::Code::kCorrupt);
    CHECK(gateway->head().size == 500);

#ifdef CALLVAULT_CRASH_POINTS
    CHECK(was_killed(run_child("child recovers", site, "recover.imported")));
    CHECK(gateway->head().size > 500);
    CHECK_FALSE(gateway->check().may_open());
#endif
    const auto recovered = gateway->recover();
    REQUIRE(recovered);
    CHECK(recovered->size == 5505);
    CHECK(gateway->check().state == LogState::kSound);
    CHECK(gateway->recover()->imported == 0);
    CHECK(gateway->drain() == 5508);
    const Judgement judgement = judge(*gateway, site.store, saved);
    INFO(judgement.words);
    CHECK(judgement.exit == 0);
    const auto rows =
        postgres.query(backup, "select count(*), count(distinct bytes), count(idx) from callvault.audit_entry");
    CHECK(rows.front() == std::vector<std::string>{"5508", "5508", "5508"});
}

TEST_CASE("A fork is an alarm and is never mended by the program") {
    Site site;
    tests::Postgres& postgres = tests::Postgres::shared();
    const auto gateway = site.gateway();
    gateway->append(0, 300);
    REQUIRE(gateway->drain() == 300);
    SECTION("another root for the same size") {
        postgres.query(site.database, "update callvault.tree_head set published_root = sha256('other')");
        CHECK(gateway->check().state == LogState::kForked);
    }
    SECTION("an older, other history under a longer one") {
        postgres.query(site.database,
                       "update callvault.tree_head set published_root = sha256('other'), published_size = 200");
        CHECK(gateway->check().state == LogState::kForked);
    }
    SECTION("other entries under numbers that were signed") {
        postgres.query(site.database, "update callvault.audit_entry set bytes = 'x' where idx = 250");
        postgres.query(
            site.database,
            "update callvault.tree_head set published_size = 0, checkpoint = '', published_root = sha256('')");
        CHECK(gateway->check().state == LogState::kForked);
        CHECK(gateway->step().error().code == policy::Code::kCorrupt);
    }
    CHECK(gateway->recover().error().code == policy::Code::kCorrupt);
    CHECK_FALSE(gateway->check().may_open());
}

TEST_CASE("An object store that lost the published checkpoint keeps the service closed") {
    Site site;
    const auto gateway = site.gateway();
    gateway->append(0, 300);
    REQUIRE(gateway->drain() == 300);
    fs::remove(site.store / "log/checkpoint/00000000000000000300");
    CHECK(gateway->check().state == LogState::kStoreBehind);
    CHECK(gateway->recover().error().code == policy::Code::kCorrupt);
}

TEST_CASE("A row of the catalogue that is changed after its checkpoint changes nothing in the log") {
    Site site;
    const auto gateway = site.gateway();
    gateway->append(0, 300);
    REQUIRE(gateway->drain() == 300);
    tests::Postgres::shared().query(site.database, "update callvault.audit_entry set bytes = 'x' where idx = 290");
    const auto fresh = site.gateway();
    fresh->append(300, 20);
    CHECK(fresh->drain() == 320);
    CHECK(judge(*fresh, site.store).exit == 0);
}
