// What a file store makes of a disk that fails: each durable step, one by one.
#include <sys/mount.h>

#include <catch2/catch.hpp>
#include <cerrno>

#include "tests/unit/storage/objects/store_fixture.hpp"

namespace {

namespace fs = std::filesystem;
using Catch::Contains;
using policy::Code;
using policy::Result;
using tests::await;
using tests::Bytes;
using tests::FileStoreFixture;
using tests::named;
using tests::some_bytes;
using tests::soon;

void expect_nothing_left(FileStoreFixture& fixture, const std::string& name) {
    REQUIRE(fixture.get(name).error().code == Code::kNotFound);
    REQUIRE(fixture.temporary_files() == 0);
    REQUIRE(fixture.budget.used() == 0);
}

TEST_CASE("A disk that fills up fails the upload clearly, leaves nothing, and later uploads go on") {
    FileStoreFixture fixture;
    for (const std::uint64_t room : {std::uint64_t{0}, std::uint64_t{1000}, std::uint64_t{300000}}) {
        fixture.files->room_in_bytes = room;
        const auto stored = fixture.put("a/one", some_bytes(1000000));
        REQUIRE(stored.error().code == Code::kUnavailable);
        REQUIRE_THAT(stored.error().what, Contains("the disk is full"));
        expect_nothing_left(fixture, "a/one");
    }
    fixture.files->room_in_bytes = UINT64_MAX;
    REQUIRE(fixture.put("a/one", some_bytes(1000000)).has_value());
}

TEST_CASE("After a failed write the upload stays dead, although the disk has room again") {
    FileStoreFixture fixture;
    auto upload = await(fixture.store->begin(named("a/one"), std::nullopt, soon())).value();
    fixture.files->room_in_bytes = 100;
    const Bytes bytes = some_bytes(300000);
    REQUIRE(await(upload->write(bytes)).error().code == Code::kUnavailable);
    fixture.files->room_in_bytes = UINT64_MAX;
    REQUIRE(await(upload->write(bytes)).error().code == Code::kUnavailable);
    REQUIRE(await(upload->commit()).error().code == Code::kUnavailable);
    upload.reset();
    expect_nothing_left(fixture, "a/one");
}

TEST_CASE("A failed fsync is final: the file is removed and fsync is not tried again") {
    FileStoreFixture fixture;
    auto upload = await(fixture.store->begin(named("a/one"), std::nullopt, soon())).value();
    REQUIRE(await(upload->write(some_bytes(10))).has_value());
    fixture.files->syncs = 0;
    fixture.files->sync_error = EIO;
    REQUIRE(await(upload->commit()).error().code == Code::kUnavailable);
    fixture.files->sync_error = 0;
    REQUIRE(await(upload->commit()).error().code == Code::kUnavailable);
    REQUIRE(fixture.files->syncs == 1);
    expect_nothing_left(fixture, "a/one");
    REQUIRE(fixture.put("a/one", some_bytes(10)).has_value());
}

TEST_CASE("A failed fsync of the folder takes the object back") {
    FileStoreFixture fixture;
    REQUIRE(fixture.put("a/before", some_bytes(10)).has_value());
    fixture.files->sync_directory_error = EIO;
    REQUIRE(fixture.put("a/one", some_bytes(10)).error().code == Code::kUnavailable);
    fixture.files->sync_directory_error = 0;
    expect_nothing_left(fixture, "a/one");
    REQUIRE(fixture.get("a/before").has_value());
}

TEST_CASE("When the object cannot be taken back either, the outcome is in doubt") {
    FileStoreFixture fixture;
    REQUIRE(fixture.put("a/before", some_bytes(10)).has_value());
    fixture.files->sync_directory_error = EIO;
    fixture.files->unlink_error = EIO;
    REQUIRE(fixture.put("a/one", some_bytes(10)).error().code == Code::kInDoubt);
    fixture.files->sync_directory_error = 0;
    fixture.files->unlink_error = 0;
    REQUIRE(fixture.put("a/one", some_bytes(10)).has_value());  // the retry finds out: the same bytes are there
}

TEST_CASE("A failed rename or a folder that cannot be made leaves nothing") {
    FileStoreFixture fixture;
    fixture.files->rename_error = EIO;
    REQUIRE(fixture.put("a/one", some_bytes(10)).error().code == Code::kUnavailable);
    fixture.files->rename_error = 0;
    expect_nothing_left(fixture, "a/one");
    fixture.files->sync_directory_error = EIO;
    REQUIRE(fixture.put("fresh/folder/one", some_bytes(10)).error().code == Code::kUnavailable);
    fixture.files->sync_directory_error = 0;
    expect_nothing_left(fixture, "fresh/folder/one");
}

TEST_CASE("Too many open files is overload, not a broken disk") {
    FileStoreFixture fixture;
    fixture.files->create_error = EMFILE;
    REQUIRE(fixture.put("a/one", some_bytes(10)).error().code == Code::kOverloaded);
    fixture.files->create_error = 0;
    expect_nothing_left(fixture, "a/one");
}

TEST_CASE("A removal that fails says so, and its repeat finishes the work") {
    FileStoreFixture fixture;
    REQUIRE(fixture.put("a/one", some_bytes(10)).has_value());
    REQUIRE(fixture.put("a/two", some_bytes(10)).has_value());
    fixture.files->unlink_error = EIO;
    REQUIRE(await(fixture.store->remove(named("a/one"), soon())).error().code == Code::kUnavailable);
    fixture.files->unlink_error = EPERM;
    REQUIRE(await(fixture.store->remove(named("a/one"), soon())).error().code == Code::kDenied);
    fixture.files->unlink_error = 0;
    fixture.files->sync_directory_error = EIO;
    REQUIRE(await(fixture.store->remove(named("a/one"), soon())).error().code == Code::kUnavailable);
    fixture.files->sync_directory_error = 0;
    fixture.files->directory_syncs = 0;
    REQUIRE(await(fixture.store->remove(named("a/one"), soon())).has_value());
    REQUIRE(fixture.files->directory_syncs == 1);  // it was gone already, but perhaps not durably
    REQUIRE(fixture.get("a/two").has_value());
}

TEST_CASE("Those who wait for one folder share its fsyncs") {
    FileStoreFixture fixture;
    REQUIRE(fixture.put("ledger/0", some_bytes(1)).has_value());
    fixture.files->directory_syncs = 0;
    fixture.files->slow_directory_sync = true;
    std::vector<boost::asio::awaitable<Result<void>>> writers;
    const Bytes bytes = some_bytes(100);
    for (int i = 1; i <= 64; ++i) {
        writers.push_back(
            storage::objects::put_once(*fixture.store, named("ledger/" + std::to_string(i)), bytes, soon()));
    }
    for (const auto& stored : tests::await_all(std::move(writers), 2)) REQUIRE(stored.has_value());
    INFO("fsyncs of the folder for 64 writers: " << fixture.files->directory_syncs);
    REQUIRE(fixture.files->directory_syncs <= 24);
    REQUIRE(fixture.files->directory_syncs >= 1);
}

TEST_CASE("An error of a shared fsync reaches all who shared it") {
    FileStoreFixture fixture;
    REQUIRE(fixture.put("ledger/0", some_bytes(1)).has_value());
    fixture.files->slow_directory_sync = true;
    fixture.files->sync_directory_error = EIO;
    std::vector<boost::asio::awaitable<Result<void>>> writers;
    const Bytes bytes = some_bytes(100);
    for (int i = 1; i <= 16; ++i) {
        writers.push_back(
            storage::objects::put_once(*fixture.store, named("ledger/" + std::to_string(i)), bytes, soon()));
    }
    for (const auto& stored : tests::await_all(std::move(writers), 2))
        REQUIRE(stored.error().code == Code::kUnavailable);
    const auto listing = await(fixture.store->list("ledger/", "", 100, soon())).value();
    REQUIRE(listing.objects.size() == 1);
}

TEST_CASE("A real disk that is really full: a small tmpfs") {
    tests::TemporaryFolder folder;
    if (::mount("tmpfs", folder.path().c_str(), "tmpfs", 0, "size=4m") != 0) {
        WARN("no right to mount a tmpfs here: the full disk is only simulated");
        return;
    }
    {
        storage::objects::FileStoreOptions options;
        options.root = folder.path() / "store";
        FileStoreFixture fixture(options);
        REQUIRE(fixture.put("a/fits", some_bytes(2000000)).has_value());
        const auto stored = fixture.put("a/large", some_bytes(3000000));
        REQUIRE(stored.error().code == Code::kUnavailable);
        REQUIRE_THAT(stored.error().what, Contains("the disk is full"));
        expect_nothing_left(fixture, "a/large");
        REQUIRE(fixture.get("a/fits").value() == some_bytes(2000000));
        // What is purged makes room again: removing needs no space.
        REQUIRE(await(fixture.store->remove(named("a/fits"), soon())).has_value());
        REQUIRE(fixture.put("a/large", some_bytes(3000000)).has_value());
    }
    REQUIRE(::umount2(folder.path().c_str(), MNT_DETACH) == 0);
}

}  // namespace
