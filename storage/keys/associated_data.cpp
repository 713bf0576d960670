#include "storage/keys/associated_data.hpp"

#include <cstdint>
#include <utility>

#include "storage/crypto/length_prefixed.hpp"

namespace storage::keys {

namespace {

constexpr std::uint8_t kFormatVersion = 1;

crypto::LengthPrefixed start(std::string_view what, policy::RecordingId recording, policy::KeyId key) {
    crypto::LengthPrefixed fields;
    fields.add(what).add_number(kFormatVersion).add(recording.bytes()).add(key.bytes());
    return fields;
}

}  // namespace

crypto::Bytes associated_data(std::string_view what, policy::RecordingId recording, policy::KeyId key,
                              policy::Date purge_date) {
    crypto::LengthPrefixed fields = start(what, recording, key);
    fields.add(policy::text(purge_date));
    return std::move(fields).take();
}

crypto::Bytes associated_data(std::string_view what, policy::RecordingId recording, policy::KeyId key) {
    return start(what, recording, key).take();
}

}  // namespace storage::keys
