#include "storage/crypto/object_keys.hpp"

#include <algorithm>
#include <string_view>

#include "storage/crypto/bytes.hpp"
#include "storage/crypto/hkdf.hpp"

namespace storage::crypto {

AeadNonce ObjectNonces::of_chunk(std::uint64_t index) const noexcept {
    AeadNonce nonce = base_;
    for (std::size_t i = 0; i < sizeof(index); ++i) {
        nonce[kAeadNonceBytes - 1 - i] ^= static_cast<std::byte>(index >> (8U * i));
    }
    return nonce;
}

ObjectKeys derive_object_keys(const Key256& data_key, std::span<const std::byte, kSealSaltBytes> salt,
                              std::span<const std::byte> context) {
    using namespace std::string_view_literals;
    constexpr std::size_t kLength = Key256::kSizeInBytes + kAeadNonceBytes + kSealCommitmentBytes;
    Bytes info;
    append(info, bytes_of("c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0"sv));
    append(info, salt);
    append(info, context);
    const SecretBytes stream = hkdf_expand_sha512(data_key.reveal(InsecureSecretAccess{}), info, kLength).value();
    const auto bytes = stream.reveal(InsecureSecretAccess{});
    ObjectKeys keys{Key256::copy_of(bytes.first(Key256::kSizeInBytes)).value(), {}, {}};
    std::ranges::copy(bytes.subspan(Key256::kSizeInBytes, kAeadNonceBytes), keys.base_nonce.begin());
    std::ranges::copy(bytes.last(kSealCommitmentBytes), keys.commitment.begin());
    return keys;
}

}  // namespace storage::crypto
