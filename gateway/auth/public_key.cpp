#include "gateway/auth/public_key.hpp"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include <optional>
#include <string>
#include <vector>

#include "gateway/auth/openssl_pointers.hpp"
#include "storage/crypto/bytes.hpp"
#include "storage/crypto/encoding.hpp"

namespace gateway::auth {

namespace {

namespace json = boost::json;
using storage::crypto::Bytes;

constexpr int kMinRsaBits = 2048;
constexpr int kMaxRsaBits = 8192;
constexpr std::size_t kP256CoordinateBytes = 32;
constexpr std::size_t kEd25519KeyBytes = 32;
constexpr std::size_t kEs256SignatureBytes = 64;

policy::Error unusable(std::string why) {
    return policy::fail(policy::Code::kUnsupported, std::move(why));
}

std::string_view text_member(const json::object& jwk, std::string_view name) {
    const json::value* value = jwk.if_contains(name);
    if (value == nullptr || !value->is_string()) return {};
    return {value->get_string().data(), value->get_string().size()};
}

std::optional<Bytes> bytes_member(const json::object& jwk, std::string_view name) {
    const std::string_view text = text_member(jwk, name);
    return text.empty() ? std::nullopt : storage::crypto::from_base64url(text);
}

const unsigned char* openssl_view(std::span<const std::byte> bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

BigNumber big_number(const Bytes& bytes) {
    return BigNumber(BN_bin2bn(openssl_view(bytes), static_cast<int>(bytes.size()), nullptr));
}

/// Makes the key from its parameters and lets OpenSSL check it (point on the curve, sane modulus).
PublicKeyPointer make_key(const char* type, const Parameters& parameters) {
    if (!parameters) return nullptr;
    const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* raw = nullptr;
    if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &raw, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
        return nullptr;
    }
    PublicKeyPointer key(raw);
    const KeyContext check(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
    if (!check || EVP_PKEY_public_check(check.get()) != 1) return nullptr;
    return key;
}

policy::Result<PublicKeyPointer> import_rsa(const json::object& jwk) {
    const auto modulus = bytes_member(jwk, "n");
    const auto exponent = bytes_member(jwk, "e");
    if (!modulus || !exponent) return unusable("n or e is missing or not base64url");
    if (modulus->size() > kMaxRsaBits / 8 + 1 || exponent->size() > 8) return unusable("the RSA key is too long");
    const BigNumber n = big_number(*modulus);
    const BigNumber e = big_number(*exponent);
    if (BN_num_bits(n.get()) < kMinRsaBits) return unusable("the RSA key has fewer than 2048 bits");
    if (BN_num_bits(n.get()) > kMaxRsaBits) return unusable("the RSA key has more than 8192 bits");
    if (BN_is_odd(e.get()) == 0 || BN_num_bits(e.get()) < 17) return unusable("the RSA exponent is below 65537");
    const ParameterBuilder builder(OSSL_PARAM_BLD_new());
    if (!builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
        return unusable("OpenSSL does not take the RSA key");
    }
    return make_key("RSA", Parameters(OSSL_PARAM_BLD_to_param(builder.get())));
}

policy::Result<PublicKeyPointer> import_p256(const json::object& jwk) {
    const auto x = bytes_member(jwk, "x");
    const auto y = bytes_member(jwk, "y");
    if (text_member(jwk, "crv") != "P-256") return unusable("the curve is not P-256");
    if (!x || !y || x->size() != kP256CoordinateBytes || y->size() != kP256CoordinateBytes) {
        return unusable("x and y of a P-256 key need 32 bytes each");
    }
    Bytes point{std::byte{0x04}};
    point.insert(point.end(), x->begin(), x->end());
    point.insert(point.end(), y->begin(), y->end());
    const ParameterBuilder builder(OSSL_PARAM_BLD_new());
    if (!builder || OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1) {
        return unusable("OpenSSL does not take the P-256 key");
    }
    return make_key("EC", Parameters(OSSL_PARAM_BLD_to_param(builder.get())));
}

policy::Result<PublicKeyPointer> import_ed25519(const json::object& jwk) {
    const auto x = bytes_member(jwk, "x");
    if (text_member(jwk, "crv") != "Ed25519") return unusable("the curve is not Ed25519");
    if (!x || x->size() != kEd25519KeyBytes) return unusable("x of an Ed25519 key needs 32 bytes");
    return PublicKeyPointer(EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", nullptr, openssl_view(*x), x->size()));
}

policy::Result<PublicKeyPointer> import_for(const json::object& jwk, Algorithm algorithm) {
    const std::string_view type = text_member(jwk, "kty");
    switch (algorithm) {
        case Algorithm::kRs256:
        case Algorithm::kPs256:
            if (type != "RSA") return unusable("its alg needs kty RSA");
            return import_rsa(jwk);
        case Algorithm::kEs256:
            if (type != "EC") return unusable("its alg needs kty EC");
            return import_p256(jwk);
        case Algorithm::kEdDsa:
            if (type != "OKP") return unusable("its alg needs kty OKP");
            return import_ed25519(jwk);
    }
    return unusable("its algorithm is not accepted");
}

/// JWS carries r || s, OpenSSL wants DER. Empty when it is no pair of numbers.
Bytes der_of_es256(std::span<const std::byte> signature) {
    if (signature.size() != kEs256SignatureBytes) return {};
    const EcdsaSignature pair(ECDSA_SIG_new());
    BIGNUM* r = BN_bin2bn(openssl_view(signature.first(32)), 32, nullptr);
    BIGNUM* s = BN_bin2bn(openssl_view(signature.last(32)), 32, nullptr);
    if (!pair || ECDSA_SIG_set0(pair.get(), r, s) != 1) {
        BN_free(r);
        BN_free(s);
        return {};
    }
    const int size = i2d_ECDSA_SIG(pair.get(), nullptr);
    if (size <= 0) return {};
    Bytes der(static_cast<std::size_t>(size));
    auto* out = reinterpret_cast<unsigned char*>(der.data());
    if (i2d_ECDSA_SIG(pair.get(), &out) != size) return {};
    return der;
}

bool use_pss(EVP_PKEY_CTX* context) {
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) == 1;
}

bool verify_with(EVP_PKEY* key, Algorithm algorithm, std::string_view input, std::span<const std::byte> signature) {
    const DigestContext context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* key_context = nullptr;  // owned by `context`
    const EVP_MD* digest = algorithm == Algorithm::kEdDsa ? nullptr : EVP_sha256();
    if (!context || EVP_DigestVerifyInit(context.get(), &key_context, digest, nullptr, key) != 1) return false;
    if (algorithm == Algorithm::kPs256 && !use_pss(key_context)) return false;
    const auto message = storage::crypto::bytes_of(input);
    return EVP_DigestVerify(context.get(), openssl_view(signature), signature.size(), openssl_view(message),
                            message.size()) == 1;
}

}  // namespace

policy::Result<VerificationKey> import_public_key(const json::object& jwk, Algorithm algorithm) {
    auto key = import_for(jwk, algorithm);
    if (!key) return key.error();
    ERR_clear_error();
    if (!*key) return unusable("OpenSSL refuses the key");
    return VerificationKey(algorithm, std::shared_ptr<void>(key->release(), [](void* pointer) {
                               EVP_PKEY_free(static_cast<EVP_PKEY*>(pointer));
                           }));
}

bool VerificationKey::verify(std::string_view input, std::span<const std::byte> signature) const {
    auto* key = static_cast<EVP_PKEY*>(public_key_.get());
    bool good = false;
    if (algorithm_ == Algorithm::kEs256) {
        const Bytes der = der_of_es256(signature);
        good = !der.empty() && verify_with(key, algorithm_, input, der);
    } else {
        good = verify_with(key, algorithm_, input, signature);
    }
    ERR_clear_error();  // a bad signature leaves its trace in this thread's queue, where TLS would trip over it
    return good;
}

bool VerificationKey::same_as(const VerificationKey& other) const {
    const auto* mine = static_cast<const EVP_PKEY*>(public_key_.get());
    const auto* theirs = static_cast<const EVP_PKEY*>(other.public_key_.get());
    const bool same = algorithm_ == other.algorithm_ && EVP_PKEY_eq(mine, theirs) == 1;
    ERR_clear_error();
    return same;
}

}  // namespace gateway::auth
