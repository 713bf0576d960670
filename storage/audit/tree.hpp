#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "policy/result.hpp"

namespace storage::audit {

/// SHA-256 of a leaf, a node or a root.
using Hash = std::array<std::byte, 32>;

// RFC 6962 section 2.1 (the same tree as RFC 9162): leaf = SHA-256(0x00 || entry), node = SHA-256(0x01 || left ||
// right), the root of no entries is SHA-256("").

Hash leaf_hash(std::span<const std::byte> entry);
Hash node_hash(const Hash& left, const Hash& right);
Hash empty_root();

/// The right edge of a tree: the roots of its complete subtrees, largest first (one for each 1 bit of the size). Enough
/// to go on appending and to know the root; 64 hashes at most. A value: copy it to keep a state.
class Frontier {
  public:
    Frontier() = default;
    /// `peaks` as peaks() gave them for `size`; as many as `size` has 1 bits.
    static policy::Result<Frontier> of(std::uint64_t size, std::vector<Hash> peaks);

    void append(const Hash& leaf);
    std::uint64_t size() const noexcept { return size_; }
    Hash root() const;
    const std::vector<Hash>& peaks() const noexcept { return peaks_; }

  private:
    std::uint64_t size_ = 0;
    std::vector<Hash> peaks_;
};

/// One complete subtree: the entries [index << level, (index + 1) << level).
struct Node {
    unsigned level = 0;
    std::uint64_t index = 0;
    friend bool operator==(const Node&, const Node&) = default;
};

/// One hash of a proof, as the complete subtrees that it folds (left to right; the last two are hashed first).
using Fold = std::vector<Node>;

Hash fold_right(std::span<const Hash> peaks);  ///< Of at least one hash.

Fold peaks_of(std::uint64_t begin, std::uint64_t end);  ///< [begin, end) as complete subtrees; begin on its boundary.

/// The hashes that an inclusion proof of entry `index` in a tree of `size` consists of, leaf's sibling first.
/// kInvalid unless index < size.
policy::Result<std::vector<Fold>> inclusion_plan(std::uint64_t index, std::uint64_t size);

/// The hashes of the consistency proof from `old_size` to `new_size` (RFC 6962 section 2.1.2); none when they are equal
/// or old_size is 0. kInvalid unless old_size <= new_size.
policy::Result<std::vector<Fold>> consistency_plan(std::uint64_t old_size, std::uint64_t new_size);

/// Success, or kCorrupt with what does not hold.
policy::Result<void> verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                                      std::span<const Hash> proof, const Hash& root);
policy::Result<void> verify_consistency(std::uint64_t old_size, const Hash& old_root, std::uint64_t new_size,
                                        const Hash& new_root, std::span<const Hash> proof);

}  // namespace storage::audit
