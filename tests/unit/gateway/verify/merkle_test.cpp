#include "gateway/verify/merkle.hpp"

#include <catch2/catch.hpp>
#include <cstring>

#include "gateway/verify/rows.hpp"
#include "storage/audit/tree.hpp"

// The program has its own tree. Here the two implementations are held against each other.

namespace verify = gateway::verify;
namespace audit = storage::audit;

namespace {

verify::Hash ours(const audit::Hash& hash) {
    verify::Hash out{};
    std::memcpy(out.data(), hash.data(), out.size());
    return out;
}

}  // namespace

TEST_CASE("Both trees have the same roots") {
    audit::Frontier frontier;
    verify::Rows rows([](const verify::Tile&, const std::vector<verify::Hash>&) {});
    for (int i = 0; i < 1000; ++i) {
        CHECK(rows.root() == ours(frontier.root()));
        const std::string entry = std::to_string(i);
        frontier.append(audit::leaf_hash(std::as_bytes(std::span(entry))));
        rows.append(verify::leaf_hash(entry));
    }
}

TEST_CASE("The verifier accepts exactly the consistency proofs that hold") {
    std::vector<verify::Hash> roots{verify::sha256("")};
    verify::Rows rows([](const verify::Tile&, const std::vector<verify::Hash>&) {});
    std::vector<verify::Hash> leaves;
    for (int i = 0; i < 5; ++i) {
        leaves.push_back(verify::leaf_hash(std::to_string(i)));
        rows.append(leaves.back());
        roots.push_back(rows.root());
    }
    // From 3 to 5 (RFC 6962 section 2.1.3): leaf 2, leaf 3, the root of the first two, leaf 4.
    const std::vector<verify::Hash> proof{leaves[2], leaves[3], roots[2], leaves[4]};
    CHECK(verify::consistency_holds(3, roots[3], 5, roots[5], proof));
    CHECK_FALSE(verify::consistency_holds(3, roots[4], 5, roots[5], proof));
    CHECK_FALSE(verify::consistency_holds(3, roots[3], 4, roots[4], proof));
    CHECK_FALSE(verify::consistency_holds(5, roots[5], 3, roots[3], proof));
    CHECK_FALSE(verify::consistency_holds(3, roots[3], 5, roots[5], {}));
    CHECK(verify::consistency_holds(0, roots[0], 5, roots[5], {}));
    CHECK_FALSE(verify::consistency_holds(0, roots[1], 5, roots[5], {}));
}
