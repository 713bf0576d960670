#include "storage/catalogue/residency.hpp"

#include "tests/support/catalogue_site.hpp"

// Where objects lie, and the looks at it.

using namespace storage::catalogue;  // NOLINT(google-build-using-namespace)
using tests::await;
using tests::bytes;
using tests::CatalogueSite;
using tests::instant;
using tests::soon;

namespace {

const Place kStore{"s3", "store.test", "calls", "eu-lab", "NL", Bytes(32, std::byte{1})};

std::int32_t noted(CatalogueSite& site, const Place& place) {
    return await(site.catalogue.residency().note_place(place, soon())).value();
}

}  // namespace

TEST_CASE("The same facts are one place for ever, any other is another") {
    CatalogueSite site;
    const auto first = noted(site, kStore);
    CHECK(noted(site, kStore) == first);
    for (auto change : {&Place::kind, &Place::endpoint, &Place::bucket, &Place::region, &Place::country}) {
        auto other = kStore;
        other.*change += "x";
        CHECK(noted(site, other) != first);
    }
    auto renewed = kStore;
    renewed.certificate[0] = std::byte{2};
    CHECK(noted(site, renewed) != first);
    const auto all = await(site.catalogue.residency().places(instant("2026-11-01T00:00:00Z"),
                                                             instant("2026-12-01T00:00:00Z"), soon()))
                         .value();
    REQUIRE(all.size() == 7);
    CHECK(all.front().id == first);
    CHECK(all.front().place == kStore);
    CHECK(all.front().recordings == 0);
}

TEST_CASE("Looks are told by their time, with their entries, and forgotten after 13 months") {
    CatalogueSite site;
    auto& residency = site.catalogue.residency();
    const auto note = [&](const char* when, std::vector<std::string> faults) {
        REQUIRE(
            await(residency.note_check({instant(when), "gw", std::move(faults)}, bytes("look"), soon())).has_value());
    };
    note("2025-10-01T00:00:00Z", {});
    note("2026-11-01T00:00:00Z", {});
    note("2026-11-30T23:59:59Z", {"a \"quoted\" fault, and a comma", "{another}"});
    note("2026-12-01T00:00:00Z", {});
    CHECK(site.entries("look") == 4);
    const auto seen =
        await(residency.checks(instant("2026-11-01T00:00:00Z"), instant("2026-12-01T00:00:00Z"), soon())).value();
    REQUIRE(seen.size() == 2);
    CHECK(seen[0].faults.empty());
    CHECK(seen[1].faults == std::vector<std::string>{"a \"quoted\" fault, and a comma", "{another}"});
    CHECK(seen[1].gateway == "gw");
    CHECK(await(residency.checks(instant("2025-01-01T00:00:00Z"), instant("2026-01-01T00:00:00Z"), soon()))
              .value()
              .empty());
}
