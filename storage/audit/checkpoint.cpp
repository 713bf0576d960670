#include "storage/audit/checkpoint.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "storage/crypto/bytes.hpp"
#include "storage/crypto/encoding.hpp"
#include "storage/keys/key_vault.hpp"

namespace storage::audit {

using policy::Code;
using policy::fail;
using policy::Result;

namespace {

std::optional<std::uint64_t> parse_size(std::string_view text) {
    std::uint64_t size = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    if (std::to_string(size) != text) return std::nullopt;  // Leading zeroes.
    return size;
}

}  // namespace

std::string text_of(const Checkpoint& checkpoint) {
    return checkpoint.origin + '\n' + std::to_string(checkpoint.size) + '\n' + crypto::to_base64(checkpoint.root) +
           '\n';
}

Result<Checkpoint> parse_checkpoint(std::string_view text) {
    const std::optional<std::string_view> origin = crypto::take_line(text);
    const std::optional<std::string_view> size_line = crypto::take_line(text);
    const std::optional<std::string_view> root_line = crypto::take_line(text);
    if (!origin || origin->empty() || !size_line || !root_line || !text.empty()) {
        return fail(Code::kCorrupt, "a checkpoint is not three lines: origin, size, root");
    }
    const std::optional<std::uint64_t> size = parse_size(*size_line);
    const std::optional<crypto::Bytes> root = crypto::from_base64(*root_line);
    if (!size) return fail(Code::kCorrupt, "a checkpoint's size is not a number");
    if (!root || root->size() != std::tuple_size_v<Hash>) {
        return fail(Code::kCorrupt, "a checkpoint's root is not base64 of 32 bytes");
    }
    Checkpoint checkpoint{std::string(*origin), *size, {}};
    std::copy(root->begin(), root->end(), checkpoint.root.begin());
    return checkpoint;
}

Result<Checkpoint> open_checkpoint(std::string_view note, std::string_view origin, std::span<const VerifierKey> keys) {
    const Result<std::string> text = open_note(note, keys);
    if (!text) return text.error();
    Result<Checkpoint> checkpoint = parse_checkpoint(*text);
    if (checkpoint && checkpoint->origin != origin) {
        return fail(Code::kCorrupt, "a checkpoint is of another log (its origin differs)");
    }
    return checkpoint;
}

NoteSigner::NoteSigner(keys::KeyVault& vault, std::string name, std::vector<policy::KeyId> key_ids,
                       std::vector<VerifierKey> verifier_keys)
    : vault_(&vault), name_(std::move(name)), key_ids_(std::move(key_ids)), verifier_keys_(std::move(verifier_keys)) {}

Result<NoteSigner> NoteSigner::create(keys::KeyVault& vault, std::string name, std::vector<policy::KeyId> key_ids) {
    if (key_ids.empty()) return fail(Code::kInvalid, "a log needs at least one signing key");
    std::vector<VerifierKey> verifier_keys;
    for (const policy::KeyId& id : key_ids) {
        const Result<crypto::PublicKey> public_key = vault.public_key(id);
        if (!public_key) return public_key.error();
        VerifierKey key{name, *public_key};
        if (!VerifierKey::parse(key.text())) {
            return fail(Code::kInvalid, "the log's origin must be printable, without spaces and '+'");
        }
        verifier_keys.push_back(std::move(key));
    }
    return NoteSigner(vault, std::move(name), std::move(key_ids), std::move(verifier_keys));
}

Result<std::string> NoteSigner::sign(std::string text) const {
    std::string lines;
    for (std::size_t i = 0; i < key_ids_.size(); ++i) {
        const Result<crypto::Signature> signature = vault_->sign(key_ids_[i], crypto::bytes_of(text));
        if (!signature) return signature.error();
        lines += signature_line(verifier_keys_[i], *signature);
    }
    return std::move(text) + '\n' + lines;
}

}  // namespace storage::audit
