#include "gateway/verify/merkle.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <bit>
#include <memory>
#include <stdexcept>

#include "gateway/verify/encoding.hpp"

namespace gateway::verify {

namespace {

struct FreeHashing {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
struct FreeDigest {
    void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
};

// One context and one fetched algorithm a thread: fetching and allocating would cost more than the hash.
class Hasher {
  public:
    Hasher() : digest_(EVP_MD_fetch(nullptr, "SHA256", nullptr)), context_(EVP_MD_CTX_new()) {
        if (!digest_ || !context_) throw std::runtime_error("SHA-256 is not available");
    }

    Hash of(std::string_view prefix, std::string_view a, std::string_view b) {
        Hash hash{};
        unsigned size = 0;
        const bool good = EVP_DigestInit_ex2(context_.get(), digest_.get(), nullptr) == 1 &&
                          EVP_DigestUpdate(context_.get(), prefix.data(), prefix.size()) == 1 &&
                          EVP_DigestUpdate(context_.get(), a.data(), a.size()) == 1 &&
                          EVP_DigestUpdate(context_.get(), b.data(), b.size()) == 1 &&
                          EVP_DigestFinal_ex(context_.get(), hash.data(), &size) == 1 && size == hash.size();
        if (!good) throw std::runtime_error("SHA-256 failed");
        return hash;
    }

  private:
    std::unique_ptr<EVP_MD, FreeDigest> digest_;
    std::unique_ptr<EVP_MD_CTX, FreeHashing> context_;
};

Hasher& hasher() {
    thread_local Hasher instance;
    return instance;
}

std::string_view view(const Hash& hash) {
    return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

}  // namespace

Hash sha256(std::string_view bytes) {
    return hasher().of({}, bytes, {});
}

Hash leaf_hash(std::string_view entry) {
    return hasher().of(std::string_view("\0", 1), entry, {});
}

Hash node_hash(const Hash& left, const Hash& right) {
    return hasher().of("\x01", view(left), view(right));
}

Hash complete_root(std::vector<Hash> row) {
    if (!std::has_single_bit(row.size())) throw std::logic_error("not a complete subtree");
    for (std::size_t left = row.size(); left > 1; left /= 2) {
        for (std::size_t i = 0; i < left / 2; ++i) row[i] = node_hash(row[2 * i], row[2 * i + 1]);
    }
    return row.front();
}

std::optional<Hash> hash_from_base64(std::string_view text) {
    const std::optional<std::string> bytes = from_base64(text);
    Hash hash{};
    if (!bytes || bytes->size() != hash.size()) return std::nullopt;
    std::copy(bytes->begin(), bytes->end(), hash.begin());
    return hash;
}

std::string to_base64(const Hash& hash) {
    return to_base64(view(hash));
}

std::string to_hex(const Hash& hash) {
    return to_hex(view(hash));
}

namespace {

// The walk that both proofs share: whether the sibling stands left, and the step to the level above.
struct Walk {
    std::uint64_t fn;
    std::uint64_t sn;

    bool sibling_is_left() const { return (fn & 1U) != 0 || fn == sn; }
    void up() {
        if (sibling_is_left()) {
            while ((fn & 1U) == 0 && fn != 0) shift();
        }
        shift();
    }
    void shift() {
        fn >>= 1U;
        sn >>= 1U;
    }
};

}  // namespace

bool inclusion_holds(const Hash& leaf, std::uint64_t index, std::uint64_t size, std::span<const Hash> path,
                     const Hash& root) {
    if (index >= size) return false;
    Walk walk{index, size - 1};
    Hash hash = leaf;
    for (const Hash& sibling : path) {
        if (walk.sn == 0) return false;
        hash = walk.sibling_is_left() ? node_hash(sibling, hash) : node_hash(hash, sibling);
        walk.up();
    }
    return walk.sn == 0 && hash == root;
}

bool consistency_holds(std::uint64_t old_size, const Hash& old_root, std::uint64_t new_size, const Hash& new_root,
                       std::span<const Hash> path) {
    if (old_size > new_size) return false;
    if (old_size == new_size) return path.empty() && old_root == new_root;
    if (old_size == 0) return path.empty() && old_root == sha256({});
    std::vector<Hash> whole;
    if (std::has_single_bit(old_size)) whole.push_back(old_root);
    whole.insert(whole.end(), path.begin(), path.end());
    if (whole.empty()) return false;
    Walk walk{old_size - 1, new_size - 1};
    while ((walk.fn & 1U) != 0) walk.shift();
    Hash old_hash = whole.front();
    Hash new_hash = whole.front();
    for (std::size_t i = 1; i < whole.size(); ++i) {
        if (walk.sn == 0) return false;
        if (walk.sibling_is_left()) {
            old_hash = node_hash(whole[i], old_hash);
            new_hash = node_hash(whole[i], new_hash);
        } else {
            new_hash = node_hash(new_hash, whole[i]);
        }
        walk.up();
    }
    return walk.sn == 0 && old_hash == old_root && new_hash == new_root;
}

}  // namespace gateway::verify
