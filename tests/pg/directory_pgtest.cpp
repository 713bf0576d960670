#include "storage/catalogue/directory.hpp"

#include "tests/support/catalogue_site.hpp"

// Sealed names under pseudonyms.

using namespace storage::catalogue;  // NOLINT(google-build-using-namespace)
using tests::await;
using tests::bytes;
using tests::CatalogueSite;
using tests::date;
using tests::soon;

TEST_CASE("Names are found by kind and pseudonym, replaced, and forgotten when nothing has touched them") {
    CatalogueSite site;
    auto& directory = site.catalogue.directory();
    REQUIRE(await(directory.put(
        {{"agent", "a-1", {1, bytes("one")}}, {"agent", "a-2", {1, bytes("two")}}, {"team", "a-1", {1, bytes("team")}}},
        date("2026-12-01"), soon())));
    auto found = await(directory.get("agent", {"a-1", "a-9", "odd \"id\", {}"}, soon())).value();
    REQUIRE(found.size() == 1);
    CHECK(found[0].kind == "agent");
    CHECK(found[0].id == "a-1");
    CHECK(found[0].secret == Secret{1, bytes("one")});
    CHECK(await(directory.get("agent", {}, soon()))->empty());

    REQUIRE(await(directory.put({{"agent", "a-1", {2, bytes("new one")}}}, date("2026-12-05"), soon())));
    CHECK(await(directory.get("agent", {"a-1"}, soon()))->front().secret == Secret{2, bytes("new one")});
    // A late writer with an older day does not make it look forgotten.
    REQUIRE(await(directory.put({{"agent", "a-1", {2, bytes("new one")}}}, date("2026-12-02"), soon())));
    CHECK(*await(directory.forget(date("2026-12-05"), soon())) == 2);
    CHECK(await(directory.get("agent", {"a-1", "a-2"}, soon()))->size() == 1);
    CHECK(await(directory.get("team", {"a-1"}, soon()))->empty());
}

TEST_CASE("A hold's matter and owner are remembered as long as the hold") {
    CatalogueSite site;
    auto& directory = site.catalogue.directory();
    REQUIRE(await(directory.put({{"matter", "m-1", {1, bytes("one")}},
                                 {"owner", "o-1", {1, bytes("one")}},
                                 {"matter", "m-2", {1, bytes("two")}},
                                 {"case", "c-1", {1, bytes("case")}}},
                                date("2025-06-01"), soon())));
    site.rows(
        "insert into hold (id, matter_ref, owner, owner_ref, review_on) values (gen_random_uuid(), 'm-1', 'dpo', "
        "'o-1', '2027-01-01')");
    CHECK(*await(directory.forget(date("2025-06-02"), soon())) == 2);
    CHECK(await(directory.get("matter", {"m-1", "m-2"}, soon()))->size() == 1);
    CHECK(await(directory.get("owner", {"o-1"}, soon()))->size() == 1);
}

TEST_CASE("A batch with a name twice is refused whole") {
    CatalogueSite site;
    const auto put = await(site.catalogue.directory().put(
        {{"agent", "a-1", {1, bytes("one")}}, {"agent", "a-1", {1, bytes("two")}}}, date("2026-12-01"), soon()));
    CHECK(put.error().code == policy::Code::kInternal);
    CHECK(site.count("directory") == 0);
}
