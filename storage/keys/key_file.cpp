#include "storage/keys/key_file.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "storage/crypto/aead.hpp"
#include "storage/crypto/encoding.hpp"

namespace storage::keys {

using crypto::Bytes;
using crypto::InsecureSecretAccess;
using crypto::Key256;
using policy::Code;
using policy::fail;
using policy::KeyId;
using policy::Result;

namespace {

constexpr std::string_view kMagic = "CVKEYSET";
constexpr std::byte kVersion{1};
constexpr std::size_t kRootIdBytes = 16;
constexpr std::size_t kFixedBytes = kMagic.size() + 2 + KeyId::kSizeInBytes + kRootIdBytes + 1;
constexpr std::size_t kSealBytes = Key256::kSizeInBytes + crypto::kAeadOverheadBytes;

policy::Error corrupt() {
    return fail(Code::kCorrupt, "a file of the vault is no key file of version 1");
}

}  // namespace

Bytes write_key_file(const KeyInfo& info, const RootSecret& root, const Key256& seed) {
    Bytes file;
    crypto::append(file, crypto::bytes_of(kMagic));
    file.push_back(kVersion);
    file.push_back(static_cast<std::byte>(info.purpose));
    crypto::append(file, std::as_bytes(std::span(info.id.bytes())));
    crypto::append(file, crypto::from_hex(root.id()).value());
    file.push_back(static_cast<std::byte>(info.label.size()));
    crypto::append(file, crypto::bytes_of(info.label));
    crypto::append(file, crypto::aead_seal(root.sealing_key(), seed.reveal(InsecureSecretAccess{}), file));
    return file;
}

Result<KeyFileHeader> read_key_file_header(std::span<const std::byte> file) {
    if (file.size() < kFixedBytes + kSealBytes) return corrupt();
    const auto label = std::to_integer<std::size_t>(file[kFixedBytes - 1]);
    if (file.size() != kFixedBytes + label + kSealBytes || label > kMaxLabelBytes) return corrupt();
    if (crypto::text_of(file.first(kMagic.size())) != kMagic || file[kMagic.size()] != kVersion) return corrupt();
    const auto purpose = static_cast<KeyPurpose>(file[kMagic.size() + 1]);
    if (std::ranges::find(kKeyPurposes, purpose) == kKeyPurposes.end()) return corrupt();
    KeyId::Bytes id{};
    std::ranges::copy(file.subspan(kMagic.size() + 2, id.size()), std::as_writable_bytes(std::span(id)).begin());
    const auto root_id = file.subspan(kMagic.size() + 2 + id.size(), kRootIdBytes);
    return KeyFileHeader{{KeyId(id), purpose, crypto::text_of(file.subspan(kFixedBytes, label)), true},
                         crypto::to_hex(root_id),
                         kFixedBytes + label};
}

Result<Key256> open_key_file(std::span<const std::byte> file, const KeyFileHeader& header, const RootSecret& root) {
    auto seed = crypto::aead_open(root.sealing_key(), file.subspan(header.size), file.first(header.size));
    if (!seed) return fail(Code::kCorrupt, "the file of key " + header.info.id.text() + " fails its seal");
    return Key256::from(std::move(*seed));
}

}  // namespace storage::keys
