#include "storage/keys/recording_secret.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "storage/crypto/hkdf.hpp"
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
using policy::RecordingId;
using policy::Result;

namespace {

constexpr std::size_t kMaxFieldBytes = std::size_t{512} << 10U;
constexpr std::uint8_t kRowVersion = 2;
constexpr std::uint8_t kFirstRowVersion = 1;
constexpr std::string_view kFieldsLabel = "callvault recording fields";
constexpr std::string_view kRowLabel = "callvault recording secret";

Bytes fields_context(const SecretPlace& place) {
    return associated_data(kFieldsLabel, place.recording, place.key, place.purge_date);
}

WrapContext wrap_context(const SecretPlace& place) {
    return {place.recording, place.purge_date};
}

/// Opens the epoch seal and checks that the row cites the key that the catalogue says.
Result<SecretBytes> open_row(const SecretPlace& place, std::span<const std::byte> sealed) {
    auto row = place.epoch->open(sealed, associated_data(kRowLabel, place.recording, place.epoch->id()));
    if (!row) return row.error();
    const auto parts = parse_secret_row(row->reveal(InsecureSecretAccess{}));
    if (!parts) return parts.error();
    if (parts->key != place.key) return fail(Code::kCorrupt, "a recording's secret cites another key than its row");
    return std::move(*row);
}

SecretRow parts_of(const SecretBytes& row) {
    return parse_secret_row(row.reveal(InsecureSecretAccess{})).value();
}

Result<Bytes> seal_row(KeyVault& vault, const SecretPlace& place, std::uint8_t version, const Key256& data_key,
                       std::span<const std::byte> fields) {
    const auto wrapped = wrap_data_key(vault, place.key, data_key, wrap_context(place));
    if (!wrapped) return wrapped.error();
    const auto sealed_fields = vault.seal(place.key, Use::kField, fields, fields_context(place));
    if (!sealed_fields) return sealed_fields.error();
    return place.epoch->seal(write_secret_row({version, place.key, *wrapped, *sealed_fields}),
                             associated_data(kRowLabel, place.recording, place.epoch->id()));
}

}  // namespace

policy::LogId log_id_of(const Key256& data_key) {
    const auto derived = crypto::derive_key(data_key, crypto::bytes_of("callvault log id"));
    policy::LogId::Bytes bytes{};
    std::ranges::copy(derived.reveal(InsecureSecretAccess{}).first<policy::LogId::kSizeInBytes>(),
                      std::as_writable_bytes(std::span(bytes)).begin());
    return policy::LogId(bytes);
}

Result<Bytes> seal_recording_secret(KeyVault& vault, const SecretPlace& place, const Key256& data_key,
                                    std::span<const std::byte> fields) {
    if (fields.size() > kMaxFieldBytes) return fail(Code::kTooLarge, "personal fields of more than 512 KiB");
    // A program from before version 2 may still read in an epoch from before there were secrets.
    return seal_row(vault, place, place.epoch->in_memory() ? kRowVersion : kFirstRowVersion, data_key, fields);
}

Result<SecretBytes> open_recording_fields(KeyVault& vault, const SecretPlace& place,
                                          std::span<const std::byte> sealed) {
    const auto row = open_row(place, sealed);
    if (!row) return row.error();
    return vault.open(place.key, Use::kField, parts_of(*row).sealed_fields, fields_context(place));
}

Result<AudioKey> open_audio_key(KeyVault& vault, const SecretPlace& place, std::span<const std::byte> sealed) {
    const auto row = open_row(place, sealed);
    if (!row) return row.error();
    const auto parts = parts_of(*row);
    auto data_key = unwrap_data_key(vault, place.key, parts.wrapped_data_key, wrap_context(place));
    if (!data_key) return data_key.error();
    std::optional<policy::LogId> log_id;
    if (parts.version != kFirstRowVersion) log_id = log_id_of(*data_key);
    return AudioKey{std::move(*data_key), log_id};
}

Result<Bytes> rewrap_recording_secret(KeyVault& vault, const SecretPlace& from, const SecretPlace& to,
                                      std::span<const std::byte> sealed) {
    if (to.recording != from.recording) return fail(Code::kInvalid, "a secret is rewrapped for its own recording only");
    const auto row = open_row(from, sealed);
    if (!row) return row.error();
    const SecretRow parts = parts_of(*row);
    const auto data_key = unwrap_data_key(vault, from.key, parts.wrapped_data_key, wrap_context(from));
    if (!data_key) return data_key.error();
    const auto fields = vault.open(from.key, Use::kField, parts.sealed_fields, fields_context(from));
    if (!fields) return fields.error();
    return seal_row(vault, to, parts.version, *data_key, fields->reveal(InsecureSecretAccess{}));
}

Result<Bytes> reseal_recording_secret(RecordingId recording, const EpochSeal& from, const EpochSeal& to,
                                      std::span<const std::byte> sealed) {
    const auto row = from.open(sealed, associated_data(kRowLabel, recording, from.id()));
    if (!row) return row.error();
    return to.seal(row->reveal(InsecureSecretAccess{}), associated_data(kRowLabel, recording, to.id()));
}

}  // namespace storage::keys
