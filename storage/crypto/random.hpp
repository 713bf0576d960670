#pragma once

#include <cstddef>
#include <span>

namespace storage::crypto {

/// Fills with bytes of OpenSSL's generator, seeded by the system. Throws CryptoFailure when it fails: nothing may go on
/// without randomness. Thread safety: any thread.
void fill_random(std::span<std::byte> out);

/// A random policy::Id<...>: `random_id<policy::RecordingId>()`.
template <class Id>
Id random_id() {
    typename Id::Bytes bytes{};
    fill_random(std::as_writable_bytes(std::span(bytes)));
    return Id(bytes);
}

}  // namespace storage::crypto
