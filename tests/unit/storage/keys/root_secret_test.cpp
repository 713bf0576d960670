#include "storage/keys/root_secret.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "tests/support/temporary_folder.hpp"

namespace {

using policy::Code;
using storage::crypto::Key256;
using storage::keys::RootSecret;
namespace fs = std::filesystem;

TEST_CASE("A new root secret is read back from a file that only its owner can read") {
    const tests::TemporaryFolder folder;
    const fs::path file = folder.path() / "root";
    const auto made = RootSecret::create(file).value();
    REQUIRE(fs::file_size(file) == 65);
    REQUIRE(fs::status(file).permissions() == fs::perms(0600));
    const auto read = RootSecret::load(file).value();
    REQUIRE(read.id() == made.id());
    REQUIRE(Key256::equal(read.sealing_key(), made.sealing_key()));
    REQUIRE(made.id().size() == 32);
    REQUIRE(RootSecret::create(file).error().code == Code::kConflict);
    REQUIRE(RootSecret::create(folder.path() / "other").value().id() != made.id());
}

TEST_CASE("A root secret that is absent, open to others or no secret is refused with what to do") {
    const tests::TemporaryFolder folder;
    const fs::path file = folder.path() / "root";
    REQUIRE(RootSecret::load(file).error().code == Code::kNotFound);
    REQUIRE(RootSecret::create(file).has_value());
    for (const unsigned mode : {0640U, 0604U, 0620U}) {
        fs::permissions(file, fs::perms(mode));
        REQUIRE(RootSecret::load(file).error().code == Code::kInvalid);
        REQUIRE(RootSecret::load(file).error().what.find("chmod 0600") != std::string::npos);
    }
    fs::permissions(file, fs::perms(0600));
    for (const std::string& text : {std::string(), std::string(63, 'a'), std::string(64, 'A'), std::string(64, 'g'),
                                    std::string(66, 'a'), std::string(64, 'a') + "x"}) {
        std::ofstream(file, std::ios::trunc) << text;
        INFO(text);
        REQUIRE(RootSecret::load(file).error().code == Code::kInvalid);
    }
    std::ofstream(file, std::ios::trunc) << std::string(64, 'a');
    REQUIRE(RootSecret::load(file).has_value());
    REQUIRE(RootSecret::load(folder.path()).error().code == Code::kInvalid);
}

}  // namespace
