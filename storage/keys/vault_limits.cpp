#include "storage/keys/vault_limits.hpp"

#include <algorithm>
#include <string>

namespace storage::keys {

using policy::Code;
using policy::fail;

policy::Result<void> check_label(std::string_view label) {
    const bool good =
        label.size() <= kMaxLabelBytes && std::ranges::all_of(label, [](char c) { return c >= ' ' && c <= '~'; });
    if (!good) return fail(Code::kInvalid, "a key's label is at most 200 bytes of printable ASCII");
    return {};
}

policy::Result<void> check_size(std::span<const std::byte> message) {
    if (message.size() > kMaxVaultMessageBytes) return fail(Code::kTooLarge, "the vault takes at most 1 MiB at once");
    return {};
}

policy::Error not_permitted(KeyPurpose purpose, std::string_view act) {
    return fail(Code::kInvalid,
                "a key of purpose " + std::string(name_of(purpose)) + " is not for " + std::string(act));
}

}  // namespace storage::keys
