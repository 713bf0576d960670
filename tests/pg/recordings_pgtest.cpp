#include "storage/catalogue/recordings.hpp"

#include <algorithm>

#include "tests/support/catalogue_site.hpp"

// Push, facts and tombstones.

using namespace storage::catalogue;  // NOLINT(google-build-using-namespace)
using policy::Code;
using tests::await;
using tests::CatalogueSite;
using tests::date;
using tests::id_of;
using tests::mac_of;
using tests::soon;

namespace {

NewRecording full_recording(CatalogueSite& site) {
    NewRecording recording = site.recording(1);
    RecordingRow& row = recording.row;
    row.kept_until = date("2031-11-24");
    row.duration_ms = 27'000;
    row.direction = "inbound";
    row.agent = "agent-7";
    row.queue = "refunds";
    row.retention_class = "mifid";
    row.unplayable = "preparing";
    row.quarantined = true;
    row.media = R"({"rate":8000,"text":"quoted \" and \\ back, {comma}"})";
    row.purposes = {"quality", "odd \"one\", with \\ and {braces}"};
    recording.day_key = site.open_day(row.purge_date);
    recording.objects = {
        {"o/peaks", "peaks", 0, 5}, {"o/two", "original", 1, 20}, {"o/one", "original", 0, 1'000'000'000'000}};
    recording.tokens = {mac_of("a"), mac_of("b"), mac_of("a")};
    NewJob prepare = tests::job(5, "prepare", "prepare-1");
    prepare.recording = row.id;
    prepare.payload = tests::bytes("{\"a\":\"\\\"\"}");
    recording.jobs = {prepare, tests::job(6, "other")};
    return recording;
}

}  // namespace

TEST_CASE(
    "A push writes reference, recording, secret, objects, index, jobs and entry together, and facts reads them back") {
    CatalogueSite site;
    const NewRecording pushed = full_recording(site);
    const auto outcome = site.push(pushed);
    REQUIRE(outcome);
    REQUIRE(std::holds_alternative<Stored>(*outcome));

    const RecordingFacts facts = site.facts(pushed.row.id);
    const RecordingRow& row = facts.row;
    CHECK(row.id == pushed.row.id);
    CHECK(row.sender == "pbx");
    CHECK(row.purge_date == pushed.row.purge_date);
    CHECK(row.kept_until == pushed.row.kept_until);
    CHECK(row.started_at == pushed.row.started_at);
    CHECK(row.received_at == pushed.row.received_at);
    CHECK(row.duration_ms == 27'000);
    CHECK(row.direction == "inbound");
    CHECK(row.team == "support");
    CHECK(row.agent == "agent-7");
    CHECK(row.queue == "refunds");
    CHECK(row.basis == "consent");
    CHECK(row.purposes == pushed.row.purposes);
    CHECK(row.profile == "NL");
    CHECK(row.rule_id == "retention.default");
    CHECK(row.retention_class == "mifid");
    CHECK(row.media == pushed.row.media);
    CHECK(row.unplayable == "preparing");
    CHECK(row.quarantined);
    CHECK(facts.access.version == 1);
    CHECK(facts.access.state == "live");
    CHECK(facts.access.holds == 0);
    CHECK(facts.access.restrictions == 0);
    CHECK_FALSE(facts.access.keep_key);
    CHECK_FALSE(facts.access.oldest_hold_review);
    CHECK(facts.ref_mac == pushed.ref_mac);
    CHECK(facts.content_mac == pushed.content_mac);
    CHECK(facts.day_key == pushed.day_key);
    CHECK(facts.secret == pushed.secret);
    const std::vector<ObjectRow> by_rendition{pushed.objects[2], pushed.objects[1], pushed.objects[0]};
    CHECK(facts.objects == by_rendition);

    CHECK(site.count("blind_index") == 2);
    CHECK(site.entries("push 1") == 1);
    CHECK(site.value("select payload from job where unique_key = 'prepare-1'") == R"(\x7b2261223a225c22227d)");
    CHECK(site.count("job", "recording_id is not null") == 1);
    CHECK(site.count("job") == 2);
}

TEST_CASE("What was not told reads as not told") {
    CatalogueSite site;
    const RecordingRow row = site.facts(site.store(1)).row;
    CHECK_FALSE(row.kept_until);
    CHECK_FALSE(row.duration_ms);
    CHECK(row.direction == "");
    CHECK(row.agent == "");
    CHECK(row.queue == "");
    CHECK(row.retention_class == "");
    CHECK(row.unplayable == "");
    CHECK_FALSE(row.quarantined);
}

TEST_CASE("Of 20 pushes of one reference at once exactly one is stored and the others are told which") {
    CatalogueSite site({.connection = {}, .connections = 20});
    const auto key = site.open_day(date("2027-02-24"));
    std::vector<Answer<PushOutcome>> pushes;
    for (std::uint64_t n = 1; n <= 20; ++n) {
        NewRecording recording = site.recording(n);
        recording.day_key = key;
        recording.ref_mac = mac_of("the reference");
        pushes.push_back(site.catalogue.recordings().push(recording, tests::fresh_upload(), soon()));
    }
    const auto outcomes = tests::await_all(std::move(pushes));
    std::size_t stored = 0;
    policy::RecordingId winner;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        REQUIRE(outcomes[i]);
        if (!std::holds_alternative<Stored>(*outcomes[i])) continue;
        ++stored;
        winner = id_of<policy::RecordingId>(i + 1);
    }
    REQUIRE(stored == 1);
    for (const auto& outcome : outcomes) {
        if (std::holds_alternative<Stored>(*outcome)) continue;
        const auto* known = std::get_if<KnownReference>(&*outcome);
        REQUIRE(known != nullptr);
        CHECK(known->id == winner);
        CHECK(known->content_mac == site.facts(winner).content_mac);
        CHECK(known->state == "live");
    }
    for (const char* const table :
         {"reference", "recording", "secret", "sealed_object", "blind_index", "audit_entry"}) {
        INFO(table);
        CHECK(site.count(table) == 1);
    }
}

TEST_CASE("A repeat is told what stands there, whether its bytes are the same or others, and writes nothing") {
    CatalogueSite site;
    const auto id = site.store(1);
    NewRecording repeat = site.recording(1);
    repeat.row.id = id_of<policy::RecordingId>(99);
    repeat.objects.front().name = "o/99";
    repeat.day_key = site.facts(id).day_key;
    repeat.entry = tests::bytes("repeat");
    repeat.content_mac = mac_of(GENERATE("content 1", "other bytes"));
    const auto outcome = site.push(repeat);
    REQUIRE(outcome);
    const auto* known = std::get_if<KnownReference>(&*outcome);
    REQUIRE(known != nullptr);
    CHECK(known->id == id);
    CHECK(known->content_mac == mac_of("content 1"));
    CHECK(known->purge_date == date("2027-02-24"));
    CHECK(known->rule_id == "retention.default");
    CHECK(known->received_at == site.recording(1).row.received_at);
    CHECK(site.count("recording") == 1);
    CHECK(site.count("sealed_object") == 1);
    CHECK(site.entries("repeat") == 0);
}

TEST_CASE("Without the open key of its date nothing is stored") {
    CatalogueSite site;
    NewRecording recording = site.recording(1);
    recording.day_key = id_of<policy::KeyId>(77);
    const policy::Date day = recording.row.purge_date;
    SECTION("no key at all") {}
    SECTION("planned") {
        REQUIRE(await(site.catalogue.keys().plan_day_key(day, recording.day_key, soon())));
    }
    SECTION("closed") {
        recording.day_key = site.open_day(day);
        REQUIRE(await(site.catalogue.keys().close_day_key(day, tests::bytes("closed"), soon())));
    }
    SECTION("another key of that date") {
        site.open_day(day);
    }
    SECTION("the key of another date") {
        recording.day_key = site.open_day(date("2027-02-25"));
    }
    const auto outcome = site.push(recording);
    REQUIRE(outcome);
    CHECK(std::holds_alternative<KeyNotOpen>(*outcome));
    CHECK(site.count("reference") == 0);
    CHECK(site.count("recording") == 0);
    CHECK(site.count("secret") == 0);
    CHECK(site.entries("push 1") == 0);
}

TEST_CASE("Closing a day key waits for a push under way, and a push after it is refused") {
    CatalogueSite site;
    const auto key = site.open_day(date("2027-02-24"));
    tests::PostgresLine push(site.connection);
    push.query("begin; select from callvault.day_key where purge_date = '2027-02-24' for share");
    const auto waited = await(site.catalogue.keys().close_day_key(date("2027-02-24"), tests::bytes("closed"),
                                                                  tests::within(std::chrono::milliseconds(300))));
    REQUIRE_FALSE(waited);
    CHECK(waited.error().code == Code::kDeadline);
    push.query("commit");
    REQUIRE(await(site.catalogue.keys().close_day_key(date("2027-02-24"), tests::bytes("closed"), soon())));
    NewRecording late = site.recording(1);
    late.day_key = key;
    CHECK(std::holds_alternative<KeyNotOpen>(*site.push(late)));
}

TEST_CASE("An upload that was begun too long ago is refused: the sweeper may have its object") {
    CatalogueSite site;
    NewRecording recording = site.recording(1);
    recording.day_key = site.open_day(recording.row.purge_date);
    const UploadAge age{std::chrono::steady_clock::now() - std::chrono::seconds(11), std::chrono::seconds(10)};
    const auto outcome = await(site.catalogue.recordings().push(recording, age, soon()));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == Code::kDeadline);
    CHECK(site.count("reference") == 0);
}

TEST_CASE("An object name that another recording owns stores nothing") {
    CatalogueSite site;
    site.store(1);
    NewRecording recording = site.recording(2);
    recording.day_key = site.facts(id_of<policy::RecordingId>(1)).day_key;
    recording.objects = site.recording(1).objects;
    CHECK(site.push(recording).error().code == Code::kConflict);
    CHECK(site.count("recording") == 1);
    CHECK(site.count("reference") == 1);
    CHECK(site.entries("push 2") == 0);
}

TEST_CASE("A forbidden reference never arrives, and one that arrived cannot be forbidden") {
    CatalogueSite site;
    const Tombstone stone{id_of<policy::RecordingId>(50), date("2026-11-24"), "withdrawal"};
    REQUIRE(await(site.catalogue.recordings().forbid(mac_of("reference 1"), stone, tests::bytes("forbidden"), soon())));
    CHECK(site.entries("forbidden") == 1);
    NewRecording recording = site.recording(1);
    recording.day_key = site.open_day(recording.row.purge_date);
    const auto outcome = site.push(recording);
    REQUIRE(outcome);
    const auto* gone = std::get_if<Tombstone>(&*outcome);
    REQUIRE(gone != nullptr);
    CHECK(gone->id == stone.id);
    CHECK(gone->purged_on == stone.purged_on);
    CHECK(gone->ground == "withdrawal");
    CHECK(await(site.catalogue.recordings().tombstone(stone.id, soon()))->ground == "withdrawal");
    CHECK(site.count("recording") == 0);

    site.store(2);
    const auto late =
        await(site.catalogue.recordings().forbid(mac_of("reference 2"), stone, tests::bytes("late"), soon()));
    CHECK(late.error().code == Code::kConflict);
    CHECK(site.entries("late") == 0);
}

TEST_CASE("Unknown things are not found") {
    CatalogueSite site;
    auto& recordings = site.catalogue.recordings();
    const auto id = id_of<policy::RecordingId>(404);
    CHECK(std::holds_alternative<UnknownReference>(*await(recordings.find_reference(mac_of("none"), soon()))));
    CHECK(await(recordings.facts(id, soon())).error().code == Code::kNotFound);
    CHECK(await(recordings.tombstone(id, soon())).error().code == Code::kNotFound);
    CHECK(await(recordings.quarantine(id, 1, true, tests::bytes("e"), soon())).error().code == Code::kNotFound);
    CHECK(site.count("audit_entry") == 0);
}

TEST_CASE("Preparation ends its job with facts, renditions and entry, and bumps no version") {
    CatalogueSite site;
    const auto id = site.store(1, [](NewRecording& recording) {
        recording.row.unplayable = "preparing";
        recording.row.duration_ms = 1000;
        recording.jobs = {tests::job(1, "prepare")};
        recording.jobs.front().recording = recording.row.id;
    });
    auto& recordings = site.catalogue.recordings();
    const auto claim = [&site] {
        return await(site.catalogue.jobs().claim({"prepare"}, "w", 1, std::chrono::seconds(60), soon())).value().at(0);
    };
    const auto job = claim();
    PreparedRecording made{
        R"({"a":1})",         "",   4200, {{"o/playback", "playback", 0, 7}, {"o/outline", "outline", 0, 8}},
        tests::bytes("made"), false};
    const UploadAge fresh{std::chrono::steady_clock::now(), std::chrono::hours(1)};
    SECTION("by whoever holds the claim") {
        REQUIRE(await(recordings.prepared(job, made, fresh, soon())));
        const auto facts = site.facts(id);
        CHECK(facts.row.media == R"({"a":1})");
        CHECK(facts.row.unplayable == "");
        CHECK(facts.row.duration_ms == 4200);
        CHECK(facts.objects.size() == 3);
        CHECK(facts.access.version == 1);
        CHECK(site.count("job") == 0);
        CHECK(site.entries("made") == 1);
        CHECK(await(recordings.prepared(job, made, fresh, soon())).error().code == Code::kConflict);
        CHECK(site.facts(id).objects.size() == 3);
    }
    SECTION("not by one who lost it") {
        site.rows("update job set run_at = now() - interval '1 second'");
        REQUIRE(claim().token != job.token);
        CHECK(await(recordings.prepared(job, made, fresh, soon())).error().code == Code::kConflict);
        CHECK(site.facts(id).row.unplayable == "preparing");
        CHECK(site.count("job") == 1);
    }
    SECTION("not with renditions that the sweeper may have taken") {
        const UploadAge old{std::chrono::steady_clock::now() - std::chrono::hours(2), std::chrono::hours(1)};
        CHECK(await(recordings.prepared(job, made, old, soon())).error().code == Code::kDeadline);
    }
    SECTION("not once it is being purged: the job goes, nothing is added") {
        site.rows("update recording set state = 'purging'");
        CHECK(await(recordings.prepared(job, made, fresh, soon())).error().code == Code::kNotFound);
        CHECK(site.count("sealed_object") == 1);
        CHECK(site.count("job") == 0);
        CHECK(site.entries("made") == 0);
    }
    SECTION("as unplayable, with the reason") {
        PreparedRecording failed{R"({"a":1})", "malformed", std::nullopt, {}, tests::bytes("failed"), false};
        REQUIRE(await(recordings.prepared(job, failed, fresh, soon())));
        CHECK(site.facts(id).row.unplayable == "malformed");
        CHECK(site.facts(id).row.duration_ms == 1000);  // what was known stays
        CHECK(site.count("job") == 0);
    }
    SECTION("as unplayable by no fault of its own: the job is parked, and may be revived") {
        PreparedRecording failed{R"({"a":1})", "worker-crashed", std::nullopt, {}, tests::bytes("failed"), true};
        REQUIRE(await(recordings.prepared(job, failed, fresh, soon())));
        CHECK(site.facts(id).row.unplayable == "worker-crashed");
        const auto parked = await(site.catalogue.jobs().list(10, soon())).value().at(0);
        CHECK(parked.state == "dead");
        CHECK(parked.last_error == "worker-crashed");
        CHECK(await(recordings.prepared(job, failed, fresh, soon())).error().code == Code::kConflict);
        REQUIRE(await(site.catalogue.jobs().revive(parked.id, soon())));
        REQUIRE(await(recordings.prepared(claim(), made, fresh, soon())));
        CHECK(site.facts(id).row.unplayable == "");
        CHECK(site.count("job") == 0);
    }
}

TEST_CASE("Quarantine is a compare and set on the version") {
    CatalogueSite site;
    const auto id = site.store(1);
    auto& recordings = site.catalogue.recordings();
    REQUIRE(await(recordings.quarantine(id, 1, true, tests::bytes("in"), soon())));
    CHECK(site.facts(id).row.quarantined);
    CHECK(site.facts(id).access.version == 2);
    CHECK(await(recordings.quarantine(id, 1, false, tests::bytes("stale"), soon())).error().code == Code::kConflict);
    CHECK(site.facts(id).row.quarantined);
    CHECK(site.entries("stale") == 0);
    REQUIRE(await(recordings.quarantine(id, 2, false, tests::bytes("out"), soon())));
    CHECK_FALSE(site.facts(id).row.quarantined);
}

TEST_CASE("The sweeper is told which objects have an owner") {
    CatalogueSite site;
    site.store(1);
    site.store(2);
    auto owned = await(site.catalogue.recordings().owned(
        {"recordings/2027-02-24/1", "recordings/2027-02-24/9", "recordings/2027-02-24/2", "odd \"name\", {x}"},
        soon()));
    REQUIRE(owned);
    std::sort(owned->begin(), owned->end());
    CHECK(*owned == std::vector<std::string>{"recordings/2027-02-24/1", "recordings/2027-02-24/2"});
    CHECK(await(site.catalogue.recordings().owned({}, soon()))->empty());
}

TEST_CASE("A move of objects is told which of them no purge has taken") {
    CatalogueSite site;
    site.store(1);
    const auto doomed = site.store(2);
    site.rows("update recording set state = 'purging', purge_ground = 'retention' where id = '" + doomed.text() + "'");
    const auto living = await(site.catalogue.recordings().living(
        {"recordings/2027-02-24/1", "recordings/2027-02-24/2", "recordings/2027-02-24/9"}, soon()));
    CHECK(living.value() == std::vector<std::string>{"recordings/2027-02-24/1"});
}
