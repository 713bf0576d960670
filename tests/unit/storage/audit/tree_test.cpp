#include "storage/audit/tree.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>
#include "tests/support/print_result.hpp"

#include "storage/crypto/bytes.hpp"
#include "storage/crypto/encoding.hpp"

using namespace storage;         // NOLINT(google-build-using-namespace)
using namespace storage::audit;  // NOLINT(google-build-using-namespace)

namespace {

// The leaves of the published example, and its roots of the first 0..8 of them.
const std::vector<std::string> kLeaves{
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
const std::vector<std::string> kRoots{
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

std::vector<Hash> leaves(std::size_t count) {
    std::vector<Hash> hashes;
    for (std::size_t i = 0; i < count; ++i) hashes.push_back(leaf_hash(crypto::bytes_of(std::to_string(i))));
    return hashes;
}

// The definition of RFC 6962 section 2.1, word for word.
Hash mth(std::span<const Hash> hashes) {
    if (hashes.empty()) return empty_root();
    if (hashes.size() == 1) return hashes.front();
    std::size_t k = 1;
    while (k * 2 < hashes.size()) k *= 2;
    return node_hash(mth(hashes.first(k)), mth(hashes.subspan(k)));
}

std::vector<Hash> resolve(const std::vector<Fold>& plan, const std::vector<Hash>& hashes) {
    std::vector<Hash> out;
    for (const Fold& fold : plan) {
        std::vector<Hash> peaks;
        for (const Node& node : fold) {
            peaks.push_back(mth(std::span(hashes).subspan(node.index << node.level, std::size_t{1} << node.level)));
        }
        out.push_back(fold_right(peaks));
    }
    return out;
}

}  // namespace

TEST_CASE("The roots are those of the published example") {
    Frontier frontier;
    CHECK(crypto::to_hex(frontier.root()) == kRoots[0]);
    for (std::size_t i = 0; i < kLeaves.size(); ++i) {
        frontier.append(leaf_hash(*crypto::from_hex(kLeaves[i])));
        CHECK(crypto::to_hex(frontier.root()) == kRoots[i + 1]);
    }
}

TEST_CASE("The incremental root is the root of the definition, and a frontier goes on from its peaks") {
    const std::vector<Hash> hashes = leaves(130);
    Frontier frontier;
    for (std::size_t size = 0; size < hashes.size(); ++size) {
        REQUIRE(frontier.root() == mth(std::span(hashes).first(size)));
        frontier = *Frontier::of(frontier.size(), frontier.peaks());
        frontier.append(hashes[size]);
    }
    CHECK(Frontier::of(3, {}).error().code == policy::Code::kCorrupt);
}

TEST_CASE("Every inclusion proof of every small tree verifies, and no changed one does") {
    const std::vector<Hash> hashes = leaves(40);
    for (std::size_t size = 1; size <= hashes.size(); ++size) {
        const Hash root = mth(std::span(hashes).first(size));
        for (std::size_t index = 0; index < size; ++index) {
            std::vector<Hash> proof = resolve(*inclusion_plan(index, size), hashes);
            REQUIRE(verify_inclusion(hashes[index], index, size, proof, root));
            REQUIRE_FALSE(verify_inclusion(hashes[(index + 1) % hashes.size()], index, size, proof, root));
            if (size > 1) REQUIRE_FALSE(verify_inclusion(hashes[index], (index + 1) % size, size, proof, root));
            proof.push_back(root);
            REQUIRE_FALSE(verify_inclusion(hashes[index], index, size, proof, root));
            proof.pop_back();
            if (proof.empty()) continue;
            proof.front()[0] ^= std::byte{1};
            REQUIRE_FALSE(verify_inclusion(hashes[index], index, size, proof, root));
            proof.pop_back();
            REQUIRE_FALSE(verify_inclusion(hashes[index], index, size, proof, root));
        }
    }
    CHECK(inclusion_plan(5, 5).error().code == policy::Code::kInvalid);
}

TEST_CASE("Every consistency proof of every two small trees verifies, and none for another history") {
    const std::vector<Hash> hashes = leaves(40);
    for (std::size_t size = 0; size <= hashes.size(); ++size) {
        const Hash root = mth(std::span(hashes).first(size));
        for (std::size_t old_size = 0; old_size <= size; ++old_size) {
            const Hash old_root = mth(std::span(hashes).first(old_size));
            std::vector<Hash> proof = resolve(*consistency_plan(old_size, size), hashes);
            REQUIRE(verify_consistency(old_size, old_root, size, root, proof));
            Hash other = old_root;
            other[5] ^= std::byte{1};
            REQUIRE_FALSE(verify_consistency(old_size, other, size, root, proof));
            if (proof.empty()) continue;
            proof.back()[0] ^= std::byte{1};
            REQUIRE_FALSE(verify_consistency(old_size, old_root, size, root, proof));
        }
    }
    CHECK_FALSE(verify_consistency(3, hashes[0], 2, hashes[0], {}));
    CHECK(consistency_plan(3, 2).error().code == policy::Code::kInvalid);
}
