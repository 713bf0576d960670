#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/verify/merkle.hpp"

namespace gateway::verify {

/// An Ed25519 key as c2sp.org/signed-note writes it: "name+<8 hex>+base64(0x01 || public key)".
struct Key {
    std::string name;
    std::string id;          ///< 4 bytes.
    std::string public_key;  ///< 32 bytes.
};

std::optional<Key> parse_key(std::string_view text);

enum class Signing {
    kGood,
    kMalformed,     ///< Not a signed note.
    kUnknownKey,    ///< Well formed, but signed by none of the keys given.
    kBadSignature,  ///< Names a key that was given, and its signature does not verify.
};

struct Note {
    Signing signing = Signing::kMalformed;
    std::string text;     ///< With its last newline; empty when malformed.
    std::string signers;  ///< "name (key 1a2b3c4d), ...", as the note claims; for explanations.
};

/// Takes a note apart and checks its signatures.
Note open_note(std::string_view bytes, std::span<const Key> keys);

struct Checkpoint {
    std::string origin;
    std::uint64_t size = 0;
    Hash root{};
};

/// The text of a checkpoint note. Extension lines are passed over.
std::optional<Checkpoint> parse_checkpoint(std::string_view text);

}  // namespace gateway::verify
