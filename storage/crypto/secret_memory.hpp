#pragma once

#include <cstddef>
#include <string>

namespace storage::crypto {

/// How the memory that holds secrets stands; `callvault doctor` and the start of the server say it.
struct SecretMemoryStatus {
    std::size_t locked_bytes = 0;    ///< Mapped, and kept from swap by mlock.
    std::size_t unlocked_bytes = 0;  ///< Mapped, but the system refused to lock it (RLIMIT_MEMLOCK).
    bool dumpable = false;           ///< Whether some of it could appear in a core dump (MADV_DONTDUMP refused).

    bool good() const { return unlocked_bytes == 0 && !dumpable; }
    /// One sentence for the operator: what holds, and what to do when it does not.
    std::string sentence() const;
};

/// Maps the first block if that has not happened, so that the answer means something at start.
/// Thread safety: any thread.
SecretMemoryStatus secret_memory_status();

/// For SecretBytes only: `size` > 0 zeroed bytes of secret memory. Takes locked memory while the system gives it, and
/// unlocked memory (still kept out of core dumps, still zeroed) past that: a busy server goes on, and the status says
/// so. Throws std::bad_alloc when there is no memory. Thread safety: any thread.
std::byte* take_secret_memory(std::size_t size);
/// Zeroes and gives back what take_secret_memory(size) gave.
void give_back_secret_memory(std::byte* data, std::size_t size) noexcept;

}  // namespace storage::crypto
