#include "storage/keys/recording_secret_row.hpp"

#include <algorithm>

#include "storage/crypto/aead.hpp"
#include "storage/keys/wrap.hpp"

namespace storage::keys {

namespace {

constexpr std::size_t kKeyAt = 1;
constexpr std::size_t kWrapAt = kKeyAt + policy::KeyId::kSizeInBytes;
constexpr std::size_t kFieldsAt = kWrapAt + kWrappedDataKeyBytes;

}  // namespace

crypto::Bytes write_secret_row(const SecretRow& row) {
    crypto::Bytes bytes;
    bytes.reserve(kFieldsAt + row.sealed_fields.size());
    bytes.push_back(std::byte{row.version});
    crypto::append(bytes, std::as_bytes(std::span(row.key.bytes())));
    crypto::append(bytes, row.wrapped_data_key);
    crypto::append(bytes, row.sealed_fields);
    return bytes;
}

policy::Result<SecretRow> parse_secret_row(std::span<const std::byte> bytes) {
    const auto version = bytes.empty() ? std::uint8_t{0} : std::to_integer<std::uint8_t>(bytes[0]);
    if (bytes.size() < kFieldsAt + crypto::kAeadOverheadBytes || (version != 1 && version != 2)) {
        return policy::fail(policy::Code::kCorrupt, "a recording's secret is of a version that there is not");
    }
    policy::KeyId::Bytes key{};
    std::ranges::copy(bytes.subspan(kKeyAt, key.size()), std::as_writable_bytes(std::span(key)).begin());
    return SecretRow{version, policy::KeyId(key), bytes.subspan(kWrapAt, kWrappedDataKeyBytes),
                     bytes.subspan(kFieldsAt)};
}

}  // namespace storage::keys
