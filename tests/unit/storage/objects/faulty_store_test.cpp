// The faults that other tests rely on do what they say.
#include "tests/support/faulty_store.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/storage/objects/store_fixture.hpp"

namespace {

using policy::Code;
using storage::objects::get;
using storage::objects::put_once;
using tests::await;
using tests::Bytes;
using tests::FaultyStore;
using tests::FileStoreFixture;
using tests::named;
using tests::some_bytes;
using tests::soon;
using tests::StoreFaults;

TEST_CASE("Each fault of the faulty store shows as a store would show it, and heals") {
    FileStoreFixture fixture;
    FaultyStore store(*fixture.store);
    const Bytes bytes = some_bytes(5000);
    StoreFaults faults;

    faults.disk_full_at_byte = 4999;
    store.set(faults);
    REQUIRE(await(put_once(store, named("a/one"), bytes, soon())).error().code == Code::kUnavailable);
    faults = {};
    faults.fsync_fails = true;
    store.set(faults);
    REQUIRE(await(put_once(store, named("a/one"), bytes, soon())).error().code == Code::kUnavailable);
    REQUIRE(fixture.get("a/one").error().code == Code::kNotFound);
    faults = {};
    faults.commit_in_doubt = true;
    store.set(faults);
    REQUIRE(await(put_once(store, named("a/one"), bytes, soon())).error().code == Code::kInDoubt);
    REQUIRE(fixture.get("a/one").value() == bytes);

    faults = {};
    faults.missing = true;
    store.set(faults);
    REQUIRE(await(get(store, named("a/one"), 10000, soon())).error().code == Code::kNotFound);
    faults = {};
    faults.corrupt_byte_at = 77;
    store.set(faults);
    Bytes flipped = bytes;
    flipped[77] ^= std::byte{1};
    REQUIRE(await(get(store, named("a/one"), 10000, soon())).value() == flipped);
    faults = {};
    faults.cut_short_at = 4000;
    store.set(faults);
    REQUIRE(await(get(store, named("a/one"), 10000, soon())).error().code == Code::kCorrupt);
    faults = {};
    faults.remove_fails = Code::kUnavailable;
    store.set(faults);
    REQUIRE(await(store.remove_many({named("a/one")}, soon())).error().code == Code::kUnavailable);
    faults.only_prefix = "b/";
    store.set(faults);
    REQUIRE(await(get(store, named("a/one"), 10000, soon())).value() == bytes);
    store.heal();
    REQUIRE(await(store.remove_many({named("a/one")}, soon())).has_value());
}

}  // namespace
