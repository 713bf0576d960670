#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/support/log_maker.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/gateway/verify/verify_run.hpp"

namespace fs = std::filesystem;
using Codes = std::set<std::string>;

namespace {

constexpr std::uint64_t kSize = 700;

// A good log of 700 entries with checkpoints at 100 and 700, and one way after another to make it bad.
struct Fixture {
    Fixture() {
        maker.add(100);
        maker.publish();
        saved = tests::slurp(maker.checkpoint_file());
        tests::spill(saved_file, saved);
        maker.add(kSize - 100);
        maker.publish();
    }
    tests::Verdict check(std::vector<std::string> more = {}) {
        std::vector<std::string> arguments{
            "log", log.string(), "--key", key, "--json", "--now", "2026-11-24T00:00:00.000Z"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return tests::verify(arguments);
    }
    void rewrite_all() {
        fs::remove_all(log / "log");
        maker.start_over();
        maker.publish();
    }
    void cut_bundle(const std::string& name, std::size_t bytes) {
        std::string bundle = tests::slurp(log / name);
        bundle.resize(bundle.size() - bytes);
        tests::spill(log / name, bundle);
    }

    tests::TemporaryFolder folder;
    fs::path log = folder.path() / "store";
    fs::path saved_file = folder.path() / "saved.checkpoint";
    tests::LogMaker maker{log};
    std::string key = maker.key();
    std::string saved;
};

}  // namespace

TEST_CASE("A good log is good, alone and against a saved checkpoint, from object store and server layout") {
    Fixture f;
    CHECK(f.check().exit == 0);
    const tests::Verdict verdict = f.check({"--since", f.saved_file.string()});
    CHECK(verdict.exit == 0);
    CHECK(verdict.codes.empty());
    CHECK(verdict.out.find("the bytes of 700 of 700 entries") != std::string::npos);

    const fs::path server = f.folder.path() / "server";
    fs::create_directories(server);
    fs::rename(f.log / "log" / "tile", server / "tile");
    fs::rename(f.maker.checkpoint_file(), server / "checkpoint");
    CHECK(tests::verify({"log", server.string(), "--key", f.key, "--since", f.saved_file.string()}).exit == 0);
}

TEST_CASE("A log whose old partial tiles were cleaned away is good") {
    Fixture f;
    fs::remove_all(f.log / "log/tile/entries/000.p");
    fs::remove_all(f.log / "log/tile/0/000.p");
    CHECK(f.check({"--since", f.saved_file.string()}).exit == 0);
}

TEST_CASE("A cut log is named: bundle gone, bundle shortened, or fewer entries than were signed before") {
    Fixture f;
    SECTION("bundle gone") {
        fs::remove(f.log / "log/tile/entries/001");
    }
    SECTION("last bundle gone") {
        fs::remove_all(f.log / "log/tile/entries/002.p");
    }
    SECTION("last entry gone") {
        const std::size_t last = f.maker.entries().back().size() + 2;
        f.cut_bundle("log/tile/entries/002.p/188", last);
    }
    CHECK(f.check().codes == Codes{"log.cut"});
    CHECK(f.check().exit == 1);
}

TEST_CASE("A shortened log that was signed anew shrank") {
    Fixture f;
    f.maker.entries().resize(99);
    f.rewrite_all();
    CHECK(f.check().exit == 0);  // Without a saved checkpoint nobody can tell: the report says so.
    CHECK(f.check().out.find("whether others were shown another log") != std::string::npos);
    CHECK(f.check({"--since", f.saved_file.string()}).codes == Codes{"log.shrank"});
}

TEST_CASE("An edited entry is named with its number") {
    Fixture f;
    std::string bundle = tests::slurp(f.log / "log/tile/entries/001");
    const std::size_t place = bundle.find("\"n\":300}");
    bundle.replace(place, 8, "\"n\":399}");
    tests::spill(f.log / "log/tile/entries/001", bundle);
    const tests::Verdict verdict = f.check();
    CHECK(verdict.codes == Codes{"log.edited"});
    CHECK(verdict.out.find("\"entry 300\"") != std::string::npos);
}

TEST_CASE("An edited entry whose tiles were made anew does not lead to the signed root") {
    Fixture f;
    const std::string newest = tests::slurp(f.maker.checkpoint_file());
    f.maker.entries()[300] = tests::sample_entry(9999);
    f.rewrite_all();
    tests::spill(f.maker.checkpoint_file(), newest);
    CHECK(f.check().codes == Codes{"log.rewritten"});
}

TEST_CASE("Reordered entries are named, within a bundle and across bundles") {
    Fixture f;
    std::size_t other = 0;
    SECTION("within a bundle") {
        other = 301;
    }
    SECTION("across bundles") {
        other = 600;
    }
    const std::string newest = tests::slurp(f.maker.checkpoint_file());
    std::swap(f.maker.entries()[300], f.maker.entries()[other]);
    const auto bundles = f.folder.path() / "other";
    tests::LogMaker shuffled(bundles);
    shuffled.entries() = f.maker.entries();
    shuffled.publish();
    fs::remove_all(f.log / "log/tile/entries");
    fs::copy(bundles / "log/tile/entries", f.log / "log/tile/entries", fs::copy_options::recursive);
    const tests::Verdict verdict = f.check();
    CHECK(verdict.codes == Codes{"log.reordered"});
    CHECK(verdict.out.find("\"entry 300\"") != std::string::npos);
}

TEST_CASE("A forked log is named: it was signed twice for other entries") {
    Fixture f;
    SECTION("the old checkpoint was saved outside") {
        f.maker.entries()[50] = tests::sample_entry(9999);
        f.rewrite_all();
        CHECK(f.check().exit == 0);
        CHECK(f.check({"--since", f.saved_file.string()}).codes == Codes{"log.forked"});
    }
    SECTION("the old checkpoint still lies in the folder") {
        f.maker.entries()[50] = tests::sample_entry(9999);
        f.rewrite_all();
        f.maker.write("log/checkpoint/00000000000000000100", f.saved);
        CHECK(f.check().codes == Codes{"log.forked"});
    }
    const tests::Verdict fast =
        tests::verify({"consistency", f.log.string(), "--key", f.key, "--since", f.saved_file.string(), "--json"});
    CHECK(fast.codes.contains("log.forked"));
}

TEST_CASE("A log signed with another key is named, and so is a changed checkpoint") {
    Fixture f;
    SECTION("resigned") {
        tests::LogMaker thief(f.log);
        thief.entries() = f.maker.entries();
        thief.publish();
        fs::remove(f.log / "log/checkpoint/00000000000000000100");
        CHECK(f.check().codes == Codes{"checkpoint.resigned"});
    }
    SECTION("bad signature") {
        std::string note = tests::slurp(f.maker.checkpoint_file());
        note.replace(note.find("700"), 3, "600");
        tests::spill(f.maker.checkpoint_file(), note);
        CHECK(f.check().codes == Codes{"checkpoint.bad_signature"});
    }
    SECTION("misnamed") {
        fs::rename(f.maker.checkpoint_file(), f.log / "log/checkpoint/00000000000000000800");
        CHECK(f.check().codes == Codes{"checkpoint.misnamed"});
    }
    SECTION("malformed") {
        tests::spill(f.maker.checkpoint_file(), "example.com/log\n700\n");
        CHECK(f.check().codes == Codes{"checkpoint.malformed"});
    }
    SECTION("missing") {
        fs::remove_all(f.log / "log/checkpoint");
        CHECK(f.check().codes == Codes{"checkpoint.missing"});
    }
    CHECK(f.check().exit == 1);
}

TEST_CASE("An entry of the future is named") {
    Fixture f;
    f.maker.add_entry(tests::sample_entry(700, "2027-01-01T00:00:00.000Z"));
    f.maker.publish();
    const tests::Verdict verdict = f.check();
    CHECK(verdict.codes == Codes{"log.future_dated"});
    CHECK(verdict.out.find("\"entry 700\"") != std::string::npos);
}

TEST_CASE("A damaged or missing tile is named") {
    Fixture f;
    SECTION("upper tile") {
        std::string tile = tests::slurp(f.log / "log/tile/1/000.p/2");
        tile[40] = static_cast<char>(tile[40] ^ 1);
        tests::spill(f.log / "log/tile/1/000.p/2", tile);
        CHECK(f.check().codes == Codes{"log.tile_differs"});
    }
    SECTION("missing leaf tile") {
        fs::remove(f.log / "log/tile/0/001");
        CHECK(f.check().codes == Codes{"log.tile_missing"});
    }
    SECTION("bundle of garbage") {
        tests::spill(f.log / "log/tile/entries/001", "\xff\xff");
        CHECK(f.check().codes == Codes{"log.bundle_malformed"});
    }
}

TEST_CASE("Something that is no entry of this log is named, though it is signed") {
    Fixture f;
    f.maker.add_entry(storage::crypto::Bytes(10, std::byte{'x'}));
    f.maker.publish();
    CHECK(f.check().codes == Codes{"log.not_canonical"});
}
