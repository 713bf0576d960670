// Kills a process while it makes or destroys a key in a token, then opens the vault again. The parent passes no crash
// point before it forks: each process asks once at which it is to die.
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <string>

#include "storage/keys/pkcs11_vault.hpp"
#include "tests/support/soft_token.hpp"

namespace {

using namespace storage::keys;
using policy::Code;
using storage::crypto::bytes_of;

#ifdef CALLVAULT_CRASH_POINTS
/// A child that makes and destroys a key, dies at that point.
void die_at(const std::string& point, const Pkcs11VaultSettings& settings) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::setenv("CALLVAULT_CRASH_AT", point.c_str(), 1);
        const auto vault = Pkcs11Vault::open(settings).value();
        const auto key = vault->create(KeyPurpose::kDay, "2026-11-26").value();
        vault->destroy(key).value();
        ::_exit(1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    REQUIRE(WTERMSIG(status) == SIGKILL);
}

TEST_CASE("A host that dies while it makes or destroys a key leaves one that nobody uses, and that goes") {
    const tests::SoftToken made;
    const tests::SoftToken destroyed;
    die_at("vault.token_part_made", {made.settings(), std::nullopt});
    die_at("vault.token_part_destroyed", {destroyed.settings(), std::nullopt});
    for (const auto* const token : {&made, &destroyed}) {
        const auto vault = Pkcs11Vault::open({token->settings(), std::nullopt}).value();
        const auto left = vault->list().value();
        REQUIRE(left.size() == 1);
        CHECK_FALSE(left[0].usable);
        CHECK(vault->seal(left[0].id, Use::kWrap, bytes_of("x"), {}).error().code == Code::kUnavailable);
        CHECK(vault->seal(left[0].id, Use::kField, bytes_of("x"), {}).error().code == Code::kUnavailable);
        CHECK(vault->destroy(left[0].id).has_value());
        CHECK(vault->list().value().empty());
    }
}
#else
TEST_CASE("This build has no crash points") {
    WARN("no crash points here: the dev and asan presets have them");
}
#endif

}  // namespace
