#include "tests/support/token_maker.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <array>
#include <boost/json/serialize.hpp>
#include <stdexcept>
#include <vector>

#include "storage/crypto/bytes.hpp"
#include "storage/crypto/encoding.hpp"

namespace tests {
namespace {

void expect(bool done) {
    if (!done) throw std::runtime_error("OpenSSL did not do what the test needs");
}

EVP_PKEY* pkey(const std::shared_ptr<void>& key) {
    return static_cast<EVP_PKEY*>(key.get());
}

std::string number(EVP_PKEY* key, const char* name, int size) {
    BIGNUM* value = nullptr;
    expect(EVP_PKEY_get_bn_param(key, name, &value) == 1);
    std::string out(static_cast<std::size_t>(size > 0 ? size : BN_num_bytes(value)), '\0');
    BN_bn2binpad(value, reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(out.size()));
    BN_free(value);
    return base64url(out);
}

/// r || s, 32 bytes each.
std::string raw_of(const std::string& der) {
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    ECDSA_SIG* pair = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
    expect(pair != nullptr);
    std::string out(64, '\0');
    BN_bn2binpad(ECDSA_SIG_get0_r(pair), reinterpret_cast<unsigned char*>(out.data()), 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(pair), reinterpret_cast<unsigned char*>(out.data()) + 32, 32);
    ECDSA_SIG_free(pair);
    return out;
}

std::string signature(EVP_PKEY* key, const EVP_MD* digest, std::string_view input, bool pss, int salt) {
    const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    EVP_PKEY_CTX* key_context = nullptr;
    expect(EVP_DigestSignInit(context.get(), &key_context, digest, nullptr, key) == 1);
    if (pss) {
        expect(EVP_PKEY_CTX_set_rsa_padding(key_context, RSA_PKCS1_PSS_PADDING) == 1);
        expect(EVP_PKEY_CTX_set_rsa_pss_saltlen(key_context, salt) == 1);
    }
    const auto* text = reinterpret_cast<const unsigned char*>(input.data());
    std::size_t size = 0;
    expect(EVP_DigestSign(context.get(), nullptr, &size, text, input.size()) == 1);
    std::string out(size, '\0');
    expect(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, text, input.size()) == 1);
    out.resize(size);
    return out;
}

}  // namespace

SigningKey::SigningKey(void* key) : key_(key, [](void* one) { EVP_PKEY_free(static_cast<EVP_PKEY*>(one)); }) {
    expect(key != nullptr);
}

SigningKey SigningKey::rsa(int bits) {
    return SigningKey(EVP_RSA_gen(static_cast<unsigned>(bits)));
}
SigningKey SigningKey::ec(const char* curve) {
    return SigningKey(EVP_EC_gen(curve));
}
SigningKey SigningKey::ed25519() {
    return SigningKey(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
}

boost::json::object SigningKey::jwk(std::string_view kid, std::string_view alg) const {
    EVP_PKEY* key = pkey(key_);
    boost::json::object out{{"kid", kid}, {"use", "sig"}};
    if (!alg.empty()) out["alg"] = alg;
    if (EVP_PKEY_is_a(key, "RSA") == 1) {
        out["kty"] = "RSA";
        out["n"] = number(key, OSSL_PKEY_PARAM_RSA_N, 0);
        out["e"] = number(key, OSSL_PKEY_PARAM_RSA_E, 0);
    } else if (EVP_PKEY_is_a(key, "EC") == 1) {
        const int size = (EVP_PKEY_get_bits(key) + 7) / 8;
        out["kty"] = "EC";
        out["crv"] = size == 32 ? "P-256" : "P-384";
        out["x"] = number(key, OSSL_PKEY_PARAM_EC_PUB_X, size);
        out["y"] = number(key, OSSL_PKEY_PARAM_EC_PUB_Y, size);
    } else {
        std::string raw(32, '\0');
        std::size_t size = raw.size();
        expect(EVP_PKEY_get_raw_public_key(key, reinterpret_cast<unsigned char*>(raw.data()), &size) == 1);
        out["kty"] = "OKP";
        out["crv"] = "Ed25519";
        out["x"] = base64url(raw);
    }
    return out;
}

std::string SigningKey::public_pem() const {
    BIO* bio = BIO_new(BIO_s_mem());
    expect(PEM_write_bio_PUBKEY(bio, pkey(key_)) == 1);
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio, &text);
    std::string out(text, static_cast<std::size_t>(size));
    BIO_free(bio);
    return out;
}

std::string SigningKey::sign(std::string_view alg, std::string_view input, int salt) const {
    if (alg == "EdDSA") return signature(pkey(key_), nullptr, input, false, 0);
    if (alg == "ES256") return raw_of(sign_der(input));
    return signature(pkey(key_), EVP_sha256(), input, alg == "PS256", salt < 0 ? RSA_PSS_SALTLEN_DIGEST : salt);
}

std::string SigningKey::sign_der(std::string_view input) const {
    return signature(pkey(key_), EVP_sha256(), input, false, 0);
}

std::string base64url(std::string_view bytes) {
    return storage::crypto::to_base64url(storage::crypto::bytes_of(bytes));
}

std::string signing_input(std::string_view header, std::string_view payload) {
    return base64url(header) + "." + base64url(payload);
}

std::string token_of(const SigningKey& key, std::string_view alg, const boost::json::object& header,
                     const boost::json::object& payload) {
    const std::string input = signing_input(boost::json::serialize(header), boost::json::serialize(payload));
    return input + "." + base64url(key.sign(alg, input));
}

std::string hmac_sha256(std::string_view key, std::string_view text) {
    std::array<unsigned char, 32> out{};
    unsigned size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
         text.size(), out.data(), &size);
    return {reinterpret_cast<const char*>(out.data()), size};
}

}  // namespace tests
