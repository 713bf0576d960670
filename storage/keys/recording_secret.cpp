#include "storage/keys/recording_secret.hpp"

#include <algorithm>
#include <cstddef>

#include "storage/keys/associated_data.hpp"
#include "storage/keys/recording_secret_row.hpp"
#include "storage/keys/wrap.hpp"

namespace storage::keys {

using crypto::Bytes;
using crypto::InsecureSecretAccess;
using crypto::Key256;
using crypto::SecretBytes;
using policy::Code;
using policy::fail;
using policy::KeyId;
using policy::RecordingId;
using policy::Result;

namespace {

constexpr std::size_t kMaxFieldBytes = std::size_t{512} << 10U;
constexpr std::string_view kFieldsLabel = "callvault recording fields";
constexpr std::string_view kRowLabel = "callvault recording secret";

Bytes fields_context(const SecretPlace& place) {
    return associated_data(kFieldsLabel, place.recording, place.key, place.purge_date);
}

WrapContext wrap_context(const SecretPlace& place) {
    return {place.recording, place.purge_date};
}

/// Opens the epoch seal and checks that the row cites the key that the catalogue says.
Result<SecretBytes> open_row(KeyVault& vault, const SecretPlace& place, std::span<const std::byte> sealed) {
    auto row = vault.open(place.epoch, Use::kField, sealed, associated_data(kRowLabel, place.recording, place.epoch));
    if (!row) return row.error();
    const auto parts = parse_secret_row(row->reveal(InsecureSecretAccess{}));
    if (!parts) return parts.error();
    if (parts->key != place.key) return fail(Code::kCorrupt, "a recording's secret cites another key than its row");
    return std::move(*row);
}

SecretRow parts_of(const SecretBytes& row) {
    return parse_secret_row(row.reveal(InsecureSecretAccess{})).value();
}

}  // namespace

Result<Bytes> seal_recording_secret(KeyVault& vault, const SecretPlace& place, const Key256& data_key,
                                    std::span<const std::byte> fields) {
    if (fields.size() > kMaxFieldBytes) return fail(Code::kTooLarge, "personal fields of more than 512 KiB");
    const auto wrapped = wrap_data_key(vault, place.key, data_key, wrap_context(place));
    if (!wrapped) return wrapped.error();
    const auto sealed_fields = vault.seal(place.key, Use::kField, fields, fields_context(place));
    if (!sealed_fields) return sealed_fields.error();
    return vault.seal(place.epoch, Use::kField, write_secret_row({place.key, *wrapped, *sealed_fields}),
                      associated_data(kRowLabel, place.recording, place.epoch));
}

Result<SecretBytes> open_recording_fields(KeyVault& vault, const SecretPlace& place,
                                          std::span<const std::byte> sealed) {
    const auto row = open_row(vault, place, sealed);
    if (!row) return row.error();
    return vault.open(place.key, Use::kField, parts_of(*row).sealed_fields, fields_context(place));
}

Result<Key256> open_data_key(KeyVault& vault, const SecretPlace& place, std::span<const std::byte> sealed) {
    const auto row = open_row(vault, place, sealed);
    if (!row) return row.error();
    return unwrap_data_key(vault, place.key, parts_of(*row).wrapped_data_key, wrap_context(place));
}

Result<Bytes> rewrap_recording_secret(KeyVault& vault, const SecretPlace& from, const SecretPlace& to,
                                      std::span<const std::byte> sealed) {
    if (to.recording != from.recording) return fail(Code::kInvalid, "a secret is rewrapped for its own recording only");
    const auto row = open_row(vault, from, sealed);
    if (!row) return row.error();
    const SecretRow parts = parts_of(*row);
    const auto data_key = unwrap_data_key(vault, from.key, parts.wrapped_data_key, wrap_context(from));
    if (!data_key) return data_key.error();
    const auto fields = vault.open(from.key, Use::kField, parts.sealed_fields, fields_context(from));
    if (!fields) return fields.error();
    return seal_recording_secret(vault, to, *data_key, fields->reveal(InsecureSecretAccess{}));
}

Result<Bytes> reseal_recording_secret(KeyVault& vault, RecordingId recording, KeyId from_epoch, KeyId to_epoch,
                                      std::span<const std::byte> sealed) {
    const auto row = vault.open(from_epoch, Use::kField, sealed, associated_data(kRowLabel, recording, from_epoch));
    if (!row) return row.error();
    return vault.seal(to_epoch, Use::kField, row->reveal(InsecureSecretAccess{}),
                      associated_data(kRowLabel, recording, to_epoch));
}

}  // namespace storage::keys
