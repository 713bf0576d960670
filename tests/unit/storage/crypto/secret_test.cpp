#include "storage/crypto/secret.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>
#include <type_traits>
#include <vector>

#include "storage/crypto/secret_memory.hpp"

namespace {

using namespace storage::crypto;

template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
    out << value;
};
template <class T>
concept Comparable = requires(const T& a, const T& b) {
    a == b;
};

TEST_CASE("Secrets are neither copied, printed nor compared by accident") {
    STATIC_REQUIRE_FALSE(std::is_copy_constructible_v<SecretBytes> || std::is_copy_assignable_v<SecretBytes>);
    STATIC_REQUIRE_FALSE(std::is_copy_constructible_v<Key256> || std::is_copy_assignable_v<Key256>);
    STATIC_REQUIRE_FALSE(Printable<SecretBytes> || Printable<Key256>);
    STATIC_REQUIRE_FALSE(Comparable<SecretBytes> || Comparable<Key256>);
}

TEST_CASE("A secret's bytes are zeroed when it goes") {
    SecretBytes secret(40);
    const auto bytes = secret.writable(InsecureSecretAccess{});
    std::ranges::fill(bytes, std::byte{0x5A});
    const std::byte* const place = bytes.data();
    secret.wipe();
    REQUIRE(secret.empty());
    // The pool keeps the place (it never unmaps a block): past the link to the next free one it is zero.
    REQUIRE(std::all_of(place + sizeof(void*), place + 40, [](std::byte b) { return b == std::byte{0}; }));
}

TEST_CASE("Fresh secrets are zero, whatever lay there before, at every size") {
    for (const std::size_t size : {1U, 63U, 64U, 65U, 256U, 257U, 1024U, 4096U, 4097U, 100000U}) {
        for (int round = 0; round < 3; ++round) {
            SecretBytes secret(size);
            const auto bytes = secret.writable(InsecureSecretAccess{});
            REQUIRE(bytes.size() == size);
            REQUIRE(std::ranges::all_of(bytes, [](std::byte b) { return b == std::byte{0}; }));
            std::ranges::fill(bytes, std::byte{0xFF});
        }
    }
}

TEST_CASE("Moves empty the source, clones are equal and apart") {
    const Key256 key = Key256::random();
    Key256 copy = key.clone();
    REQUIRE(Key256::equal(key, copy));
    const Key256 moved = std::move(copy);
    REQUIRE(Key256::equal(key, moved));
    REQUIRE_THROWS_AS(copy.reveal(InsecureSecretAccess{}), std::logic_error);  // NOLINT: on purpose
    REQUIRE_FALSE(Key256::equal(key, Key256::random()));
    REQUIRE_FALSE(Key256::copy_of(std::vector<std::byte>(31)).has_value());
    REQUIRE_FALSE(Key256::copy_of(std::vector<std::byte>(33)).has_value());
}

TEST_CASE("Thousands of secrets live beside each other and the status tells how they lie") {
    std::vector<Key256> keys;
    for (int i = 0; i < 3000; ++i) keys.push_back(Key256::random());
    for (std::size_t i = 1; i < keys.size(); ++i) REQUIRE_FALSE(Key256::equal(keys[0], keys[i]));
    const auto status = secret_memory_status();
    REQUIRE(status.locked_bytes + status.unlocked_bytes >= 3000 * 64);
    REQUIRE(status.good() == (status.unlocked_bytes == 0 && !status.dumpable));
    REQUIRE_FALSE(status.sentence().empty());
    if (!status.good()) WARN(status.sentence());
}

TEST_CASE("The status says when memory could not be locked") {
    SecretMemoryStatus status{.locked_bytes = 0, .unlocked_bytes = 65536, .dumpable = false};
    REQUIRE(status.sentence().find("LimitMEMLOCK") != std::string::npos);
    status.dumpable = true;
    REQUIRE(status.sentence().find("core dumps") != std::string::npos);
}

}  // namespace
