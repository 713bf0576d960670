#include "storage/catalogue/search.hpp"

#include <algorithm>
#include <set>

#include "storage/catalogue/sql.hpp"
#include "tests/support/catalogue_site.hpp"

// Search: by team, agent and token; pages without gaps or doubles; nothing that must not be found.

using namespace storage::catalogue;  // NOLINT(google-build-using-namespace)
using tests::await;
using tests::bytes;
using tests::CatalogueSite;
using tests::date;
using tests::id_of;
using tests::instant;
using tests::mac_of;
using tests::soon;

namespace {

using Numbers = std::vector<std::uint64_t>;

Query all() {
    Query query;
    query.today = date("2026-12-01");
    query.from = instant("2026-11-01T00:00:00Z");
    query.to = instant("2026-12-01T00:00:00Z");
    return query;
}

std::uint64_t number_of(policy::RecordingId id) {
    const auto& raw = id.bytes();
    return static_cast<std::uint64_t>(raw[14]) * 256 + raw[15];
}

Page page(CatalogueSite& site, const Query& query, std::optional<Cursor> after = {}, std::int32_t limit = 100) {
    auto found = await(site.catalogue.search().page(query, after, limit, soon()));
    if (!found) throw policy::BadResult(found.error());
    return *found;
}

Numbers found(CatalogueSite& site, const Query& query) {
    Numbers out;
    for (const Found& line : page(site, query).found) out.push_back(number_of(line.row.id));
    CHECK(await(site.catalogue.search().count(query, soon())).value() == static_cast<std::int32_t>(out.size()));
    return out;
}

// Every page until the last; checks that each is full but the last.
Numbers paged(CatalogueSite& site, const Query& query, std::int32_t limit) {
    Numbers out;
    std::optional<Cursor> after;
    do {
        const Page lines = page(site, query, after, limit);
        for (const Found& line : lines.found) out.push_back(number_of(line.row.id));
        if (lines.next) CHECK(lines.found.size() == static_cast<std::size_t>(limit));
        after = lines.next;
    } while (after);
    return out;
}

void keep(CatalogueSite& site, policy::RecordingId id, std::uint64_t key_number) {
    const auto key = id_of<policy::KeyId>(key_number);
    REQUIRE(await(site.catalogue.keys().plan_keep_key("keep-" + std::to_string(key_number), key, soon())));
    REQUIRE(await(site.catalogue.keys().open_keep_key(key, soon())));
    const auto facts = site.facts(id);
    REQUIRE(
        await(site.catalogue.keys().rewrapped(id, facts.access.version, facts.secret.sealed, {1, bytes("kept")},
                                              {mac_of("number under the keep key")}, key, bytes("rewrapped"), soon())));
}

}  // namespace

TEST_CASE("A search finds recordings of the searcher's teams, newest first, with their sealed names") {
    CatalogueSite site;
    const char* const teams[] = {"support", "sales", "claims"};
    for (std::uint64_t n = 1; n <= 9; ++n) {
        site.store(n, [&](NewRecording& recording) { recording.row.team = teams[n % 3]; });
    }
    Query query = all();
    CHECK(found(site, query) == Numbers{9, 8, 7, 6, 5, 4, 3, 2, 1});
    query.teams = {"support"};
    CHECK(found(site, query) == Numbers{9, 6, 3});
    query.teams = {"sales", "claims", "sales", "none"};
    CHECK(found(site, query) == Numbers{8, 7, 5, 4, 2, 1});
    query.teams = std::vector<std::string>{};
    CHECK(found(site, query) == Numbers{});
    query.teams = {"support"};
    const Page lines = page(site, query);
    CHECK(lines.found.front().secret == Secret{1, bytes("secret 9")});
    CHECK(lines.found.front().row.team == "support");
    CHECK(lines.found.front().access.version == 1);
}

TEST_CASE("Period, agent, queue and sender all narrow the search") {
    CatalogueSite site;
    for (std::uint64_t n = 1; n <= 8; ++n) {
        site.store(n, [&](NewRecording& recording) {
            recording.row.agent = n % 2 == 0 ? "agent-even" : "agent-odd";
            recording.row.queue = n <= 4 ? "refunds" : "";
            recording.row.sender = n % 4 == 0 ? "other-pbx" : "pbx";
        });
    }
    const auto started = [&](std::uint64_t n) { return site.recording(n).row.started_at; };
    Query query = all();
    query.agent = "agent-even";
    CHECK(found(site, query) == Numbers{8, 6, 4, 2});
    query.queue = "refunds";
    CHECK(found(site, query) == Numbers{4, 2});
    query.sender = "other-pbx";
    CHECK(found(site, query) == Numbers{4});
    query.teams = {"sales"};
    CHECK(found(site, query) == Numbers{});
    query = all();
    query.from = started(3);
    query.to = started(6);
    CHECK(found(site, query) == Numbers{5, 4, 3});
    query.agent = "agent-odd";
    CHECK(found(site, query) == Numbers{5, 3});
}

TEST_CASE("A number is found by the tokens of its days, each recording once") {
    CatalogueSite site;
    site.store(1, [](NewRecording& recording) { recording.tokens = {mac_of("anna day 1"), mac_of("bert day 1")}; });
    site.store(2, [](NewRecording& recording) { recording.tokens = {mac_of("anna day 2")}; });
    site.store(3, [](NewRecording& recording) { recording.tokens = {mac_of("bert day 2")}; });
    Query query = all();
    query.tokens = {mac_of("anna day 1"), mac_of("anna day 2"), mac_of("anna day 3")};
    CHECK(found(site, query) == Numbers{2, 1});
    query.tokens = {mac_of("anna day 1"), mac_of("bert day 1"), mac_of("anna day 1")};
    CHECK(found(site, query) == Numbers{1});
    query.teams = {"sales"};
    CHECK(found(site, query) == Numbers{});
    query.teams = {"support", "sales"};
    query.agent = "nobody";
    CHECK(found(site, query) == Numbers{});
}

TEST_CASE("Pages follow each other without gaps or doubles, with equal start times and new arrivals between them") {
    CatalogueSite site;
    Numbers expected;
    const char* const teams[] = {"support", "sales", "claims"};
    for (std::uint64_t n = 1; n <= 60; ++n) {
        site.store(n, [&](NewRecording& recording) {
            recording.row.team = teams[n % 3];
            recording.row.agent = "agent";
            recording.row.started_at = instant("2026-11-24T10:00:00Z") + std::chrono::seconds(n / 10);
            recording.tokens = {mac_of("token " + std::to_string(n % 2))};
        });
        expected.insert(expected.begin(), n);
    }
    Query query = all();
    SECTION("all teams") {}
    SECTION("each team by name") {
        query.teams = {"support", "sales", "claims"};
    }
    SECTION("by agent") {
        query.agent = "agent";
    }
    SECTION("by token") {
        query.tokens = {mac_of("token 0"), mac_of("token 1")};
    }
    for (const std::int32_t limit : {1, 7, 60, 100}) {
        INFO(limit);
        CHECK(paged(site, query, limit) == expected);
    }
    const Page first = page(site, query, {}, 20);
    site.store(61, [&](NewRecording& recording) {
        recording.row.agent = "agent";
        recording.tokens = {mac_of("token 0")};
        recording.row.started_at = instant("2026-11-24T11:00:00Z");
    });
    const Page second = page(site, query, first.next, 20);
    REQUIRE(second.found.size() == 20);
    CHECK(number_of(second.found.front().row.id) == 40);
}

TEST_CASE("A page holds at most a hundred lines and the count stops at 1001") {
    CatalogueSite site;
    site.store(1);
    site.rows(
        "insert into recording (id, sender, ref_mac, content_mac, day_key, purge_date, started_at, received_at, team, "
        "basis, purposes, profile, rule_id, media) select gen_random_uuid(), sender, ref_mac, content_mac, day_key, "
        "purge_date, started_at, received_at, team, basis, purposes, profile, rule_id, media from recording, "
        "generate_series(1, 1200)");
    site.rows("insert into secret select id, 1, 'x' from recording where id not in (select recording_id from secret)");
    CHECK(page(site, all(), {}, 1000).found.size() == 100);
    CHECK(page(site, all(), {}, -5).found.size() == 1);
    CHECK(*await(site.catalogue.search().count(all(), soon())) == 1001);
}

TEST_CASE("Nothing due, marked, quarantined or restricted is found, by no way of searching") {
    CatalogueSite site;
    for (std::uint64_t n = 1; n <= 5; ++n) {
        site.store(n, [&](NewRecording& recording) {
            recording.row.agent = "agent";
            recording.tokens = {mac_of("token")};
            if (n == 1) recording.row.purge_date = date("2026-12-01");  // today
        });
    }
    REQUIRE(await(site.catalogue.purge().mark_erasure(id_of<policy::RecordingId>(2), std::nullopt, "erasure",
                                                      date("2026-12-01"), false, bytes("m"), soon())));
    REQUIRE(await(site.catalogue.recordings().quarantine(id_of<policy::RecordingId>(3), 1, true, bytes("q"), soon())));
    REQUIRE(await(site.catalogue.rights().restrict(
        {id_of<RestrictionId>(1), id_of<policy::RecordingId>(4), "objection", "dpo"}, {}, bytes("r"), soon())));
    Query query = all();
    const int way = GENERATE(0, 1, 2);
    if (way == 1) query.agent = "agent";
    if (way == 2) query.tokens = {mac_of("token")};
    CHECK(found(site, query) == Numbers{5});
    query.show_restricted = true;
    CHECK(found(site, query) == Numbers{5, 4});
    CHECK(page(site, query).found.back().access.restricted_ground == "objection");
    query.show_kept = true;
    CHECK(found(site, query) == Numbers{5, 4});
    query.today = date("2026-11-30");
    CHECK(found(site, query) == Numbers{5, 4, 1});
}

TEST_CASE("Past its date a kept recording is shown to who may see it, under the keep key's tokens only") {
    CatalogueSite site;
    site.store(1, [](NewRecording& recording) { recording.row.agent = "agent"; });
    const auto id = id_of<policy::RecordingId>(1);
    REQUIRE(await(site.catalogue.rights().hold({id_of<policy::HoldId>(1), "m", "dpo", date("2027-05-01")}, {id}, {},
                                               bytes("h"), soon())));
    keep(site, id, 5);
    Query query = all();
    query.today = date("2027-03-01");
    CHECK(found(site, query) == Numbers{});
    query.show_kept = true;
    CHECK(found(site, query) == Numbers{1});
    CHECK(page(site, query).found.front().access.oldest_hold_review == date("2027-05-01"));
    query.agent = "agent";
    CHECK(found(site, query) == Numbers{1});
    query.tokens = {mac_of("number 1")};
    CHECK(found(site, query) == Numbers{});
    query.tokens = {mac_of("number under the keep key")};
    CHECK(found(site, query) == Numbers{1});
}

TEST_CASE("What hangs on a key is read by index ranges, page after page, with nothing to sort") {
    CatalogueSite site;
    site.store(1);
    const std::string id = "'00000000-0000-0000-0000-000000000001'";
    for (const auto& [name, values] : {std::pair{"hanging_on_day_key", id + ", '2027-02-24', " + id + ", 20"},
                                       std::pair{"hanging_on_keep_key", id + ", " + id + ", 20"}}) {
        INFO(name);
        tests::PostgresLine line(site.connection);
        line.query("set search_path = callvault; set plan_cache_mode = force_generic_plan; set enable_seqscan = off");
        line.query(std::string("prepare s as ") + statement(name).text);
        std::string plan;
        for (const auto& row : line.query(std::string("explain execute s (") + values + ")"))
            plan += row.front() + '\n';
        INFO(plan);
        CHECK(plan.find("Seq Scan") == std::string::npos);
        CHECK(plan.find("recording_pkey") == std::string::npos);
        const bool keep = std::string_view(name) == "hanging_on_keep_key";
        CHECK(plan.find(keep ? "recording_keep_key_page" : "recording_due") != std::string::npos);
        if (keep) CHECK(plan.find("Sort") == std::string::npos);
    }
}

TEST_CASE("Each search reads an index range, never the whole table") {
    CatalogueSite site;
    site.store(1);
    for (const char* const name : {"search_by_team", "search_by_agent", "search_by_token"}) {
        INFO(name);
        tests::PostgresLine line(site.connection);
        const bool token = std::string(name) == "search_by_token";
        line.query("set search_path = callvault; set plan_cache_mode = force_generic_plan; set enable_seqscan = off");
        line.query(std::string("prepare s as ") + statement(name).text);
        const std::string filter =
            "'2026-12-01', false, false, '2026-11-01', '2026-12-01', '{support}', 'a', null, null";
        const auto plan = line.query("explain execute s (" + filter + (token ? ", '{}'" : "") +
                                     ", 'infinity', 'ffffffffffffffffffffffffffffffff', 10)");
        for (const auto& row : plan) CHECK(row.front().find("Seq Scan on recording") == std::string::npos);
        for (const auto& row : plan) CHECK(row.front().find("Seq Scan on blind_index") == std::string::npos);
    }
}
