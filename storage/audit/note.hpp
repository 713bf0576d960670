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
// key id = SHA-256(name || 0x0A || kind || public key)[:4]. A signer (kind 0x01) signs the text with its last newline.
// A witness (0x04, c2sp.org/tlog-cosignature) signs "cosignature/v1\ntime <seconds since 1970>\n" and the text; its
// signature has those seconds before it, in eight bytes.

constexpr std::size_t kMaxNoteSize =
    std::size_t{2} * 1024 * 1024;  ///< A ledger record with many ids; a checkpoint is far smaller.
constexpr std::size_t kMaxNoteSignatures = 32;

using KeyHash = std::uint32_t;  ///< The "key id" of signed-note; not a policy::KeyId.

enum class KeyKind : std::uint8_t { kSigner = 1, kWitness = 4 };

/// An Ed25519 key under its name, as a verifier is given it: "name+<8 hex>+base64(kind || public key)".
struct VerifierKey {
    std::string name;
    std::array<std::byte, 32> public_key{};
    KeyKind kind = KeyKind::kSigner;

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

/// Whether `signature` (of a line under the key's name and id) is the key's over the text of a note.
bool verifies(const VerifierKey& key, std::string_view text, std::string_view signature);

/// The text of a note that at least one of `keys` has signed. kCorrupt when none has, or when a line of one of the keys
/// does not verify. Lines of other keys are passed over.
policy::Result<std::string> open_note(std::string_view bytes, std::span<const VerifierKey> keys);

/// The lines of `lines` (signature lines alone: a witness's answer) that one of `keys` made over `text`, each key once,
/// in the order of `keys`, as signature_line() writes them. Lines of other keys are passed over. kCorrupt: no lines, or
/// one of a known key that does not verify.
policy::Result<std::vector<std::string>> good_lines(std::string_view lines, std::string_view text,
                                                    std::span<const VerifierKey> keys);

/// One signature line with its newline.
std::string signature_line(const VerifierKey& key, std::span<const std::byte> signature);

}  // namespace storage::audit
