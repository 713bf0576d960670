#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/result.hpp"

namespace storage::audit {

// Signed notes (c2sp.org/signed-note): text ending in a newline, a blank line, then one line a signature:
//     — <key name> base64(key id[4] || signature)
// key id = SHA-256(name || 0x0A || 0x01 || public key)[:4] for Ed25519, over the text with its last newline.

constexpr std::size_t kMaxNoteSize =
    std::size_t{2} * 1024 * 1024;  ///< A ledger record with many ids; a checkpoint is far smaller.
constexpr std::size_t kMaxNoteSignatures = 32;

using KeyHash = std::uint32_t;  ///< The "key id" of signed-note; not a policy::KeyId.

/// An Ed25519 key under its name, as a verifier is given it: "name+<8 hex>+base64(0x01 || public key)".
struct VerifierKey {
    std::string name;
    std::array<std::byte, 32> public_key{};

    KeyHash key_hash() const;
    std::string text() const;
    static policy::Result<VerifierKey> parse(std::string_view text);
    friend bool operator==(const VerifierKey&, const VerifierKey&) = default;
};

struct NoteSignature {
    std::string name;
    KeyHash key_hash = 0;
    std::string signature;
};

struct Note {
    std::string text;  ///< With its last newline.
    std::vector<NoteSignature> signatures;
};

/// Takes a note apart; checks no signature. kCorrupt for anything the specification does not allow.
policy::Result<Note> parse_note(std::string_view bytes);

/// The text of a note that at least one of `keys` has signed. kCorrupt when none has, or when a line of one of the keys
/// does not verify. Lines of other keys are passed over.
policy::Result<std::string> open_note(std::string_view bytes, std::span<const VerifierKey> keys);

/// One signature line with its newline.
std::string signature_line(const VerifierKey& key, std::span<const std::byte> signature);

}  // namespace storage::audit
