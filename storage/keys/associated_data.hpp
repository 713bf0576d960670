#pragma once

#include <string_view>

#include "policy/ids.hpp"
#include "policy/time.hpp"
#include "storage/crypto/bytes.hpp"

namespace storage::keys {

/// What seals of a recording are bound to: what it is, format version (1), recording id, key id, purge date as
/// "YYYY-MM-DD", each with its length before it.
crypto::Bytes associated_data(std::string_view what, policy::RecordingId recording, policy::KeyId key,
                              policy::Date purge_date);
/// The same without a purge date, for the seal of an epoch.
crypto::Bytes associated_data(std::string_view what, policy::RecordingId recording, policy::KeyId key);

}  // namespace storage::keys
