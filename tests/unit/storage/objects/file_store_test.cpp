#include "storage/objects/file_store.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "tests/unit/storage/objects/store_fixture.hpp"

namespace {

namespace fs = std::filesystem;
using policy::Code;
using storage::objects::FileStore;
using tests::await;
using tests::Bytes;
using tests::FileStoreFixture;
using tests::named;
using tests::some_bytes;
using tests::soon;

mode_t mode_of(const fs::path& path) {
    struct stat facts {};
    REQUIRE(::lstat(path.c_str(), &facts) == 0);
    return facts.st_mode & 07777U;
}

TEST_CASE("An object is a private file under its name, and nothing else stays") {
    FileStoreFixture fixture;
    REQUIRE(fixture.put("a/b/c", some_bytes(1000)).has_value());
    REQUIRE(fs::file_size(fixture.options.root / "a/b/c") == 1000);
    REQUIRE(mode_of(fixture.options.root / "a/b/c") == 0600);
    REQUIRE(mode_of(fixture.options.root / "a/b") == 0700);
    REQUIRE(mode_of(fixture.options.root) == 0700);
    REQUIRE(fixture.temporary_files() == 0);
}

TEST_CASE("What was stored is there after the store is opened again") {
    FileStoreFixture fixture;
    REQUIRE(fixture.put("a/b", some_bytes(300000)).has_value());
    fixture.reopen();
    REQUIRE(fixture.get("a/b").value() == some_bytes(300000));
}

TEST_CASE("A folder that is no absolute path, or no folder, is refused with a reason") {
    FileStoreFixture fixture;
    for (const char* root : {"relative/path", "/", ""}) {
        storage::objects::FileStoreOptions options;
        options.root = root;
        REQUIRE(FileStore::open(options, fixture.pool, fixture.budget).error().code == Code::kInvalid);
    }
    storage::objects::FileStoreOptions options;
    options.root = fixture.folder.path() / "file" / "store";
    std::ofstream(fixture.folder.path() / "file") << "in the way";
    REQUIRE(FileStore::open(options, fixture.pool, fixture.budget).error().code == Code::kUnavailable);
}

TEST_CASE("A folder with a slash at its end is the same folder") {
    FileStoreFixture fixture;
    REQUIRE(fixture.put("a", some_bytes(10)).has_value());
    fixture.options.root = fixture.options.root.string() + "/";
    fixture.reopen();
    REQUIRE(fixture.get("a").value() == some_bytes(10));
}

TEST_CASE("Debris of crashed uploads is swept at start once its lease is over, younger files stay") {
    FileStoreFixture fixture;
    const fs::path old_file = fixture.options.root / ".tmp/1-1-1";
    const fs::path young_file = fixture.options.root / ".tmp/1-1-2";
    std::ofstream(old_file) << "sealed bytes";
    std::ofstream(young_file) << "sealed bytes";
    fs::last_write_time(old_file, fs::file_time_type::clock::now() - std::chrono::hours(25));
    fixture.reopen();
    REQUIRE_FALSE(fs::exists(old_file));
    REQUIRE(fs::exists(young_file));
}

TEST_CASE("What is no object is not listed: temporary files, foreign files, symbolic links") {
    FileStoreFixture fixture;
    REQUIRE(fixture.put("a/one", some_bytes(1)).has_value());
    std::ofstream(fixture.options.root / ".tmp/1-1-2") << "x";
    std::ofstream(fixture.options.root / "a/.hidden") << "x";
    std::ofstream(fixture.options.root / "a/white space") << "x";
    fs::create_directory(fixture.options.root / "lost+found");
    fs::create_symlink("/etc/passwd", fixture.options.root / "a/link");
    const auto listing = await(fixture.store->list("", "", 100, soon())).value();
    REQUIRE(listing.objects.size() == 1);
    REQUIRE(fixture.get("a/link").has_value() == false);
}

TEST_CASE("An object that was cut short under the reader's feet is corrupt, never silence") {
    FileStoreFixture fixture;
    REQUIRE(fixture.put("a/one", some_bytes(100000)).has_value());
    const auto object = await(fixture.store->open(named("a/one"), soon())).value();
    fs::resize_file(fixture.options.root / "a/one", 50000);
    Bytes out(1000);
    REQUIRE(await(object->read(0, out, soon())).value() == 1000);
    REQUIRE(await(object->read(60000, out, soon())).error().code == Code::kCorrupt);
    REQUIRE(await(object->read(49500, out, soon())).error().code == Code::kCorrupt);
}

TEST_CASE("Folders that a removal empties go with it, others stay") {
    FileStoreFixture fixture;
    REQUIRE(fixture.put("recordings/2026-11-24/aa/one", some_bytes(1)).has_value());
    REQUIRE(fixture.put("recordings/2026-11-24/bb/one", some_bytes(1)).has_value());
    REQUIRE(fixture.put("recordings/2026-11-25/aa/one", some_bytes(1)).has_value());
    std::vector<storage::objects::ObjectName> day{named("recordings/2026-11-24/aa/one"),
                                                  named("recordings/2026-11-24/bb/one")};
    REQUIRE(await(fixture.store->remove_many(day, soon())).has_value());
    REQUIRE_FALSE(fs::exists(fixture.options.root / "recordings/2026-11-24"));
    REQUIRE(fs::exists(fixture.options.root / "recordings/2026-11-25/aa/one"));
    REQUIRE(await(fixture.store->remove(named("recordings/2026-11-25/aa/one"), soon())).has_value());
    REQUIRE_FALSE(fs::exists(fixture.options.root / "recordings"));
    REQUIRE(fs::exists(fixture.options.root));
}

TEST_CASE("A whole day costs one folder fsync, a part of a day one for each folder it leaves") {
    FileStoreFixture fixture;
    std::vector<storage::objects::ObjectName> half;
    std::vector<storage::objects::ObjectName> rest;
    REQUIRE(fixture.put("recordings/2026-11-25/aa/one", some_bytes(1)).has_value());
    for (int i = 0; i < 40; ++i) {
        const std::string name = "recordings/2026-11-24/" + std::to_string(10 + i % 10) + "/" + std::to_string(i);
        REQUIRE(fixture.put(name, some_bytes(1)).has_value());
        (i < 20 ? half : rest).push_back(named(name));
    }
    fixture.files->directory_syncs = 0;
    REQUIRE(await(fixture.store->remove_many(half, soon())).has_value());
    REQUIRE(fixture.files->directory_syncs == 10);
    fixture.files->directory_syncs = 0;
    REQUIRE(await(fixture.store->remove_many(rest, soon())).has_value());
    REQUIRE(fixture.files->directory_syncs == 1);
    REQUIRE_FALSE(fs::exists(fixture.options.root / "recordings/2026-11-24"));
}

TEST_CASE("On a file system of its own a removal may flush it once instead") {
    storage::objects::FileStoreOptions options;
    options.sync_whole_file_system = true;
    FileStoreFixture fixture(options);
    std::vector<storage::objects::ObjectName> doomed;
    for (int i = 0; i < 40; ++i) {
        const std::string name = "day/" + std::to_string(i % 10) + "/" + std::to_string(i);
        REQUIRE(fixture.put(name, some_bytes(1)).has_value());
        if (i < 20) doomed.push_back(named(name));
    }
    fixture.files->directory_syncs = 0;
    REQUIRE(await(fixture.store->remove_many(doomed, soon())).has_value());
    REQUIRE(fixture.files->directory_syncs == 0);
    REQUIRE(fixture.files->file_system_syncs == 1);
}

TEST_CASE("A large upload starts its writeback early and syncs its file once") {
    storage::objects::FileStoreOptions options;
    options.writeback_every_bytes = 1U << 20U;
    FileStoreFixture fixture(options);
    fixture.files->syncs = 0;
    REQUIRE(fixture.put("a/large", some_bytes(3500000)).has_value());
    REQUIRE(fixture.files->syncs == 1);
    auto upload = await(fixture.store->begin(named("a/piecewise"), std::nullopt, soon())).value();
    fixture.files->writebacks = 0;
    for (int i = 0; i < 14; ++i) REQUIRE(await(upload->write(some_bytes(262144))).has_value());
    REQUIRE(fixture.files->writebacks == 3);
    REQUIRE(await(upload->commit()).has_value());
}

TEST_CASE("Uploads wait for memory together, and none starts without it") {
    FileStoreFixture fixture({}, storage::objects::kWriteBatchInBytes);
    const auto in_a_moment = [] { return std::chrono::steady_clock::now() + std::chrono::milliseconds(30); };
    auto first = await(fixture.store->begin(named("a/one"), std::nullopt, soon())).value();
    REQUIRE(await(fixture.store->begin(named("a/two"), std::nullopt, in_a_moment())).error().code == Code::kOverloaded);
    REQUIRE(await(first->write(some_bytes(10))).has_value());
    REQUIRE(await(first->commit()).has_value());
    // Committed, so its memory is free although the upload still exists.
    auto second = await(fixture.store->begin(named("a/two"), 1000, in_a_moment())).value();
    REQUIRE(fixture.budget.used() == 1000);
    second.reset();
    REQUIRE(fixture.budget.used() == 0);
}

TEST_CASE("An upload that ended answers no further call but abort") {
    FileStoreFixture fixture;
    auto upload = await(fixture.store->begin(named("a/one"), std::nullopt, soon())).value();
    REQUIRE(await(upload->write(some_bytes(10))).has_value());
    REQUIRE(await(upload->commit()).has_value());
    REQUIRE_FALSE(await(upload->write(some_bytes(10))).has_value());
    REQUIRE_FALSE(await(upload->commit()).has_value());
    await(upload->abort());
    REQUIRE(fixture.get("a/one").value() == some_bytes(10));
}

TEST_CASE("The free space of the file system is known") {
    FileStoreFixture fixture;
    const auto space = fixture.store->space().value();
    REQUIRE(space.total_bytes > 0);
    REQUIRE(space.free_bytes <= space.total_bytes);
}

}  // namespace
