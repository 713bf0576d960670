#pragma once

#include <cstdint>
#include <string>

#include "policy/ids.hpp"
#include "storage/crypto/bytes.hpp"

namespace storage::crypto {

/// What a sealed object is, bound into its keys: an object opens only as what it was sealed as.
struct SealContext {
    policy::RecordingId recording;
    std::string rendition;   ///< "original", "playback", "peaks"...: at most 65535 bytes.
    std::uint32_t part = 0;  ///< From 0; an upload that was resumed has more than one.
    bool final_part = true;  ///< Whether no part follows.
};

/// The context string of the sealed-object format (FORMAT.md): each field with its length before it, the format's
/// version included. Throws std::length_error when the rendition is too long.
Bytes encode(const SealContext& context);

}  // namespace storage::crypto
