// Kills a process at each named point between two durable steps of the vault, then opens the vault again: what it then
// promises must hold, and the act that was cut off must be repeatable.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "storage/keys/file_vault.hpp"
#include "tests/unit/storage/keys/vault_fixture.hpp"

namespace {

using namespace storage::keys;
using policy::Code;
using policy::KeyId;
using storage::crypto::bytes_of;
using tests::works;
namespace fs = std::filesystem;

enum class End { kDone, kKilled, kRefused };

class CrashFixture {
  public:
    CrashFixture() {
        root_ = RootSecret::create(folder_.path() / "root").value();
        next_ = RootSecret::create(folder_.path() / "next").value();
        REQUIRE(FileVault::initialise(settings()).has_value());
    }

    /// Runs file_vault_act, to be killed at its `times`th... at the first passing of `point` (empty: not at all).
    End act(const std::string& what, const std::string& point, const std::string& key = "") const {
        const pid_t child = ::fork();
        if (child == 0) {
            ::setenv("CALLVAULT_CRASH_AT", point.c_str(), 1);
            ::execl(CALLVAULT_FILE_VAULT_ACT, CALLVAULT_FILE_VAULT_ACT, what.c_str(), vault().c_str(), copy().c_str(),
                    (folder_.path() / "root").c_str(), (folder_.path() / "next").c_str(),
                    key.empty() ? nullptr : key.c_str(), nullptr);
            ::_exit(127);
        }
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) return End::kKilled;
        REQUIRE(WIFEXITED(status));
        return WEXITSTATUS(status) == 0 ? End::kDone : End::kRefused;
    }

    fs::path vault() const { return folder_.path() / "vault"; }
    fs::path copy() const { return folder_.path() / "copy"; }
    FileVaultSettings settings() const { return {vault(), {copy()}, root_->clone(), std::nullopt}; }
    std::unique_ptr<FileVault> open() const {
        auto both = settings();
        both.other_root = next_->clone();
        return FileVault::open(std::move(both)).value();
    }
    const RootSecret& root() const { return *root_; }
    const RootSecret& next() const { return *next_; }

    bool holds_temporary_files() const {
        for (const auto& entry : fs::recursive_directory_iterator(folder_.path())) {
            if (entry.path().extension() == ".new") return true;
        }
        return false;
    }

  private:
    tests::TemporaryFolder folder_;
    std::optional<RootSecret> root_;
    std::optional<RootSecret> next_;
};

#ifdef CALLVAULT_CRASH_POINTS
constexpr End kAtPoint = End::kKilled;
#else
constexpr End kAtPoint = End::kDone;  // a build without crash points: the acts are still run
#endif

TEST_CASE("A key whose making was cut off is whole or not there, and another is made") {
    const std::string point =
        GENERATE(as<std::string>{}, "vault.key_written", "vault.key_linked", "vault.key_durable", "vault.copy_added");
    INFO(point);
    const CrashFixture fixture;
    const KeyId before = fixture.open()->create(KeyPurpose::kDay, "before").value();
    REQUIRE(fixture.act("create", point) == kAtPoint);
    const auto vault = fixture.open();
    REQUIRE_FALSE(fixture.holds_temporary_files());
    for (const auto& key : vault->list().value()) {
        REQUIRE(key.usable);
        REQUIRE(works(*vault, key.id));
        REQUIRE(fs::exists(fixture.copy() / "keys" / (key.id.text() + ".key")));
    }
    const std::size_t left = vault->list().value().size();
    REQUIRE(left == (point == "vault.key_written" && kAtPoint == End::kKilled ? 1 : 2));
    REQUIRE(works(*vault, before));
    REQUIRE(fixture.act("create", "") == End::kDone);
    REQUIRE(vault->list().value().size() == left + 1);
}

TEST_CASE("A destruction that was cut off after its mark is finished at the next start, and can be repeated") {
    const std::string point = GENERATE(as<std::string>{}, "vault.destruction_marked", "vault.key_overwritten",
                                       "vault.key_unlinked", "vault.folder_destroyed");
    const bool watched = GENERATE(false, true);
    INFO(point << (watched ? ", another process using the key" : ""));
    const CrashFixture fixture;
    const auto other = fixture.open();
    const KeyId key = other->create(KeyPurpose::kDay, "").value();
    const KeyId kept = other->create(KeyPurpose::kDay, "").value();
    const auto sealed = other->seal(key, Use::kWrap, bytes_of("data key"), {}).value();
    REQUIRE(fixture.act("destroy", point, key.text()) == kAtPoint);
    if (watched) {
        REQUIRE(other->open(key, Use::kWrap, sealed, {}).error().code == Code::kGone);
        REQUIRE(other->list().value().size() == 1);
    }
    const auto vault = fixture.open();
    REQUIRE(vault->open(key, Use::kWrap, sealed, {}).error().code == Code::kGone);
    for (const auto& folder : {fixture.vault(), fixture.copy()}) {
        REQUIRE_FALSE(fs::exists(folder / "keys" / (key.text() + ".key")));
    }
    REQUIRE(fixture.act("destroy", "", key.text()) == End::kDone);
    REQUIRE(works(*vault, kept));
    REQUIRE(vault->missing_from_vault().value().empty());
}

TEST_CASE("A root rotation that was cut off leaves every key usable with both secrets, and is resumed to its end") {
    const std::string point = GENERATE(as<std::string>{}, "vault.file_renamed", "vault.marker_written",
                                       "vault.key_rewritten", "vault.key_resealed");
    INFO(point);
    const CrashFixture fixture;
    std::vector<KeyId> keys;
    for (int i = 0; i < 3; ++i) keys.push_back(fixture.open()->create(KeyPurpose::kDay, "").value());
    REQUIRE(fixture.act("rotate", point) == kAtPoint);
    {
        const auto vault = fixture.open();
        for (const KeyId key : keys) REQUIRE(works(*vault, key));
        keys.push_back(vault->create(KeyPurpose::kDay, "in between").value());
        REQUIRE(vault->destroy(keys.front()).has_value());
        keys.erase(keys.begin());
    }
    if (kAtPoint == End::kKilled) {
        const auto old_alone = FileVault::open(fixture.settings());
        REQUIRE(old_alone.error().code == Code::kInvalid);
        REQUIRE(old_alone.error().what.find("rotate-root") != std::string::npos);
        const auto another = fixture.open()->rotate_root(RootSecret(storage::crypto::Key256::random()));
        REQUIRE(another.error().code == Code::kConflict);
    }
    REQUIRE(fixture.act("rotate", "") == End::kDone);
    auto settings = fixture.settings();
    settings.root = fixture.next().clone();
    const auto vault = FileVault::open(std::move(settings)).value();
    for (const KeyId key : keys) REQUIRE(works(*vault, key));
    REQUIRE(FileVault::open(fixture.settings()).error().code == Code::kInvalid);
}

TEST_CASE("A root rotation that is killed again and again at each step still ends") {
    const CrashFixture fixture;
    std::vector<KeyId> keys;
    for (int i = 0; i < 3; ++i) keys.push_back(fixture.open()->create(KeyPurpose::kDay, "").value());
    // Each run reseals at least one key before it is killed there, so the kills run out of keys and it ends.
    int kills = 0;
    while (fixture.act("rotate", "vault.key_resealed") == End::kKilled) {
        REQUIRE(++kills <= 6);
        const auto vault = fixture.open();
        for (const KeyId key : keys) REQUIRE(works(*vault, key));
    }
    if (kAtPoint == End::kKilled) REQUIRE(kills == 6);  // three keys in two folders
    auto settings = fixture.settings();
    settings.root = fixture.next().clone();
    const auto vault = FileVault::open(std::move(settings)).value();
    for (const KeyId key : keys) REQUIRE(works(*vault, key));
}

}  // namespace
