#include "storage/keys/wrap.hpp"

#include <utility>

#include "storage/crypto/length_prefixed.hpp"
#include "storage/keys/associated_data.hpp"

namespace storage::keys {

policy::Result<crypto::Bytes> wrap_data_key(KeyVault& vault, policy::KeyId key, const crypto::Key256& data_key,
                                            const WrapContext& context) {
    return vault.seal(key, Use::kWrap, data_key.reveal(crypto::InsecureSecretAccess{}),
                      associated_data("callvault data key", context.recording, key, context.purge_date));
}

policy::Result<crypto::Key256> unwrap_data_key(KeyVault& vault, policy::KeyId key, std::span<const std::byte> wrapped,
                                               const WrapContext& context) {
    if (wrapped.size() != kWrappedDataKeyBytes) {
        return policy::fail(policy::Code::kCorrupt, "a wrapped data key of a size that there is not");
    }
    auto opened = vault.open(key, Use::kWrap, wrapped,
                             associated_data("callvault data key", context.recording, key, context.purge_date));
    if (!opened) return opened.error();
    return crypto::Key256::from(std::move(*opened));
}

}  // namespace storage::keys
