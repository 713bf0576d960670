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
    CHECK(*await(directory.forget("agent", date("2026-12-05"), soon())) == 1);
    CHECK(await(directory.get("agent", {"a-1", "a-2"}, soon()))->size() == 1);
    CHECK(await(directory.get("team", {"a-1"}, soon()))->size() == 1);
}

TEST_CASE("A batch with a name twice is refused whole") {
    CatalogueSite site;
    const auto put = await(site.catalogue.directory().put(
        {{"agent", "a-1", {1, bytes("one")}}, {"agent", "a-1", {1, bytes("two")}}}, date("2026-12-01"), soon()));
    CHECK(put.error().code == policy::Code::kInternal);
    CHECK(site.count("directory") == 0);
}
