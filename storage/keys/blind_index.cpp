#include "storage/keys/blind_index.hpp"

#include "storage/crypto/length_prefixed.hpp"

namespace storage::keys {

policy::Result<crypto::Digest256> blind_token(KeyVault& vault, policy::KeyId key, std::string_view field,
                                              std::string_view value) {
    if (field.size() > 0xFFFF || value.size() > 0xFFFF) {
        return policy::fail(policy::Code::kTooLarge, "a value of more than 65535 bytes is not indexed");
    }
    crypto::LengthPrefixed message;
    message.add("callvault blind index").add(field).add(value);
    return vault.mac(key, Use::kIndex, message.bytes());
}

}  // namespace storage::keys
