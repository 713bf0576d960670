// Killed with SIGKILL between every two durable steps: what is left is an object or none, never half of one, and the
// repeat of the act finishes it. (A killed process is not a power cut: that fsync keeps its word is the disk's part.)
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>

#include "tests/unit/storage/objects/store_fixture.hpp"

#ifdef CALLVAULT_CRASH_POINTS

namespace {

using policy::Code;
using tests::FileStoreFixture;
using tests::named;
using tests::some_bytes;

/// Runs the child with a crash point set (or none); its wait status.
int run_child(const FileStoreFixture& fixture, const std::string& crash_at, std::vector<std::string> words) {
    words.insert(words.begin(), {CALLVAULT_CRASH_CHILD, fixture.options.root.string()});
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const ::pid_t child = ::fork();
    if (child == 0) {
        ::setenv("CALLVAULT_CRASH_AT", crash_at.c_str(), 1);
        ::execv(arguments[0], arguments.data());
        ::_exit(127);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return status;
}

bool was_killed(int status) {
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}
bool was_good(int status) {
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST_CASE("An upload killed at any step leaves the whole object or none, and its repeat succeeds") {
    const struct {
        const char* crash_at;
        bool visible;
        std::size_t debris;
    } cases[] = {{"objects.written", false, 1},
                 {"objects.file_synced", false, 1},
                 {"objects.renamed", true, 0},
                 {"objects.folder_synced", true, 0}};
    for (const auto& expected : cases) {
        INFO(expected.crash_at);
        FileStoreFixture fixture;
        REQUIRE(was_killed(run_child(fixture, expected.crash_at, {"put", "a/b/one"})));
        REQUIRE(fixture.temporary_files() == expected.debris);
        const auto found = fixture.get("a/b/one");
        REQUIRE(found.has_value() == expected.visible);
        if (found) REQUIRE(*found == some_bytes(400000));
        REQUIRE(was_good(run_child(fixture, "", {"put", "a/b/one"})));
        REQUIRE(fixture.get("a/b/one").value() == some_bytes(400000));
        fixture.options.upload_lease = std::chrono::seconds(0);
        fixture.reopen();
        REQUIRE(fixture.temporary_files() == 0);
        REQUIRE(fixture.get("a/b/one").has_value());
    }
}

TEST_CASE("A removal killed at any step is finished by its repeat") {
    for (const char* crash_at : {"objects.unlinked", "objects.removal_synced"}) {
        INFO(crash_at);
        FileStoreFixture fixture;
        for (const char* name : {"a/b/one", "a/b/two", "a/c/one"})
            REQUIRE(fixture.put(name, some_bytes(10)).has_value());
        REQUIRE(was_killed(run_child(fixture, crash_at, {"remove", "a/b/one", "a/b/two"})));
        REQUIRE(was_good(run_child(fixture, "", {"remove", "a/b/one", "a/b/two"})));
        REQUIRE(fixture.get("a/b/one").error().code == Code::kNotFound);
        REQUIRE_FALSE(std::filesystem::exists(fixture.options.root / "a/b"));
        REQUIRE(fixture.get("a/c/one").has_value());
    }
}

}  // namespace

#else

TEST_CASE("Crash points are compiled out of this build") {
    WARN("no crash points here: the dev and asan presets have them");
}

#endif
