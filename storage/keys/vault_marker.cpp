#include "storage/keys/vault_marker.hpp"

#include <string_view>

#include "storage/crypto/encoding.hpp"

namespace storage::keys {

namespace {

constexpr std::string_view kFirstLine = "callvault file vault 1\n";

std::string line(std::string_view name, std::string_view value) {
    return std::string(name) + " " + std::string(value) + "\n";
}

/// Takes "<name> <32 hexadecimal digits>\n" off the front of `text`.
std::optional<std::string> take_line(std::string_view& text, std::string_view name) {
    constexpr std::size_t kDigits = 32;
    if (text.size() < name.size() + kDigits + 2 || !text.starts_with(name) || text[name.size()] != ' ' ||
        text[name.size() + 1 + kDigits] != '\n') {
        return std::nullopt;
    }
    std::string value(text.substr(name.size() + 1, kDigits));
    if (!crypto::from_hex(value)) return std::nullopt;
    text.remove_prefix(name.size() + kDigits + 2);
    return value;
}

}  // namespace

crypto::Bytes write_vault_marker(const VaultMarker& marker) {
    std::string text = std::string(kFirstLine) + line("id", marker.id) + line("root", marker.root);
    if (marker.next) text += line("next", *marker.next);
    const auto bytes = crypto::bytes_of(text);
    return {bytes.begin(), bytes.end()};
}

policy::Result<VaultMarker> read_vault_marker(std::span<const std::byte> bytes) {
    const std::string whole = crypto::text_of(bytes);
    std::string_view text = whole;
    if (text.starts_with(kFirstLine)) {
        text.remove_prefix(kFirstLine.size());
        const auto id = take_line(text, "id");
        const auto root = id ? take_line(text, "root") : std::nullopt;
        if (root) {
            VaultMarker marker{*id, *root, take_line(text, "next")};
            if (text.empty()) return marker;
        }
    }
    return policy::fail(policy::Code::kCorrupt,
                        "the VAULT file of the vault's folder is damaged: restore it from a copy");
}

}  // namespace storage::keys
