#include "storage/crypto/hkdf.hpp"

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <array>

#include "storage/crypto/openssl_algorithms.hpp"
#include "storage/crypto/openssl_bytes.hpp"
#include "storage/crypto/openssl_error.hpp"
#include "storage/crypto/openssl_handles.hpp"

namespace storage::crypto {

namespace {

constexpr std::size_t kLongestOutput = std::size_t{255} * 64;

/// OpenSSL takes parameters by non-const pointer and only reads them.
OSSL_PARAM octets(const char* name, std::span<const std::byte> bytes) {
    return OSSL_PARAM_construct_octet_string(name, const_cast<unsigned char*>(raw(bytes)), bytes.size());
}

SecretBytes run_hkdf(int mode, std::span<const std::byte> key, std::span<const std::byte> salt,
                     std::span<const std::byte> info, std::size_t size) {
    std::array<char, 9> digest_name{"SHA2-512"};
    const std::array<OSSL_PARAM, 6> params{
        OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest_name.data(), 0),
        octets(OSSL_KDF_PARAM_KEY, key),
        octets(OSSL_KDF_PARAM_INFO, info),
        salt.empty() ? OSSL_PARAM_construct_end() : octets(OSSL_KDF_PARAM_SALT, salt),
        OSSL_PARAM_construct_end()};
    const KdfContext context(must(EVP_KDF_CTX_new(hkdf()), "KDF context"));
    SecretBytes out(size);
    must(EVP_KDF_derive(context.get(), raw(out.writable(InsecureSecretAccess{}).data()), size, params.data()), "HKDF");
    return out;
}

policy::Error bad_size() {
    return policy::fail(policy::Code::kInvalid, "HKDF-SHA512 gives 1 to 16320 bytes");
}

}  // namespace

policy::Result<SecretBytes> hkdf_sha512(const SecretBytes& input_key, std::span<const std::byte> salt,
                                        std::span<const std::byte> info, std::size_t size) {
    if (size == 0 || size > kLongestOutput) return bad_size();
    return run_hkdf(EVP_KDF_HKDF_MODE_EXTRACT_AND_EXPAND, input_key.reveal(InsecureSecretAccess{}), salt, info, size);
}

policy::Result<SecretBytes> hkdf_expand_sha512(std::span<const std::byte> key, std::span<const std::byte> info,
                                               std::size_t size) {
    if (size == 0 || size > kLongestOutput) return bad_size();
    return run_hkdf(EVP_KDF_HKDF_MODE_EXPAND_ONLY, key, {}, info, size);
}

Key256 derive_key(const Key256& key, std::span<const std::byte> label) {
    return Key256::from(run_hkdf(EVP_KDF_HKDF_MODE_EXPAND_ONLY, key.reveal(InsecureSecretAccess{}), {}, label,
                                 Key256::kSizeInBytes))
        .value();
}

}  // namespace storage::crypto
