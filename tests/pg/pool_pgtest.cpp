#include <sys/types.h>

#include <csignal>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

#include "tests/support/catalogue_site.hpp"

// The pool when its server stops, dies, falls silent, or when its callers are too many.

using namespace storage::catalogue;  // NOLINT(google-build-using-namespace)
using namespace std::chrono_literals;
using policy::Code;
using std::chrono::steady_clock;
using tests::await;
using tests::bytes;
using tests::CatalogueSite;
using tests::instant;
using tests::soon;
using tests::within;

namespace {

using Call = policy::Result<void>;

/// A call on a thread of its own.
class Running {
  public:
    explicit Running(Answer<void> call)
        : thread_([this, call = std::move(call)]() mutable { answer_ = await(std::move(call)); }) {}
    ~Running() {
        if (thread_.joinable()) thread_.join();
    }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    Call answer() {
        thread_.join();
        return *answer_;
    }

  private:
    std::optional<Call> answer_;
    std::thread thread_;
};

Answer<void> write(CatalogueSite& site, Deadline deadline) {
    return site.catalogue.sessions().revoke(tests::mac_of("s"), instant("2026-12-01T00:00:00Z"), bytes("written"),
                                            deadline);
}

Answer<void> read(CatalogueSite& site, Deadline deadline) {
    const auto revoked = co_await site.catalogue.sessions().revoked(tests::mac_of("s"), "alice",
                                                                    instant("2026-12-01T00:00:00Z"), deadline);
    if (!revoked) co_return revoked.error();
    co_return Call();
}

/// Holds the table that read() and write() need, until it goes or lets go.
struct Lock {
    explicit Lock(const CatalogueSite& site) : line(site.connection) {
        line.query("set search_path = callvault; begin; lock table revoked_session in access exclusive mode");
    }
    void let_go() { line.query("commit"); }
    tests::PostgresLine line;
};

/// The backend of the catalogue that waits for a lock, once there is one.
pid_t waiting_backend(const CatalogueSite& site) {
    for (int i = 0; i < 1000; ++i) {
        const auto rows = site.rows(
            "select pid from pg_stat_activity where application_name = 'callvault' and datname = current_database() "
            "and wait_event_type = 'Lock'");
        if (!rows.empty()) return std::stoi(rows.front().front());
        std::this_thread::sleep_for(10ms);
    }
    throw std::runtime_error("no backend waits");
}

std::vector<pid_t> backends(const CatalogueSite& site) {
    std::vector<pid_t> out;
    for (const auto& row : site.rows("select pid from pg_stat_activity where application_name = 'callvault' and "
                                     "datname = current_database()")) {
        out.push_back(std::stoi(row.front()));
    }
    return out;
}

/// Until the catalogue answers again; fails after half a minute.
void wait_until_it_answers(CatalogueSite& site) {
    const auto end = steady_clock::now() + 30s;
    while (!await(site.catalogue.status().ping(within(2s)))) {
        REQUIRE(steady_clock::now() < end);
        std::this_thread::sleep_for(20ms);
    }
}

/// Until it answers (the test before may have left a server that was just coming back), and until the only connection
/// has prepared both statements: preparing takes the tables' locks too.
void warm_up(CatalogueSite& site) {
    wait_until_it_answers(site);
    REQUIRE(await(write(site, soon())));
    REQUIRE(await(read(site, soon())));
}

}  // namespace

TEST_CASE("While the server is stopped calls are told so at once, and after its start they are served again") {
    CatalogueSite site({.connection = {}, .connections = 2});
    warm_up(site);
    while (site.catalogue.pool_figures().connected < 2) std::this_thread::sleep_for(5ms);
    tests::Postgres& postgres = tests::Postgres::shared();
    const bool crash = GENERATE(false, true);
    crash ? postgres.kill() : postgres.stop();
    // The first calls may still meet a connection that has just gone: nothing was sent on it.
    for (int i = 0; i < 4; ++i) {
        const auto answer = await(write(site, within(3s)));
        REQUIRE_FALSE(answer);
        CHECK(answer.error().code == Code::kUnavailable);
    }
    const auto asked = steady_clock::now();
    CHECK(await(read(site, within(10s))).error().code == Code::kUnavailable);
    CHECK(steady_clock::now() - asked < 1s);
    CHECK(site.catalogue.pool_figures().connected == 0);
    postgres.start();
    wait_until_it_answers(site);
    REQUIRE(await(write(site, soon())));
    CHECK(site.entries("written") == 2);
    CHECK(site.catalogue.pool_figures().reconnects >= 2);
}

TEST_CASE("A catalogue whose database is down from the start waits for it") {
    CatalogueSite site({.connection = {}, .connections = 1});
    tests::Postgres::shared().stop();
    Catalogue late({.connection = site.connection, .connections = 2});
    CHECK(await(late.status().ping(within(3s))).error().code == Code::kUnavailable);
    tests::Postgres::shared().start();
    const auto end = steady_clock::now() + 30s;
    while (!await(late.status().ping(within(2s)))) {
        REQUIRE(steady_clock::now() < end);
        std::this_thread::sleep_for(20ms);
    }
    CHECK(await(late.check_schema(soon())));
}

TEST_CASE("A connection cut in the middle of a statement leaves a write in doubt and a read unavailable") {
    CatalogueSite site({.connection = {}, .connections = 1});
    const bool writes = GENERATE(true, false);
    const bool killed = GENERATE(false, true);
    warm_up(site);
    std::optional<Lock> lock(site);
    Running call(writes ? write(site, soon()) : read(site, soon()));
    const pid_t backend = waiting_backend(site);
    if (killed) {
        // kill -9 of a backend makes the server restart all others.
        REQUIRE(::kill(backend, SIGKILL) == 0);
    } else {
        site.rows("select pg_terminate_backend(" + std::to_string(backend) + ")");
    }
    const Call answer = call.answer();
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == (writes ? Code::kInDoubt : Code::kUnavailable));
    lock.reset();
    wait_until_it_answers(site);
    CHECK(await(write(site, soon())));
    CHECK(site.catalogue.pool_figures().reconnects >= 1);
}

TEST_CASE("A write whose answer was lost may have happened: asking again finds out") {
    CatalogueSite site({.connection = {}, .connections = 1});
    wait_until_it_answers(site);
    site.store(2);  // So that the statement is prepared.
    NewRecording recording = site.recording(1);
    recording.day_key = site.open_day(recording.row.purge_date);
    std::optional<tests::PostgresLine> lock(site.connection);
    lock->query("begin; lock table callvault.reference in access exclusive mode");
    std::optional<policy::Result<PushOutcome>> outcome;
    std::thread pushing([&] { outcome = site.push(recording); });
    site.rows("select pg_terminate_backend(" + std::to_string(waiting_backend(site)) + ")");
    pushing.join();
    lock.reset();
    REQUIRE_FALSE(*outcome);
    CHECK(outcome->error().code == Code::kInDoubt);
    wait_until_it_answers(site);
    const auto standing = await(site.catalogue.recordings().find_reference(recording.ref_mac, soon())).value();
    CHECK(std::holds_alternative<UnknownReference>(standing));
    CHECK(std::holds_alternative<Stored>(*site.push(recording)));
}

TEST_CASE("A statement that the server cannot finish in time is given up by the server: nothing happened") {
    CatalogueSite site({.connection = {}, .connections = 1});
    warm_up(site);
    Lock lock(site);
    const auto asked = steady_clock::now();
    CHECK(await(write(site, within(400ms))).error().code == Code::kDeadline);
    CHECK(await(read(site, within(400ms))).error().code == Code::kDeadline);
    CHECK(steady_clock::now() - asked < 5s);
    lock.let_go();
    CHECK(site.entries("written") == 1);  // the one that warmed up
    CHECK(await(write(site, soon())));
    CHECK(site.catalogue.pool_figures().cut == 0);
}

TEST_CASE("A server that falls silent is cut off soon after the deadline, and the next call gets another connection") {
    CatalogueSite site({.connection = {}, .connections = 1});
    warm_up(site);
    const bool writes = GENERATE(true, false);
    std::optional<Lock> lock;
    pid_t silent = 0;
    std::optional<Running> call;
    const auto asked = steady_clock::now();
    lock.emplace(site);
    call.emplace(writes ? write(site, within(3s)) : read(site, within(3s)));
    silent = waiting_backend(site);
    REQUIRE(::kill(silent, SIGSTOP) == 0);
    const Call answer = call->answer();
    const auto took = steady_clock::now() - asked;
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == (writes ? Code::kInDoubt : Code::kUnavailable));
    CHECK(took >= 3s);
    CHECK(took < 10s);
    CHECK(site.catalogue.pool_figures().cut == 1);
    lock.reset();
    wait_until_it_answers(site);
    CHECK(::kill(silent, SIGCONT) == 0);
    CHECK(await(read(site, soon())));
}

TEST_CASE("A silent server before anything was sent leaves no doubt") {
    CatalogueSite site({.connection = {}, .connections = 1});
    warm_up(site);
    const auto all = backends(site);
    REQUIRE(all.size() == 1);
    REQUIRE(::kill(all.front(), SIGSTOP) == 0);
    // Another deadline than before: the server's timeouts are set first, and that is where it is silent.
    const auto answer = await(write(site, within(1s)));
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == Code::kUnavailable);
    CHECK(::kill(all.front(), SIGCONT) == 0);
    wait_until_it_answers(site);
    CHECK(site.entries("written") == 1);
}

TEST_CASE("Past the queue's limit calls are refused at once; those that wait too long are told so") {
    CatalogueSite site({.connection = {}, .connections = 1, .queue_limit = 3});
    Lock lock(site);
    Running running(read(site, soon()));
    waiting_backend(site);
    Running waiting(read(site, soon()));
    Running late(read(site, within(3s)));
    const auto end = steady_clock::now() + 10s;
    while (site.catalogue.pool_figures().queued < 2 && steady_clock::now() < end) std::this_thread::sleep_for(5ms);
    CHECK(await(read(site, soon())).error().code == Code::kOverloaded);
    CHECK(late.answer().error().code == Code::kDeadline);
    lock.let_go();
    CHECK(running.answer());
    CHECK(waiting.answer());
    CHECK(await(read(site, soon())));
}

TEST_CASE("A deadline that has passed sends nothing") {
    CatalogueSite site;
    CHECK(await(write(site, within(-1ms))).error().code == Code::kDeadline);
    CHECK(site.entries("written") == 0);
}

TEST_CASE("The end of the catalogue fails what waits and finishes what runs") {
    CatalogueSite site;
    auto own = std::make_unique<Catalogue>(Settings{.connection = site.connection, .connections = 1});
    Lock lock(site);
    const auto ask = [&]() { return own->sessions().forget_expired(instant("2026-12-01T00:00:00Z"), soon()); };
    std::optional<policy::Result<std::int64_t>> first;
    std::optional<policy::Result<std::int64_t>> second;
    std::thread running([&] { first = await(ask()); });
    waiting_backend(site);
    std::thread waiting([&] { second = await(ask()); });
    while (own->pool_figures().queued == 0) std::this_thread::sleep_for(5ms);
    std::thread ending([&] { own.reset(); });
    waiting.join();
    CHECK(second->error().code == Code::kUnavailable);
    lock.let_go();
    running.join();
    ending.join();
    CHECK(first->has_value());
}

TEST_CASE("Each statement is told to the observer by its name, and how it ended") {
    CatalogueSite site;
    std::mutex guard;
    std::multiset<std::pair<std::string, bool>> told;
    {
        Catalogue watched({.connection = site.connection, .connections = 1},
                          [&](std::string_view name, std::chrono::nanoseconds, bool good) {
                              const std::lock_guard lock(guard);
                              told.emplace(name, good);
                          });
        CHECK(await(watched.status().ping(soon())));
        CHECK_FALSE(await(watched.recordings().tombstone(tests::id_of<policy::RecordingId>(1), soon())));
    }
    CHECK(told == std::multiset<std::pair<std::string, bool>>{{"ping", true}, {"tombstone_of", false}});
}
