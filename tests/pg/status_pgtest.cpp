#include "storage/catalogue/status.hpp"

#include "tests/support/catalogue_site.hpp"

// Clocks and figures.

using namespace storage::catalogue;  // NOLINT(google-build-using-namespace)
using namespace std::chrono_literals;
using tests::await;
using tests::bytes;
using tests::CatalogueSite;
using tests::date;
using tests::id_of;
using tests::instant;
using tests::soon;

TEST_CASE("The high-water mark of the clocks only rises, but for two people") {
    CatalogueSite site;
    auto& status = site.catalogue.status();
    REQUIRE(await(status.ping(soon())));
    const auto here = id_of<BootId>(1);
    const auto there = id_of<BootId>(2);
    const auto noon = instant("2026-12-01T12:00:00.123Z");
    const auto high_water = [&] { return await(status.clocks(here, soon())).value().high_water; };
    CHECK_FALSE(high_water());
    REQUIRE(await(status.mark_clock(here, {noon, 5000ms}, soon())));
    CHECK(high_water() == noon);
    REQUIRE(await(status.mark_clock(there, {noon - 1h, 7000ms}, soon())));
    CHECK(high_water() == noon);
    REQUIRE(await(status.accept_clock(here, {noon - 2h, 9000ms}, {}, "", bytes("accepted"), soon())));
    CHECK(site.entries("accepted") == 1);
    CHECK(high_water() == noon - 2h);
    CHECK_FALSE(await(status.clocks(there, soon()))->seen);
}

TEST_CASE("Each boot finds what it wrote down last, and the database tells its own time") {
    CatalogueSite site;
    auto& status = site.catalogue.status();
    const auto here = id_of<BootId>(1);
    const auto noon = instant("2026-12-01T12:00:00.123Z");
    CHECK_FALSE(await(status.clocks(here, soon()))->seen);
    REQUIRE(await(status.mark_clock(here, {noon, 5000ms}, soon())));
    REQUIRE(await(status.mark_clock(here, {noon - 1h, 8001ms}, soon())));
    const auto clocks = await(status.clocks(here, soon())).value();
    REQUIRE(clocks.seen);
    CHECK(clocks.seen->wall == noon - 1h);
    CHECK(clocks.seen->passed == 8001ms);
    const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    CHECK(clocks.database > now - 1min);
    CHECK(clocks.database < now + 1min);
}

TEST_CASE("The figures count what an operator watches") {
    CatalogueSite site;
    const auto due = site.store(1);
    const auto purging = site.store(2);
    REQUIRE(await(site.catalogue.keys().begin_epoch(1, id_of<policy::KeyId>(1), bytes("secret"), soon())));
    REQUIRE(await(site.catalogue.jobs().enqueue({tests::job(1, "erase"), tests::job(2, "erase")}, soon())));
    REQUIRE(await(site.catalogue.jobs().claim({"erase"}, "w", 1, 60s, soon())));
    NewPlay play;
    play.id = id_of<policy::PlayId>(1);
    play.recording = due;
    play.expected_version = 1;
    play.today = date("2026-12-01");
    play.gateway = "g";
    play.entry = bytes("play");
    REQUIRE(await(site.catalogue.plays().open(play, soon())));
    REQUIRE(await(site.catalogue.purge().mark_erasure(purging, std::nullopt, "erasure", date("2026-12-01"), false,
                                                      bytes("m"), soon())));
    site.rows("analyze recording");
    const auto figures = await(site.catalogue.status().figures(date("2027-02-25"), soon())).value();
    CHECK(figures.recordings_estimate == 2);
    CHECK(figures.unnumbered_entries == 4);
    CHECK(figures.oldest_unnumbered_seconds >= 0);
    CHECK(figures.overdue == 1);
    CHECK(figures.purging == 1);
    CHECK(figures.open_plays == 1);
    CHECK(figures.day_keys_open == 1);
    CHECK(figures.uncertified_batches == 0);
    CHECK(figures.oldest_epoch_seconds >= 0);
    const std::map<std::string, std::int64_t> jobs{{"erase/queued", 1}, {"erase/running", 1}};
    CHECK(figures.jobs == jobs);
    CHECK(await(site.catalogue.status().figures(date("2027-02-24"), soon()))->overdue == 0);
}

TEST_CASE("Programs with other stores are seen by their name, and those with the same are not") {
    CatalogueSite site;
    const auto named = [&](const std::string& name) {
        Settings settings;
        settings.connection = site.connection;
        settings.name = name;
        settings.connections = 1;
        auto out = std::make_unique<Catalogue>(settings);
        REQUIRE(await(out->status().ping(soon())));
        return out;
    };
    const auto hosts = [](Catalogue& catalogue) { return await(catalogue.status().others(soon())).value().size(); };
    const auto one = named("callvault aaaa1111vv");
    const auto asking = named("callvault aaaa____vv");
    const auto same = named("callvault aaaa1111vv");
    const auto of_the_version_before = named("callvault aaaa1111");
    CHECK(hosts(*one) == 0);  // those that say only where they write are like-minded too
    CHECK(hosts(*asking) == 0);
    const auto also = named("callvault aaaa2222vv");
    CHECK(hosts(*one) == 1);
    CHECK(hosts(*asking) == 0);
    SECTION("another store") {
        const auto other = named("callvault bbbb1111vv");
        CHECK(hosts(*asking) == 1);
    }
    SECTION("another vault") {
        const auto other = named("callvault aaaa1111ww");
        CHECK(hosts(*asking) == 1);
        CHECK(hosts(*other) == 1);
    }
}
