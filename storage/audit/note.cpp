#include "storage/audit/note.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include "storage/crypto/bytes.hpp"
#include "storage/crypto/ed25519.hpp"
#include "storage/crypto/encoding.hpp"
#include "storage/crypto/sha256.hpp"

namespace storage::audit {

using policy::Code;
using policy::Error;
using policy::fail;
using policy::Result;

namespace {

constexpr std::string_view kDash = "\xE2\x80\x94 ";  // U+2014 and a space.
constexpr std::size_t kKeyHashSize = 4;
constexpr std::size_t kTimeSize = 8;

Error bad(const char* what) {
    return fail(Code::kCorrupt, what);
}

KeyHash read_key_hash(std::span<const std::byte> bytes) {
    KeyHash hash = 0;
    for (std::size_t i = 0; i < kKeyHashSize; ++i) hash = (hash << 8U) | std::to_integer<KeyHash>(bytes[i]);
    return hash;
}

std::array<std::byte, kKeyHashSize> bytes_of_hash(KeyHash hash) {
    return {std::byte(hash >> 24U), std::byte(hash >> 16U & 0xFFU), std::byte(hash >> 8U & 0xFFU),
            std::byte(hash & 0xFFU)};
}

// Names are printable ASCII without spaces and '+': narrower than the specification, which allows Unicode.
bool is_key_name(std::string_view name) {
    return !name.empty() && name.size() <= 255 &&
           std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 0x7F && c != '+'; });
}

Result<NoteSignature> parse_signature_line(std::string_view line) {
    if (!line.starts_with(kDash)) return bad("a signature line does not start with a dash");
    line.remove_prefix(kDash.size());
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos) return bad("a signature line has no signature");
    const std::string_view name = line.substr(0, space);
    // A cosigner's name may be Unicode; it only must not be empty.
    if (name.empty() || name.find('+') != std::string_view::npos) return bad("a signature line has no key name");
    const std::optional<crypto::Bytes> bytes = crypto::from_base64(line.substr(space + 1));
    if (!bytes || bytes->size() <= kKeyHashSize) return bad("a signature is not base64 of a key id and a signature");
    const std::span<const std::byte> all(*bytes);
    return NoteSignature{std::string(name), read_key_hash(all), crypto::text_of(all.subspan(kKeyHashSize))};
}

bool has_control_character(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; });
}

const VerifierKey* known_key(const NoteSignature& signature, std::span<const VerifierKey> keys) {
    for (const VerifierKey& key : keys) {
        if (key.name == signature.name && key.key_hash() == signature.key_hash) return &key;
    }
    return nullptr;
}

}  // namespace

KeyHash VerifierKey::key_hash() const {
    crypto::Sha256 sha;
    sha.update(crypto::bytes_of(name));
    const std::array<std::byte, 2> separator{std::byte{'\n'}, std::byte(kind)};
    sha.update(separator);
    sha.update(public_key);
    return read_key_hash(sha.finish());
}

std::string VerifierKey::text() const {
    crypto::Bytes typed{std::byte(kind)};
    crypto::append(typed, public_key);
    return name + '+' + crypto::to_hex(bytes_of_hash(key_hash())) + '+' + crypto::to_base64(typed);
}

Result<VerifierKey> VerifierKey::parse(std::string_view text) {
    const std::size_t first = text.find('+');
    const std::size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
    if (second == std::string_view::npos) return bad("a verifier key has three parts with '+' between them");
    VerifierKey key;
    key.name = text.substr(0, first);
    if (!is_key_name(key.name)) return bad("a verifier key needs a name of printable characters");
    const std::optional<crypto::Bytes> hash = crypto::from_hex(text.substr(first + 1, second - first - 1));
    const std::optional<crypto::Bytes> typed = crypto::from_base64(text.substr(second + 1));
    const bool witness = typed && !typed->empty() && typed->front() == std::byte(KeyKind::kWitness);
    if (witness) key.kind = KeyKind::kWitness;
    if (!hash || hash->size() != kKeyHashSize || !typed || typed->size() != 1 + key.public_key.size() ||
        typed->front() != std::byte(key.kind)) {
        return bad("a verifier key is not an Ed25519 key");
    }
    std::copy(typed->begin() + 1, typed->end(), key.public_key.begin());
    if (read_key_hash(*hash) != key.key_hash()) return bad("a verifier key's id does not fit its name and key");
    return key;
}

namespace {

Result<std::vector<NoteSignature>> parse_signature_lines(std::string_view lines) {
    std::vector<NoteSignature> out;
    if (lines.empty() || !lines.ends_with('\n')) return bad("a note has no signatures");
    while (!lines.empty()) {
        if (out.size() == kMaxNoteSignatures) return bad("a note has too many signatures");
        const std::size_t end = lines.find('\n');
        Result<NoteSignature> signature = parse_signature_line(lines.substr(0, end));
        if (!signature) return signature.error();
        out.push_back(std::move(*signature));
        lines.remove_prefix(end + 1);
    }
    return out;
}

}  // namespace

Result<Note> parse_note(std::string_view bytes) {
    if (bytes.size() > kMaxNoteSize) return bad("a note is too large");
    if (has_control_character(bytes)) return bad("a note holds control characters");
    const std::size_t blank = bytes.rfind("\n\n");
    if (blank == std::string_view::npos || !bytes.ends_with('\n')) return bad("a note has no signatures");
    Note note;
    note.text = bytes.substr(0, blank + 1);
    Result<std::vector<NoteSignature>> signatures = parse_signature_lines(bytes.substr(blank + 2));
    if (!signatures) return signatures.error();
    note.signatures = std::move(*signatures);
    return note;
}

bool verifies(const VerifierKey& key, std::string_view text, std::string_view signature) {
    if (key.kind == KeyKind::kSigner) {
        return crypto::verify(key.public_key, crypto::bytes_of(text), crypto::bytes_of(signature));
    }
    if (signature.size() <= kTimeSize) return false;
    std::uint64_t seconds = 0;
    for (const char c : signature.substr(0, kTimeSize)) seconds = seconds << 8U | static_cast<unsigned char>(c);
    if (seconds > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return false;
    const std::string message = "cosignature/v1\ntime " + std::to_string(seconds) + '\n' + std::string(text);
    return crypto::verify(key.public_key, crypto::bytes_of(message), crypto::bytes_of(signature.substr(kTimeSize)));
}

Result<std::vector<std::string>> good_lines(std::string_view lines, std::string_view text,
                                            std::span<const VerifierKey> keys) {
    const Result<std::vector<NoteSignature>> signatures = parse_signature_lines(lines);
    if (!signatures) return signatures.error();
    std::vector<std::string> out;
    for (const VerifierKey& key : keys) {
        for (const NoteSignature& signature : *signatures) {
            if (known_key(signature, std::span(&key, 1)) == nullptr) continue;
            if (!verifies(key, text, signature.signature)) return bad("a signature by a known key does not verify");
            out.push_back(signature_line(key, crypto::bytes_of(signature.signature)));
            break;
        }
    }
    return out;
}

Result<std::string> open_note(std::string_view bytes, std::span<const VerifierKey> keys) {
    Result<Note> note = parse_note(bytes);
    if (!note) return note.error();
    bool signed_by_known_key = false;
    for (const NoteSignature& signature : note->signatures) {
        const VerifierKey* key = known_key(signature, keys);
        if (key == nullptr) continue;
        if (!verifies(*key, note->text, signature.signature)) return bad("a signature by a known key does not verify");
        signed_by_known_key = true;
    }
    if (!signed_by_known_key) return bad("a note is signed by none of the known keys");
    return std::move(note->text);
}

std::string signature_line(const VerifierKey& key, std::span<const std::byte> signature) {
    crypto::Bytes bytes;
    crypto::append(bytes, bytes_of_hash(key.key_hash()));
    crypto::append(bytes, signature);
    return std::string(kDash) + key.name + ' ' + crypto::to_base64(bytes) + '\n';
}

}  // namespace storage::audit
