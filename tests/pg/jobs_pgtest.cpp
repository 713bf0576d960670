#include "storage/catalogue/jobs.hpp"

#include <map>
#include <thread>

#include "tests/support/catalogue_site.hpp"

// Leased jobs and leadership.

using namespace storage::catalogue;  // NOLINT(google-build-using-namespace)
using namespace std::chrono_literals;
using policy::Code;
using tests::await;
using tests::bytes;
using tests::CatalogueSite;
using tests::id_of;
using tests::job;
using tests::soon;

namespace {

std::vector<ClaimedJob> claim(CatalogueSite& site, std::int32_t limit = 10, std::chrono::milliseconds lease = 60s) {
    return await(site.catalogue.jobs().claim({"erase", "purge"}, "worker", limit, lease, soon())).value();
}

void let_leases_end(CatalogueSite& site) {
    site.rows("update job set run_at = now() - interval '1 second' where state = 'running'");
}

JobRow only_job(CatalogueSite& site) {
    return await(site.catalogue.jobs().list(10, soon())).value().at(0);
}

}  // namespace

TEST_CASE("Many workers that claim at once get each job once") {
    CatalogueSite site({.connection = {}, .connections = 10});
    std::vector<NewJob> jobs;
    for (std::uint64_t n = 1; n <= 200; ++n) jobs.push_back(job(n, "erase"));
    REQUIRE(await(site.catalogue.jobs().enqueue(jobs, soon())));
    std::vector<Answer<std::vector<ClaimedJob>>> claims;
    for (int i = 0; i < 60; ++i) {
        claims.push_back(site.catalogue.jobs().claim({"erase"}, "worker-" + std::to_string(i), 5, 60s, soon()));
    }
    std::map<policy::JobId, int> times;
    for (const auto& claimed : tests::await_all(std::move(claims))) {
        for (const ClaimedJob& one : claimed.value()) ++times[one.id];
    }
    // SKIP LOCKED may have left some to the next claim; never one to two workers.
    for (const ClaimedJob& one : await(site.catalogue.jobs().claim({"erase"}, "last", 200, 60s, soon())).value())
        ++times[one.id];
    CHECK(times.size() == 200);
    for (const auto& [id, count] : times) CHECK(count == 1);
    CHECK(claim(site).empty());
}

TEST_CASE("A claimed job brings what it was enqueued with, oldest first, of the kinds asked for") {
    CatalogueSite site;
    NewJob first = job(1, "erase");
    first.recording = id_of<policy::RecordingId>(7);
    first.payload = bytes("\x01 \"payload\"");
    NewJob later = job(2, "purge");
    later.delay = 1h;
    REQUIRE(await(site.catalogue.jobs().enqueue({first, later, job(3, "prepare")}, soon())));
    REQUIRE(await(site.catalogue.jobs().enqueue({}, soon())));
    const auto claimed = claim(site);
    REQUIRE(claimed.size() == 1);
    CHECK(claimed[0].id == first.id);
    CHECK(claimed[0].kind == "erase");
    CHECK(claimed[0].recording == first.recording);
    CHECK(claimed[0].payload == first.payload);
    CHECK(claimed[0].attempts == 1);
    site.rows("update job set run_at = now() where kind = 'purge'");
    CHECK(claim(site).at(0).id == later.id);
    CHECK(await(site.catalogue.jobs().claim({}, "worker", 10, 60s, soon()))->empty());
}

TEST_CASE("A second job with the key of an unfinished one is dropped; after its end the key is free") {
    CatalogueSite site;
    auto& jobs = site.catalogue.jobs();
    REQUIRE(await(
        jobs.enqueue({job(1, "erase", "key"), job(2, "erase", "key"), job(3, "erase"), job(4, "erase")}, soon())));
    REQUIRE(await(jobs.enqueue({job(5, "erase", "key")}, soon())));
    CHECK(site.count("job") == 3);
    for (const ClaimedJob& one : claim(site)) REQUIRE(await(jobs.finish(one.id, one.token, soon())));
    REQUIRE(await(jobs.enqueue({job(6, "erase", "key")}, soon())));
    CHECK(site.count("job") == 1);
}

TEST_CASE("A worker that lost its lease is refused by its stale token, and another has the job") {
    CatalogueSite site;
    auto& jobs = site.catalogue.jobs();
    REQUIRE(await(jobs.enqueue({job(1, "erase")}, soon())));
    const ClaimedJob stale = claim(site).at(0);
    CHECK(claim(site).empty());
    let_leases_end(site);
    const ClaimedJob fresh = claim(site).at(0);
    CHECK(fresh.token > stale.token);
    CHECK(fresh.attempts == 2);
    CHECK(await(jobs.renew(stale.id, stale.token, 60s, soon())).error().code == Code::kConflict);
    CHECK(await(jobs.fail(stale.id, stale.token, "late", 0ms, false, soon())).error().code == Code::kConflict);
    CHECK(await(jobs.finish(stale.id, stale.token, soon())).error().code == Code::kConflict);
    CHECK(site.count("job") == 1);
    REQUIRE(await(jobs.finish(fresh.id, fresh.token, soon())));
    CHECK(site.count("job") == 0);
    CHECK(await(jobs.finish(fresh.id, fresh.token, soon())).error().code == Code::kConflict);
}

TEST_CASE("A renewed lease keeps the job") {
    CatalogueSite site;
    REQUIRE(await(site.catalogue.jobs().enqueue({job(1, "erase")}, soon())));
    const ClaimedJob mine = claim(site, 1, 300ms).at(0);
    REQUIRE(await(site.catalogue.jobs().renew(mine.id, mine.token, 60s, soon())));
    std::this_thread::sleep_for(400ms);
    CHECK(claim(site).empty());
    CHECK(only_job(site).lease_until);
}

TEST_CASE("What a job failed at by itself is counted apart, and forgotten when it is revived") {
    CatalogueSite site;
    auto& jobs = site.catalogue.jobs();
    NewJob thrice = job(1, "erase");
    thrice.max_attempts = 3;
    REQUIRE(await(jobs.enqueue({thrice}, soon())));
    for (const bool by_itself : {true, false, true}) {
        const auto claimed = claim(site).at(0);
        CHECK(claimed.failures == (claimed.attempts == 1 ? 0 : 1));
        REQUIRE(await(jobs.fail(claimed.id, claimed.token, "crashed", 0ms, by_itself, soon())));
    }
    CHECK(site.rows("select failures from job").front() == std::vector<std::string>{"2"});
    REQUIRE(await(jobs.revive(thrice.id, soon())));
    CHECK(claim(site).at(0).failures == 0);
}

TEST_CASE("A failing job waits, comes again, is dead after its last attempt, and can be revived") {
    CatalogueSite site;
    auto& jobs = site.catalogue.jobs();
    NewJob twice = job(1, "erase");
    twice.max_attempts = 2;
    REQUIRE(await(jobs.enqueue({twice}, soon())));
    ClaimedJob claimed = claim(site).at(0);
    REQUIRE(await(jobs.fail(claimed.id, claimed.token, "store-down", 1h, false, soon())));
    CHECK(claim(site).empty());
    CHECK(only_job(site).state == "queued");
    CHECK(only_job(site).last_error == "store-down");
    site.rows("update job set run_at = now()");
    claimed = claim(site).at(0);
    CHECK(claimed.attempts == 2);
    REQUIRE(await(jobs.fail(claimed.id, claimed.token, "vault-down", 0ms, true, soon())));
    CHECK(only_job(site).state == "dead");
    CHECK(claim(site).empty());
    REQUIRE(await(jobs.revive(twice.id, soon())));
    CHECK(await(jobs.revive(twice.id, soon())).error().code == Code::kNotFound);
    claimed = claim(site).at(0);
    CHECK(claimed.attempts == 1);
    REQUIRE(await(jobs.finish(claimed.id, claimed.token, soon())));
}

TEST_CASE("A job that kills its worker at each attempt is parked, not claimed for ever") {
    CatalogueSite site;
    NewJob poison = job(1, "erase");
    poison.max_attempts = 2;
    REQUIRE(await(site.catalogue.jobs().enqueue({poison}, soon())));
    for (int i = 0; i < 2; ++i) {
        CHECK(claim(site).size() == 1);
        let_leases_end(site);
    }
    CHECK(claim(site).empty());
    CHECK(only_job(site).state == "dead");
    CHECK(only_job(site).last_error == "lease-lost");
}

TEST_CASE("Dead jobs are listed first") {
    CatalogueSite site;
    REQUIRE(await(site.catalogue.jobs().enqueue({job(1, "erase"), job(2, "erase")}, soon())));
    site.rows("update job set state = 'dead', run_at = now() + interval '1 day' where id = '" +
              id_of<policy::JobId>(2).text() + "'");
    const auto listed = await(site.catalogue.jobs().list(1, soon())).value();
    REQUIRE(listed.size() == 1);
    CHECK(listed[0].id == id_of<policy::JobId>(2));
}

TEST_CASE("One holder leads at a time, and the token grows only when the holder changes") {
    CatalogueSite site({.connection = {}, .connections = 8});
    auto& jobs = site.catalogue.jobs();
    std::vector<Answer<Leadership>> tries;
    for (int i = 0; i < 8; ++i) tries.push_back(jobs.lead("purge", "gateway-" + std::to_string(i), 60s, soon()));
    std::size_t leaders = 0;
    std::string leader;
    const auto answers = tests::await_all(std::move(tries));
    for (std::size_t i = 0; i < answers.size(); ++i) {
        if (!answers[i].value().held) continue;
        ++leaders;
        leader = "gateway-" + std::to_string(i);
    }
    REQUIRE(leaders == 1);
    CHECK(await(jobs.lead("purge", leader, 60s, soon()))->token == 1);
    CHECK_FALSE(await(jobs.lead("purge", "another", 60s, soon()))->held);
    CHECK(await(jobs.lead("sequencer", "another", 60s, soon()))->held);
    REQUIRE(await(jobs.resign("purge", "another", soon())));
    CHECK_FALSE(await(jobs.lead("purge", "another", 60s, soon()))->held);
    REQUIRE(await(jobs.resign("purge", leader, soon())));
    const auto next = await(jobs.lead("purge", "another", 60s, soon())).value();
    CHECK(next.held);
    CHECK(next.token == 2);
    site.rows("update leadership set until = now() - interval '1 second'");
    CHECK(await(jobs.lead("purge", leader, 60s, soon()))->token == 3);
}
