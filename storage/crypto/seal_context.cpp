#include "storage/crypto/seal_context.hpp"

#include <array>
#include <span>

#include "storage/crypto/length_prefixed.hpp"

namespace storage::crypto {

namespace {

constexpr std::uint8_t kFormatVersion = 1;

}  // namespace

Bytes encode(const SealContext& context) {
    LengthPrefixed fields;
    fields.add(context.recording.bytes()).add(context.rendition).add_number(context.part);
    fields.add_number(std::uint8_t{context.final_part}).add_number(kFormatVersion);
    return std::move(fields).take();
}

}  // namespace storage::crypto
