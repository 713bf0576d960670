#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/verify/merkle.hpp"

namespace gateway::verify {

/// An Ed25519 key as c2sp.org/signed-note writes it: "name+<8 hex>+base64(kind || public key)". The kind is 0x01 for
/// who signs notes of their own, and 0x04 for a witness (c2sp.org/tlog-cosignature).
struct Key {
    std::string name;
    std::string id;          ///< 4 bytes.
    std::string public_key;  ///< 32 bytes.
    bool witness = false;
};

std::optional<Key> parse_key(std::string_view text);
/// The key with that name, its id computed.
Key make_key(std::string name, std::string public_key, bool witness);
std::string text_of(const Key& key);

/// What a witness signs: that at `seconds` since 1970 it saw nothing of the log but what this checkpoint goes on from.
std::string cosigned_text(std::uint64_t seconds, std::string_view checkpoint);
/// `signature` of a key over a text; of a witness with the eight bytes of its time before it.
bool verifies(const Key& key, std::string_view text, std::string_view signature);
/// A signature line with its newline.
std::string signature_line(const Key& key, std::string_view signature);

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
    /// Names of those among the keys whose cosignatures hold, and when they signed, in seconds since 1970.
    std::map<std::string, std::uint64_t> witnesses;
};

/// Takes a note apart and checks its signatures. What a witness signed makes no note good.
Note open_note(std::string_view bytes, std::span<const Key> keys);

struct Checkpoint {
    std::string origin;
    std::uint64_t size = 0;
    Hash root{};
};

/// The text of a checkpoint note. Extension lines are passed over.
std::optional<Checkpoint> parse_checkpoint(std::string_view text);

}  // namespace gateway::verify
