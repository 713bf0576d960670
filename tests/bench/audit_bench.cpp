// audit_bench [SECONDS a measure = 2] [ROUNDS = 5]: the one statement that commits a push (reference, recording,
// secret, object, index, audit entry) against what an application without evidence does: begin, insert a recording,
// insert an audit row, commit, with prepared statements. The same PostgreSQL on the first core, clients on the last,
// interleaved rounds. Lines with RATIO, then one line of JSON a load.
#include <sched.h>

#include <unistd.h>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "storage/catalogue/catalogue.hpp"
#include "storage/crypto/random.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/run_loop.hpp"

using namespace storage::catalogue;  // NOLINT(google-build-using-namespace)
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t kSecretSize = 600;  // wrapped key and sealed fields of a call with two numbers and a name
constexpr std::size_t kEntrySize = 260;

void use_core(unsigned core) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(core, &set);
    sched_setaffinity(0, sizeof set, &set);
}

Deadline soon() {
    return Clock::now() + std::chrono::seconds(30);
}

template <class T>
void must(const policy::Result<T>& result) {
    if (!result) throw policy::BadResult(result.error());
}

Mac random_mac() {
    Mac out{};
    storage::crypto::fill_random(out);
    return out;
}

NewRecording recording(policy::Date purge_date, policy::KeyId day_key) {
    const auto received = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    NewRecording out;
    out.row.id = storage::crypto::random_id<policy::RecordingId>();
    out.row.sender = "pbx";
    out.row.purge_date = purge_date;
    out.row.started_at = received - std::chrono::minutes(10);
    out.row.received_at = received;
    out.row.duration_ms = 150'000;
    out.row.direction = "inbound";
    out.row.team = "support";
    out.row.agent = "0123456789abcdef";
    out.row.basis = "consent";
    out.row.purposes = {"quality"};
    out.row.profile = "NL";
    out.row.rule_id = "retention.default";
    out.row.media = R"({"rate":8000,"channels":2})";
    out.ref_mac = random_mac();
    out.content_mac = random_mac();
    out.day_key = day_key;
    out.objects = {{"recordings/" + out.row.id.text(), "original", 0, 4'805'000}};
    out.secret = {1, Bytes(kSecretSize)};
    out.tokens = {random_mac(), random_mac(), random_mac()};
    out.entry = Bytes(kEntrySize);
    return out;
}

boost::asio::awaitable<std::uint64_t> push_until(Catalogue& catalogue, policy::Date date, policy::KeyId key,
                                                 Clock::time_point end) {
    std::uint64_t done = 0;
    for (; done == 0 || Clock::now() < end; ++done) {
        const UploadAge age{Clock::now(), std::chrono::hours(1)};
        const auto outcome = co_await catalogue.recordings().push(recording(date, key), age, soon());
        if (!outcome) throw policy::BadResult(outcome.error());
        if (!std::holds_alternative<Stored>(*outcome)) throw std::runtime_error("not stored");
    }
    co_return done;
}

double audited(const std::string& connection, unsigned clients, double seconds) {
    Catalogue catalogue({.connection = connection, .connections = clients});
    const policy::Date date{std::chrono::year{2099}, std::chrono::January, std::chrono::day{1}};
    static const auto kKey = storage::crypto::random_id<policy::KeyId>();
    while (!tests::await(catalogue.check_schema(soon()))) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    must(tests::await(catalogue.keys().plan_day_key(date, kKey, soon())));
    must(tests::await(catalogue.keys().open_day_key(date, kKey, soon())));
    const auto begun = Clock::now();
    const auto end = begun + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    std::vector<boost::asio::awaitable<std::uint64_t>> running;
    for (unsigned i = 0; i < clients; ++i) running.push_back(push_until(catalogue, date, kKey, end));
    std::uint64_t done = 0;
    for (const auto count : tests::await_all(std::move(running), 1)) done += count;
    return static_cast<double>(done) / std::chrono::duration<double>(Clock::now() - begun).count();
}

/// One application without evidence, until `end`.
std::uint64_t insert_until(const std::string& connection, Clock::time_point end) {
    tests::PostgresLine line(connection);
    line.query(
        "prepare r as insert into bare.recording (id, team, agent, started_at, purge_on, secret) values"
        " (gen_random_uuid(), 'support', '0123456789abcdef', now(), '2099-01-01', decode(repeat('00', 600), 'hex'))");
    line.query("prepare a as insert into bare.audit (said) values (decode(repeat('00', 260), 'hex'))");
    std::uint64_t done = 0;
    for (; done == 0 || Clock::now() < end; ++done) {  // at least one, however busy the machine
        line.query("begin");
        line.query("execute r");
        line.query("execute a");
        line.query("commit");
    }
    return done;
}

double bare(const std::string& connection, unsigned clients, double seconds) {
    const auto begun = Clock::now();
    const auto end = begun + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    std::atomic<std::uint64_t> done{0};
    {
        std::vector<std::jthread> threads;
        for (unsigned i = 0; i < clients; ++i) threads.emplace_back([&] { done += insert_until(connection, end); });
    }
    return static_cast<double>(done) / std::chrono::duration<double>(Clock::now() - begun).count();
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values.at(values.size() / 2);
}

void compare(const std::string& connection, unsigned clients, double seconds, int rounds) {
    std::vector<double> ours, theirs, ratios;
    for (int round = 0; round < rounds; ++round) {
        if (round % 2 == 0) theirs.push_back(bare(connection, clients, seconds));
        ours.push_back(audited(connection, clients, seconds));
        if (round % 2 == 1) theirs.push_back(bare(connection, clients, seconds));
        ratios.push_back(ours.back() / theirs.back());
    }
    const auto [low, high] = std::minmax_element(ratios.begin(), ratios.end());
    std::printf("audit   %2u clients: bare two rows %.0f/s, audited push %.0f/s  RATIO x%.2f (%.2f..%.2f)\n", clients,
                median(theirs), median(ours), median(ratios), *low, *high);
    std::printf(R"({"bench":"audit","clients":%u,"bare_s":%.0f,"audited_s":%.0f,"ratio":[%.3f,%.3f,%.3f]})"
                "\n",
                clients, median(theirs), median(ours), median(ratios), *low, *high);
}

}  // namespace

int main(int argc, char** argv) {
    const double seconds = argc > 1 ? std::atof(argv[1]) : 2;
    const int rounds = argc > 2 ? std::atoi(argv[2]) : 5;
    use_core(0);
    tests::Postgres& postgres = tests::Postgres::shared();
    use_core(static_cast<unsigned>(sysconf(_SC_NPROCESSORS_ONLN)) - 1);
    const std::string database = postgres.fresh_database();
    const std::string connection = postgres.connection(database);
    must(Catalogue::migrate(connection));
    postgres.query(database,
                   "create schema bare; create table bare.recording (id uuid primary key, team text, agent text,"
                   " started_at timestamptz, purge_on date, secret bytea);"
                   "create index on bare.recording (team, started_at, id);"
                   "create index on bare.recording (purge_on, id);"
                   "create table bare.audit (n bigint generated always as identity primary key, said bytea)");
    for (const unsigned clients : {1U, 8U, 32U}) compare(connection, clients, seconds, rounds);
    return 0;
}
