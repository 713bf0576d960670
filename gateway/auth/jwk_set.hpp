#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/result.hpp"

namespace gateway::auth {

/// The signatures that are accepted (RFC 7518, RFC 8037). A symmetric algorithm or "none" has no place in this list, so
/// no token can ask for one.
enum class Algorithm { kEs256, kRs256, kPs256, kEdDsa };

std::string_view name_of(Algorithm algorithm);                    ///< "ES256", "RS256", "PS256", "EdDSA"
std::optional<Algorithm> parse_algorithm(std::string_view name);  ///< Exactly the names above.

/// One public key of an issuer, bound to the one algorithm that it may verify: what a token says about its algorithm is
/// compared with this, never obeyed. Cheap to copy. Thread safety: verify() from any thread.
class VerificationKey {
  public:
    VerificationKey(Algorithm algorithm, std::shared_ptr<void> public_key)
        : algorithm_(algorithm), public_key_(std::move(public_key)) {}

    Algorithm algorithm() const noexcept { return algorithm_; }
    /// Whether `signature`, in the form of JWS (ES256: r || s, 64 bytes), is this key's over `input`.
    bool verify(std::string_view input, std::span<const std::byte> signature) const;
    /// Whether both are one key, bound to one algorithm.
    bool same_as(const VerificationKey& other) const;

  private:
    Algorithm algorithm_;
    std::shared_ptr<void> public_key_;  ///< An EVP_PKEY; void keeps OpenSSL out of this header.
};

/// An issuer's public keys by `kid` (RFC 7517). Immutable once made.
///
/// Keys that this service has no use for are left out: other key types and curves, `use` other than "sig", `key_ops`
/// without "verify", RSA below 2048 or above 8192 bits, a `kid` that is missing, an algorithm that is not in `allowed`.
/// A set that is unsafe as a whole is refused: private or symmetric key material in it, one `kid` twice, no usable key.
/// A key without `alg` verifies RS256 (RSA), ES256 (P-256) or EdDSA (Ed25519), if that is in `allowed`.
class JwkSet {
  public:
    /// `what` of the error says what is wrong with the set; it holds no key material.
    static policy::Result<JwkSet> parse(std::string_view json, std::span<const Algorithm> allowed);

    const VerificationKey* find(std::string_view kid) const;  ///< nullptr when the set has no such key.
    std::size_t size() const noexcept { return keys_.size(); }
    /// Whether every key of `before` is in here under its kid, unchanged: what it signed still counts.
    bool keeps(const JwkSet& before) const;
    /// One line for each key that was left out, with the reason; for the operator's log and `callvault config check`.
    const std::vector<std::string>& left_out() const noexcept { return left_out_; }

  private:
    std::map<std::string, VerificationKey, std::less<>> keys_;
    std::vector<std::string> left_out_;
};

}  // namespace gateway::auth
