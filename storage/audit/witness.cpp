#include "storage/audit/witness.hpp"

#include <charconv>

#include "storage/crypto/encoding.hpp"

namespace storage::audit {

std::string add_checkpoint_body(std::uint64_t old_size, std::span<const Hash> proof, std::string_view note) {
    std::string out = "old " + std::to_string(old_size) + '\n';
    for (const Hash& hash : proof) out += crypto::to_base64(hash) + '\n';
    out += '\n';
    return out.append(note);
}

std::optional<std::uint64_t> parse_known_size(std::string_view body) {
    const auto line = crypto::take_line(body);
    if (!line || !body.empty()) return std::nullopt;
    std::uint64_t size = 0;
    const auto [end, error] = std::from_chars(line->data(), line->data() + line->size(), size);
    if (error != std::errc{} || end != line->data() + line->size() || std::to_string(size) != *line)
        return std::nullopt;
    return size;
}

}  // namespace storage::audit
