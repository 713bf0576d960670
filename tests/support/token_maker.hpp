#pragma once

#include <boost/json/object.hpp>
#include <memory>
#include <string>
#include <string_view>

namespace tests {

/// A key pair that signs tokens in tests, with the public part as a JWK.
class SigningKey {
  public:
    static SigningKey rsa(int bits = 2048);
    /// `curve`: OpenSSL's name ("P-256", "P-384").
    static SigningKey ec(const char* curve = "P-256");
    static SigningKey ed25519();

    /// The public part: kty and what belongs to it, and `kid`, `alg` (when it is not empty) and use = sig.
    boost::json::object jwk(std::string_view kid, std::string_view alg) const;
    /// SubjectPublicKeyInfo as PEM.
    std::string public_pem() const;

    /// A signature in the form of JWS: `alg` is ES256, RS256, PS256 or EdDSA. `salt`: PS256 only, -1 for the digest's
    /// length.
    std::string sign(std::string_view alg, std::string_view input, int salt = -1) const;
    /// The same as DER, as OpenSSL makes it (EC only).
    std::string sign_der(std::string_view input) const;

  private:
    explicit SigningKey(void* key);
    std::shared_ptr<void> key_;  ///< An EVP_PKEY.
};

std::string base64url(std::string_view bytes);

/// header "." payload, both JSON texts encoded.
std::string signing_input(std::string_view header, std::string_view payload);

/// A whole token: signs header and payload with `alg`.
std::string token_of(const SigningKey& key, std::string_view alg, const boost::json::object& header,
                     const boost::json::object& payload);

/// HMAC-SHA256, raw.
std::string hmac_sha256(std::string_view key, std::string_view text);

}  // namespace tests
