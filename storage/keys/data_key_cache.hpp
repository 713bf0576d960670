#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>

#include "policy/ids.hpp"
#include "storage/keys/recording_secret.hpp"

namespace storage::keys {

/// Unwrapped data keys of the recordings being played, so that a range request makes no vault call.
///
/// A key stays for at most `max_age` (60 s) after it was unwrapped, however often it is used, and is dropped at once by
/// drop() (erasure, restriction, hold, withdrawal, purge). Dropped keys are zeroed.
///
/// Thread safety: any number of threads. Time comes from the caller (a steady clock), so call sweep() every few
/// seconds: a key past its age is never given out, but stays in memory until the next sweep() or put().
class DataKeyCache {
  public:
    using Time = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::seconds kMaxAge{60};

    /// Past `max_keys` the oldest goes.
    explicit DataKeyCache(std::size_t max_keys, std::chrono::steady_clock::duration max_age = kMaxAge);

    /// Taken before the key is unwrapped and given to put(): a drop() in between must win.
    class Ticket {
        friend class DataKeyCache;
        std::uint64_t drops_ = 0;
    };
    Ticket begin() const;

    /// A copy of the key, when it is there and not older than max_age.
    std::optional<AudioKey> get(policy::RecordingId recording, Time now) const;

    /// Keeps a copy, unless any key was dropped since the ticket (then the caller just goes on without the cache).
    /// `unwrapped_at`: when the vault was asked.
    void put(Ticket ticket, policy::RecordingId recording, const AudioKey& key, Time unwrapped_at);

    void drop(policy::RecordingId recording);
    void drop_all();
    /// Drops what is older than max_age at `now`.
    void sweep(Time now);
    std::size_t size() const;

  private:
    struct Entry {
        AudioKey key;
        Time unwrapped_at;
    };

    const std::size_t max_keys_;
    const std::chrono::steady_clock::duration max_age_;
    mutable std::mutex mutex_;
    std::uint64_t drops_ = 0;
    std::map<policy::RecordingId, Entry> keys_;
};

}  // namespace storage::keys
