#include "storage/catalogue/purge.hpp"

#include <algorithm>

#include "tests/support/catalogue_site.hpp"

// Forgetting: due, marked, listed, finished, certified.

using namespace storage::catalogue;  // NOLINT(google-build-using-namespace)
using policy::Code;
using tests::await;
using tests::bytes;
using tests::CatalogueSite;
using tests::date;
using tests::id_of;
using tests::mac_of;
using tests::soon;

namespace {

const policy::Date kPurgeDay = date("2027-02-24");

policy::RecordingId due_on(CatalogueSite& site, std::uint64_t n, std::string_view purge_date,
                           std::string_view kept_until = "") {
    return site.store(n, [&](NewRecording& recording) {
        recording.row.purge_date = date(purge_date);
        if (!kept_until.empty()) recording.row.kept_until = date(kept_until);
    });
}

void hold(CatalogueSite& site, policy::RecordingId id) {
    REQUIRE(await(site.catalogue.rights().hold({id_of<policy::HoldId>(1), "m", "dpo", date("2027-05-01")}, {id}, {},
                                               bytes("h"), soon())));
}

void restrict_use(CatalogueSite& site, policy::RecordingId id, std::uint64_t n = 1) {
    REQUIRE(await(
        site.catalogue.rights().restrict({id_of<RestrictionId>(n), id, "objection", "dpo"}, {}, bytes("r"), soon())));
}

std::string state_of(CatalogueSite& site, policy::RecordingId id) {
    return site.facts(id).access.state;
}

policy::Result<void> finish(CatalogueSite& site, std::uint64_t batch, const std::vector<policy::RecordingId>& ids,
                            std::string_view entry = "batch") {
    std::vector<PurgedLeaf> leaves;
    for (const auto id : ids) leaves.push_back({id, bytes("leaf of " + id.text())});
    return await(
        site.catalogue.purge().finish(id_of<BatchId>(batch), leaves, kPurgeDay, "retention", bytes(entry), soon()));
}

}  // namespace

TEST_CASE("Due is what has reached its date and nothing keeps; what is kept is counted once, by what keeps it") {
    CatalogueSite site;
    due_on(site, 1, "2027-02-20");
    due_on(site, 2, "2027-02-24");
    due_on(site, 3, "2027-02-24");
    due_on(site, 4, "2027-02-25");
    const auto held = due_on(site, 5, "2027-02-24");
    hold(site, held);
    restrict_use(site, held, 1);
    restrict_use(site, due_on(site, 6, "2027-02-23"), 2);
    due_on(site, 7, "2027-02-23", "2031-11-24");
    due_on(site, 8, "2027-02-23", "2027-02-24");  // its class ends today
    const auto due = await(site.catalogue.purge().due(kPurgeDay, soon())).value();
    const std::map<policy::Date, std::int64_t> expected{
        {date("2027-02-20"), 1}, {date("2027-02-23"), 1}, {kPurgeDay, 2}};
    CHECK(due.due == expected);
    CHECK(due.kept_by_hold == 1);
    CHECK(due.kept_by_restriction == 1);
    CHECK(due.kept_by_class == 1);
    CHECK(due.purging == 0);
    CHECK(*await(site.catalogue.purge().mark_due(kPurgeDay, 3, soon())) == 3);
    CHECK(*await(site.catalogue.purge().mark_due(kPurgeDay, 3, soon())) == 1);
    CHECK(*await(site.catalogue.purge().mark_due(kPurgeDay, 3, soon())) == 0);
    CHECK(site.count("recording", "state = 'live'") == 4);
    CHECK(state_of(site, held) == "live");
    CHECK(await(site.catalogue.purge().due(kPurgeDay, soon()))->purging == 4);
}

TEST_CASE("Marking waits for a hold under way and leaves what it holds") {
    CatalogueSite site;
    const auto id = due_on(site, 1, "2027-02-24");
    tests::PostgresLine holder(site.connection);
    holder.query("begin; update callvault.recording set holds = 1, version = version + 1");
    const auto waited =
        await(site.catalogue.purge().mark_due(kPurgeDay, 10, tests::within(std::chrono::milliseconds(300))));
    CHECK(waited.error().code == Code::kDeadline);
    holder.query("commit");
    CHECK(*await(site.catalogue.purge().mark_due(kPurgeDay, 10, soon())) == 0);
    CHECK(state_of(site, id) == "live");
}

TEST_CASE("Erasure before the date is refused for what a hold or class keeps") {
    CatalogueSite site;
    auto& purge = site.catalogue.purge();
    const auto today = date("2026-12-01");
    const auto mark = [&](policy::RecordingId id, bool even_restricted) {
        return await(
            purge.mark_erasure(id, std::nullopt, "withdrawal", today, even_restricted, bytes("marked"), soon()));
    };
    const auto held = due_on(site, 1, "2027-02-24");
    hold(site, held);
    const auto statutory = due_on(site, 2, "2027-02-24", "2031-11-24");
    const auto restricted = due_on(site, 3, "2027-02-24");
    restrict_use(site, restricted);
    CHECK(mark(held, true).error().code == Code::kConflict);
    CHECK(mark(statutory, true).error().code == Code::kConflict);
    CHECK(mark(restricted, false).error().code == Code::kConflict);
    CHECK(mark(id_of<policy::RecordingId>(404), true).error().code == Code::kNotFound);
    const auto changed = site.facts(restricted).access.version - 1;
    CHECK(await(purge.mark_erasure(restricted, changed, "withdrawal", today, true, bytes("marked"), soon()))
              .error()
              .code == Code::kConflict);
    CHECK(site.entries("marked") == 0);
    REQUIRE(mark(restricted, true));
    REQUIRE(mark(restricted, true));
    CHECK(site.entries("marked") == 1);
    CHECK(state_of(site, restricted) == "purging");
    CHECK(state_of(site, held) == "live");
    // Marked is marked: nothing brings it back.
    CHECK(await(site.catalogue.rights().restrict({id_of<RestrictionId>(9), restricted, "objection", "dpo"}, {},
                                                 bytes("late"), soon()))
              .error()
              .code == Code::kNotFound);
    CHECK(await(site.catalogue.rights().hold({id_of<policy::HoldId>(9), "m", "dpo", date("2027-05-01")}, {restricted},
                                             {}, bytes("late"), soon()))
              ->empty());
}

TEST_CASE("What is purging is listed page by page, with all that must be destroyed") {
    CatalogueSite site;
    for (std::uint64_t n = 1; n <= 5; ++n) due_on(site, n, n <= 2 ? "2027-02-24" : "2027-02-23");
    due_on(site, 6, "2027-03-24");
    CHECK(*await(site.catalogue.purge().mark_due(kPurgeDay, 100, soon())) == 5);
    std::vector<policy::RecordingId> listed;
    std::optional<PurgeCursor> after;
    for (;;) {
        const auto page = await(site.catalogue.purge().purging(after, 2, soon())).value();
        if (page.empty()) break;
        for (const PurgingRow& row : page) listed.push_back(row.id);
        after = PurgeCursor{page.back().purge_date, page.back().id};
    }
    std::vector<policy::RecordingId> expected;
    for (const std::uint64_t n : {3U, 4U, 5U, 1U, 2U}) expected.push_back(id_of<policy::RecordingId>(n));
    CHECK(listed == expected);
    const auto all = await(site.catalogue.purge().purging(std::nullopt, 10, soon())).value();
    const PurgingRow& first_of_day = all.at(3);
    CHECK(first_of_day.ref_mac == mac_of("reference 1"));
    CHECK(first_of_day.ground == "retention");
    CHECK(first_of_day.secret == Secret{1, bytes("secret 1")});
    CHECK(first_of_day.objects == std::vector<std::string>{"recordings/2027-02-24/1"});
    CHECK_FALSE(first_of_day.keep_key);
}

TEST_CASE("Finishing drops every row of the recording and leaves its tombstone, batch and entry") {
    CatalogueSite site;
    const auto id = site.store(1, [](NewRecording& recording) { recording.jobs = {tests::job(1, "prepare")}; });
    site.rows("update job set recording_id = (select id from recording)");
    restrict_use(site, id);
    hold(site, id);
    REQUIRE(await(site.catalogue.rights().release_hold(id_of<policy::HoldId>(1), bytes("x"), soon())));
    const auto stays = site.store(2);
    REQUIRE(
        await(site.catalogue.purge().mark_erasure(id, std::nullopt, "retention", kPurgeDay, true, bytes("m"), soon())));
    REQUIRE(finish(site, 1, {id}));
    // Wherever a column holds a recording's id: nothing but the tombstone has this one any more.
    for (const auto& row :
         site.rows("select table_name from information_schema.columns where table_schema = 'callvault' and "
                   "column_name = 'recording_id' and table_name <> 'reference'")) {
        INFO(row.front());
        CHECK(site.count(row.front(), "recording_id = '" + id.text() + "'") == 0);
    }
    CHECK(site.count("recording", "id = '" + id.text() + "'") == 0);
    CHECK(site.facts(stays).row.id == stays);
    CHECK(site.facts(stays).objects.size() == 1);
    CHECK(site.entries("batch") == 1);
    const auto reference = await(site.catalogue.recordings().find_reference(mac_of("reference 1"), soon())).value();
    const auto* stone = std::get_if<Tombstone>(&reference);
    REQUIRE(stone != nullptr);
    CHECK(stone->id == id);
    CHECK(stone->purged_on == kPurgeDay);
    CHECK(stone->ground == "retention");
    NewRecording again = site.recording(1);
    again.day_key = site.facts(stays).day_key;
    CHECK(std::holds_alternative<Tombstone>(*site.push(again)));
    CHECK(site.count("recording") == 1);
}

TEST_CASE("A batch is finished whole or not at all, and once") {
    CatalogueSite site;
    std::vector<policy::RecordingId> ids;
    for (std::uint64_t n = 1; n <= 4; ++n) ids.push_back(site.store(n));
    const auto live = site.store(5);
    CHECK(*await(site.catalogue.purge().mark_due(date("2027-02-23"), 100, soon())) == 0);
    for (const auto id : ids)
        REQUIRE(await(
            site.catalogue.purge().mark_erasure(id, std::nullopt, "erasure", kPurgeDay, false, bytes("m"), soon())));
    auto with_live = ids;
    with_live.push_back(live);
    CHECK(finish(site, 1, with_live, "not whole").error().code == Code::kConflict);
    auto with_unknown = ids;
    with_unknown.push_back(id_of<policy::RecordingId>(404));
    CHECK(finish(site, 1, with_unknown, "not whole").error().code == Code::kConflict);
    CHECK(site.count("recording") == 5);
    CHECK(site.count("secret") == 5);
    CHECK(site.entries("not whole") == 0);
    CHECK(site.count("purge_batch") == 0);
    REQUIRE(finish(site, 1, ids));
    CHECK(finish(site, 2, ids, "again").error().code == Code::kConflict);
    CHECK(site.entries("again") == 0);
    CHECK(site.count("purge_batch") == 1);
}

TEST_CASE("Two gateways that finish overlapping batches at once write each recording into one batch") {
    CatalogueSite site({.connection = {}, .connections = 8});
    std::vector<policy::RecordingId> ids;
    for (std::uint64_t n = 1; n <= 20; ++n) ids.push_back(site.store(n));
    CHECK(*await(site.catalogue.purge().mark_due(kPurgeDay, 100, soon())) == 20);
    std::vector<Answer<void>> finishing;
    for (std::uint64_t batch = 1; batch <= 4; ++batch) {
        std::vector<PurgedLeaf> leaves;
        for (const auto id : ids) leaves.push_back({id, bytes("leaf")});
        if (batch % 2 == 0) std::reverse(leaves.begin(), leaves.end());
        finishing.push_back(site.catalogue.purge().finish(id_of<BatchId>(batch), leaves, kPurgeDay, "retention",
                                                          bytes("batch"), soon()));
    }
    std::size_t done = 0;
    for (const auto& answer : tests::await_all(std::move(finishing))) {
        done += answer ? 1U : 0U;
        if (!answer) CHECK(answer.error().code == Code::kConflict);
    }
    CHECK(done == 1);
    CHECK(site.entries("batch") == 1);
    CHECK(site.count("reference", "batch_id is not null") == 20);
}

TEST_CASE("A batch waits for its entry's number, and its leaves go when it is certified") {
    CatalogueSite site;
    std::vector<policy::RecordingId> ids;
    for (std::uint64_t n = 1; n <= 3; ++n) ids.push_back(site.store(n));
    CHECK(*await(site.catalogue.purge().mark_due(kPurgeDay, 100, soon())) == 3);
    const std::vector<policy::RecordingId> order{ids[2], ids[0], ids[1]};
    REQUIRE(finish(site, 1, order));
    auto& purge = site.catalogue.purge();
    auto batches = await(purge.uncertified(soon())).value();
    REQUIRE(batches.size() == 1);
    CHECK(batches[0].size == 3);
    CHECK(batches[0].purged_on == kPurgeDay);
    CHECK(batches[0].ground == "retention");
    CHECK_FALSE(batches[0].entry_index);
    REQUIRE(await(site.catalogue.audit_log().number(0, 100, soon())));
    batches = await(purge.uncertified(soon())).value();
    CHECK(batches[0].entry_index == 3);  // after the three pushes
    const auto leaves = await(purge.leaves(batches[0].id, soon())).value();
    REQUIRE(leaves.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(leaves[i].id == order[i]);
        CHECK(leaves[i].leaf == bytes("leaf of " + order[i].text()));
    }
    REQUIRE(await(purge.batch_certified(batches[0].id, soon())));
    REQUIRE(await(purge.batch_certified(batches[0].id, soon())));
    CHECK(await(purge.uncertified(soon()))->empty());
    CHECK(site.count("reference", "leaf is not null") == 0);
    CHECK(await(site.catalogue.recordings().tombstone(ids[0], soon())));
}

TEST_CASE("Purge runs are kept with what they were to do and did") {
    CatalogueSite site;
    auto& purge = site.catalogue.purge();
    const auto run = id_of<PurgeRunId>(1);
    REQUIRE(await(purge.begin_run(run, kPurgeDay, 7, 2, bytes("begun"), soon())));
    REQUIRE(await(purge.begin_run(run, kPurgeDay, 7, 2, bytes("begun"), soon())));
    CHECK(site.entries("begun") == 2);  // a run that was killed goes on under its id, and the log tells both
    auto runs = await(purge.runs(10, soon())).value();
    REQUIRE(runs.size() == 1);
    CHECK(runs[0].state == "running");
    CHECK_FALSE(runs[0].finished_at);
    const auto other = id_of<PurgeRunId>(2);
    CHECK(await(purge.begin_run(other, kPurgeDay, 1, 0, bytes("other"), soon())).error().code == Code::kConflict);
    REQUIRE(await(purge.end_run(run, "stopped", "too-many", 3, bytes("ended"), soon())));
    CHECK(await(purge.begin_run(other, kPurgeDay, 1, 0, bytes("other"), soon())).error().code == Code::kConflict);
    CHECK(await(purge.begin_run(run, kPurgeDay, 1, 0, bytes("other"), soon())).error().code == Code::kConflict);
    CHECK(await(purge.ask_run(other, kPurgeDay, 1, 0, bytes("other"), soon()))->id == run);
    CHECK(site.entries("other") == 0);
    const auto stopped = await(purge.run_of(run, soon())).value();
    CHECK(stopped.state == "stopped");
    CHECK(stopped.reason == "too-many");
    CHECK(stopped.due == 7);
    CHECK(stopped.kept == 2);
    CHECK(stopped.purged == 3);
    CHECK(stopped.finished_at);
    CHECK_FALSE(stopped.accepted);
    CHECK(await(purge.run_of(other, soon())).error().code == Code::kNotFound);
    CHECK(await(purge.end_run(id_of<PurgeRunId>(404), "done", "", 0, bytes("none"), soon())).error().code ==
          Code::kNotFound);
    CHECK(site.entries("none") == 0);
}

TEST_CASE("A run that was asked for waits, and asking again by its id finds it whatever became of it") {
    CatalogueSite site;
    auto& purge = site.catalogue.purge();
    const auto run = id_of<PurgeRunId>(1);
    const auto asked = await(purge.ask_run(run, kPurgeDay, 7, 2, bytes("asked"), soon())).value();
    CHECK(asked.state == "queued");
    CHECK_FALSE(asked.started_at);
    CHECK(await(purge.ask_run(id_of<PurgeRunId>(2), kPurgeDay, 7, 2, bytes("asked"), soon()))->id == run);
    REQUIRE(await(purge.begin_run(run, kPurgeDay, 8, 2, bytes("begun"), soon())));
    REQUIRE(await(purge.end_run(run, "done", "", 8, bytes("ended"), soon())));
    CHECK(await(purge.ask_run(run, kPurgeDay, 0, 0, bytes("asked"), soon()))->state == "done");
    CHECK(site.entries("asked") == 1);
    CHECK(await(purge.begin_run(run, kPurgeDay, 0, 0, bytes("begun"), soon())).error().code == Code::kConflict);
}
