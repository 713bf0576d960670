#include "storage/audit/tree.hpp"

#include <bit>
#include <stdexcept>
#include <utility>

namespace storage::audit {

using policy::Code;
using policy::fail;
using policy::Result;

Result<Frontier> Frontier::of(std::uint64_t size, std::vector<Hash> peaks) {
    if (static_cast<std::size_t>(std::popcount(size)) != peaks.size()) {
        return fail(Code::kCorrupt, "the right edge of the tree has the wrong number of hashes");
    }
    Frontier frontier;
    frontier.size_ = size;
    frontier.peaks_ = std::move(peaks);
    return frontier;
}

void Frontier::append(const Hash& leaf) {
    Hash hash = leaf;
    for (std::uint64_t full = size_; (full & 1U) != 0; full >>= 1U) {
        hash = node_hash(peaks_.back(), hash);
        peaks_.pop_back();
    }
    peaks_.push_back(hash);
    ++size_;
}

Hash Frontier::root() const {
    return peaks_.empty() ? empty_root() : fold_right(peaks_);
}

Hash fold_right(std::span<const Hash> peaks) {
    if (peaks.empty()) throw std::logic_error("nothing to fold");
    Hash hash = peaks.back();
    for (std::size_t i = peaks.size() - 1; i > 0; --i) hash = node_hash(peaks[i - 1], hash);
    return hash;
}

Fold peaks_of(std::uint64_t begin, std::uint64_t end) {
    Fold fold;
    while (begin < end) {
        // The largest subtree that starts at `begin` and fits.
        const auto fits = static_cast<unsigned>(std::bit_width(end - begin)) - 1U;
        const auto aligned = begin == 0 ? 63U : static_cast<unsigned>(std::countr_zero(begin));
        const unsigned level = fits < aligned ? fits : aligned;
        fold.push_back(Node{level, begin >> level});
        begin += std::uint64_t{1} << level;
    }
    return fold;
}

namespace {

// The largest power of two below n; n > 1.
std::uint64_t split_of(std::uint64_t n) {
    return std::bit_floor(n - 1);
}

}  // namespace

Result<std::vector<Fold>> inclusion_plan(std::uint64_t index, std::uint64_t size) {
    if (index >= size) return fail(Code::kInvalid, "the entry is past the end of the tree");
    std::vector<Fold> plan;
    // Down from the root; what is met last is the leaf's sibling, which a proof names first.
    std::uint64_t begin = 0;
    std::uint64_t end = size;
    while (end - begin > 1) {
        const std::uint64_t middle = begin + split_of(end - begin);
        if (index < middle) {
            plan.push_back(peaks_of(middle, end));
            end = middle;
        } else {
            plan.push_back(peaks_of(begin, middle));
            begin = middle;
        }
    }
    return std::vector<Fold>(plan.rbegin(), plan.rend());
}

Result<std::vector<Fold>> consistency_plan(std::uint64_t old_size, std::uint64_t new_size) {
    if (old_size > new_size) return fail(Code::kInvalid, "the older tree is the larger one");
    std::vector<Fold> plan;
    if (old_size == 0 || old_size == new_size) return plan;
    std::uint64_t begin = 0;
    std::uint64_t end = new_size;
    bool whole = true;  // The old tree is all that lies left of `begin` and ends within [begin, end).
    while (old_size != end) {
        const std::uint64_t middle = begin + split_of(end - begin);
        if (old_size <= middle) {
            plan.push_back(peaks_of(middle, end));
            end = middle;
        } else {
            plan.push_back(peaks_of(begin, middle));
            begin = middle;
            whole = false;
        }
    }
    if (!whole) plan.push_back(peaks_of(begin, end));
    return std::vector<Fold>(plan.rbegin(), plan.rend());
}

Result<void> verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size, std::span<const Hash> proof,
                              const Hash& root) {
    if (index >= size) return fail(Code::kCorrupt, "the proof is for an entry past the end of the tree");
    std::uint64_t fn = index;
    std::uint64_t sn = size - 1;
    Hash hash = leaf;
    for (const Hash& sibling : proof) {
        if (sn == 0) return fail(Code::kCorrupt, "the inclusion proof is too long");
        if ((fn & 1U) != 0 || fn == sn) {
            hash = node_hash(sibling, hash);
            while ((fn & 1U) == 0 && fn != 0) {
                fn >>= 1U;
                sn >>= 1U;
            }
        } else {
            hash = node_hash(hash, sibling);
        }
        fn >>= 1U;
        sn >>= 1U;
    }
    if (sn != 0) return fail(Code::kCorrupt, "the inclusion proof is too short");
    if (hash != root) return fail(Code::kCorrupt, "the inclusion proof does not lead to the root");
    return {};
}

namespace {

// RFC 9162 section 2.1.4.2 for 0 < old_size < new_size; `proof` has the old root in front where that is implied.
Result<void> verify_growth(std::uint64_t old_size, const Hash& old_root, std::uint64_t new_size, const Hash& new_root,
                           std::span<const Hash> proof) {
    std::uint64_t fn = old_size - 1;
    std::uint64_t sn = new_size - 1;
    while ((fn & 1U) != 0) {
        fn >>= 1U;
        sn >>= 1U;
    }
    Hash old_hash = proof.front();
    Hash new_hash = proof.front();
    for (const Hash& sibling : proof.subspan(1)) {
        if (sn == 0) return fail(Code::kCorrupt, "the consistency proof is too long");
        if ((fn & 1U) != 0 || fn == sn) {
            old_hash = node_hash(sibling, old_hash);
            new_hash = node_hash(sibling, new_hash);
            while ((fn & 1U) == 0 && fn != 0) {
                fn >>= 1U;
                sn >>= 1U;
            }
        } else {
            new_hash = node_hash(new_hash, sibling);
        }
        fn >>= 1U;
        sn >>= 1U;
    }
    if (sn != 0) return fail(Code::kCorrupt, "the consistency proof is too short");
    if (old_hash != old_root) return fail(Code::kCorrupt, "the consistency proof does not lead to the older root");
    if (new_hash != new_root) return fail(Code::kCorrupt, "the consistency proof does not lead to the newer root");
    return {};
}

}  // namespace

Result<void> verify_consistency(std::uint64_t old_size, const Hash& old_root, std::uint64_t new_size,
                                const Hash& new_root, std::span<const Hash> proof) {
    if (old_size > new_size) return fail(Code::kCorrupt, "the log shrank");
    if (old_size == 0 || old_size == new_size) {
        if (!proof.empty()) return fail(Code::kCorrupt, "a consistency proof where none belongs");
        const Hash& expected = old_size == 0 ? empty_root() : new_root;
        if (old_root != expected) return fail(Code::kCorrupt, "two roots for one size");
        return {};
    }
    if (std::has_single_bit(old_size)) {
        std::vector<Hash> whole{old_root};
        whole.insert(whole.end(), proof.begin(), proof.end());
        return verify_growth(old_size, old_root, new_size, new_root, whole);
    }
    if (proof.empty()) return fail(Code::kCorrupt, "the consistency proof is empty");
    return verify_growth(old_size, old_root, new_size, new_root, proof);
}

}  // namespace storage::audit
