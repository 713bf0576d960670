#include "storage/keys/key_file.hpp"

#include <catch2/catch.hpp>

#include "storage/crypto/random.hpp"
#include "storage/keys/vault_marker.hpp"

namespace {

using namespace storage::keys;
using policy::KeyId;
using storage::crypto::Bytes;
using storage::crypto::bytes_of;
using storage::crypto::Key256;

TEST_CASE("A key file is read back, under its own root secret only") {
    const RootSecret root{Key256::random()};
    const Key256 seed = Key256::random();
    const KeyInfo info{storage::crypto::random_id<KeyId>(), KeyPurpose::kEpoch, "epoch 7", true};
    const Bytes file = write_key_file(info, root, seed);
    const auto header = read_key_file_header(file).value();
    REQUIRE(header.info.id == info.id);
    REQUIRE(header.info.purpose == info.purpose);
    REQUIRE(header.info.label == info.label);
    REQUIRE(header.root_id == root.id());
    REQUIRE(Key256::equal(open_key_file(file, header, root).value(), seed));
    REQUIRE(open_key_file(file, header, RootSecret{Key256::random()}).error().code == policy::Code::kCorrupt);
    for (std::size_t size = 0; size < file.size(); ++size) {
        REQUIRE_FALSE(read_key_file_header(std::span(file).first(size)).has_value());
    }
}

TEST_CASE("A vault's marker is read back and nothing else is taken for one") {
    const VaultMarker marker{std::string(32, 'a'), std::string(32, 'b'), std::nullopt};
    auto read = read_vault_marker(write_vault_marker(marker)).value();
    REQUIRE(read.id == marker.id);
    REQUIRE(read.root == marker.root);
    REQUIRE(read.target() == marker.root);
    read.next = std::string(32, 'c');
    REQUIRE(read_vault_marker(write_vault_marker(read)).value().target() == *read.next);
    const std::string good = storage::crypto::text_of(write_vault_marker(read));
    for (std::size_t size = 0; size < good.size(); ++size) {
        if (size == good.size() - 38) continue;  // without its last line it is a marker without a rotation
        INFO(size);
        REQUIRE_FALSE(read_vault_marker(bytes_of(good.substr(0, size))).has_value());
    }
    REQUIRE_FALSE(read_vault_marker(bytes_of(good + "\n")).has_value());
}

}  // namespace
