#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/support/temporary_folder.hpp"
#include "tests/unit/gateway/cli/cli_run.hpp"
#include "tests/unit/gateway/cli/sample.hpp"

using tests::callvault;
using tests::holds;
namespace fs = std::filesystem;

namespace {
struct KeyInitFixture {
    tests::TemporaryFolder folder;
    std::string file = tests::sample_configuration(folder.path());
    fs::path root = folder.path() / "root";
    fs::path vault = folder.path() / "vault";
    fs::path copy = folder.path() / "copy";
};
}  // namespace

TEST_CASE("key init makes root secret, vault and copy, and a second time says that they are there") {
    KeyInitFixture f;
    const auto first = callvault({"key", "init", "--config", f.file});
    INFO(first.err);
    REQUIRE(first.exit == 0);
    CHECK(holds(first.out, "made now"));
    CHECK((fs::status(f.root).permissions() & (fs::perms::group_all | fs::perms::others_all)) == fs::perms::none);
    CHECK(fs::exists(f.vault / "VAULT"));
    CHECK(fs::exists(f.copy / "VAULT"));
    const auto second = callvault({"key", "init", "--json", "--config", f.file});
    CHECK(second.exit == 0);
    CHECK(second.out == "{\"made_root\":false,\"made_vault\":false,\"made_copies\":0,\"copies\":1,\"keys\":0}\n");
}

TEST_CASE("key init makes no new root secret beside a vault") {
    KeyInitFixture f;
    REQUIRE(callvault({"key", "init", "--config", f.file}).exit == 0);
    fs::remove(f.root);
    const auto ran = callvault({"key", "init", "--config", f.file});
    CHECK(ran.exit == 1);
    CHECK(holds(ran.err, "bring it back"));
    CHECK_FALSE(fs::exists(f.root));
}

TEST_CASE("key init finishes one that died before the copy was made") {
    KeyInitFixture f;
    REQUIRE(callvault({"key", "init", "--config", f.file}).exit == 0);
    fs::remove_all(f.copy);
    CHECK(callvault({"key", "init", "--config", f.file}).exit == 0);
    CHECK(fs::exists(f.copy / "VAULT"));
}

TEST_CASE("A root rotation is made with a new secret, and the old one opens nothing after it") {
    KeyInitFixture f;
    REQUIRE(callvault({"key", "init", "--config", f.file}).exit == 0);
    const std::string next = f.folder.path() / "next";
    REQUIRE(callvault({"key", "new-root", next}).exit == 0);
    CHECK(callvault({"key", "new-root", next}).exit == 1);
    const auto rotated = callvault({"key", "rotate-root", "--new", next, "--config", f.file});
    INFO(rotated.err);
    REQUIRE(rotated.exit == 0);
    CHECK(callvault({"key", "list", "--offline", "--config", f.file}).exit != 0);
    fs::rename(next, f.root);
    CHECK(callvault({"key", "list", "--offline", "--config", f.file}).exit == 0);
}

TEST_CASE("serve gets the file and what it says, and its failure is ours") {
    KeyInitFixture f;
    std::string given;
    const auto serve = [&given](const fs::path& file, gateway::app::LoadedSettings loaded) {
        given = file.string() + ' ' + loaded.settings.deployment.name;
        return 1;
    };
    CHECK(callvault({"serve", "--config", f.file}, {}, serve).exit == 1);
    CHECK(given == f.file + " demo");
}
