#include "storage/crypto/secret_memory.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <mutex>
#include <new>
#include <set>

#include "storage/crypto/secret.hpp"

namespace storage::crypto {

namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kBlock = 16 * kPage;
constexpr std::array<std::size_t, 4> kSlotSizes{64, 256, 1024, 4096};

/// Slots of four sizes, cut from blocks of pages that are never unmapped; what is larger gets pages of its own.
/// Free slots are zero but for the pointer to the next one.
class Pool {
  public:
    std::byte* take(std::size_t size) {
        const std::scoped_lock lock(mutex_);
        const std::size_t slots = slot_class(size);
        if (slots == kSlotSizes.size()) return map(pages(size));
        if (free_[slots] == nullptr) grow(slots);
        FreeSlot* const slot = free_[slots];
        free_[slots] = slot->next;
        slot->next = nullptr;
        return reinterpret_cast<std::byte*>(slot);
    }

    void give_back(std::byte* data, std::size_t size) noexcept {
        zero({data, size});
        const std::scoped_lock lock(mutex_);
        const std::size_t slots = slot_class(size);
        if (slots == kSlotSizes.size()) {
            unmap(data, pages(size));
        } else {
            free_[slots] = ::new (data) FreeSlot{free_[slots]};
        }
    }

    SecretMemoryStatus status() {
        const std::scoped_lock lock(mutex_);
        if (free_[0] == nullptr) grow(0);
        return status_;
    }

  private:
    struct FreeSlot {
        FreeSlot* next;
    };

    static std::size_t slot_class(std::size_t size) {
        const auto* const found = std::lower_bound(kSlotSizes.begin(), kSlotSizes.end(), size);
        return static_cast<std::size_t>(found - kSlotSizes.begin());
    }

    static std::size_t pages(std::size_t size) { return (size + kPage - 1) / kPage * kPage; }

    void grow(std::size_t slots) {
        std::byte* const block = map(kBlock);
        for (std::size_t at = 0; at < kBlock; at += kSlotSizes[slots]) {
            free_[slots] = ::new (block + at) FreeSlot{free_[slots]};
        }
    }

    std::byte* map(std::size_t size) {
        void* const mapped = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (mapped == MAP_FAILED) throw std::bad_alloc();
        if (::madvise(mapped, size, MADV_DONTDUMP) != 0) status_.dumpable = true;
        auto* const data = static_cast<std::byte*>(mapped);
        if (::mlock(data, size) == 0) {
            status_.locked_bytes += size;
        } else {
            status_.unlocked_bytes += size;
            unlocked_.insert(data);
        }
        return data;
    }

    void unmap(std::byte* data, std::size_t size) noexcept {
        (unlocked_.erase(data) == 0 ? status_.locked_bytes : status_.unlocked_bytes) -= size;
        ::munmap(data, size);
    }

    std::mutex mutex_;
    std::array<FreeSlot*, kSlotSizes.size()> free_{};
    std::set<std::byte*> unlocked_;
    SecretMemoryStatus status_;
};

/// Never destroyed: secrets in static objects may outlive any order of destruction.
Pool& pool() {
    static Pool& only = *new Pool;
    return only;
}

}  // namespace

std::string SecretMemoryStatus::sentence() const {
    if (good()) return "Secrets lie in memory that is locked and left out of core dumps.";
    std::string text;
    if (unlocked_bytes > 0) {
        text = std::to_string(unlocked_bytes / 1024) +
               " KiB of memory for secrets could not be locked and may reach the swap: raise LimitMEMLOCK (ulimit -l), "
               "or use encrypted swap or none.";
    }
    if (dumpable) {
        if (!text.empty()) text += ' ';
        text += "The kernel cannot leave secrets out of core dumps: switch core dumps off.";
    }
    return text;
}

SecretMemoryStatus secret_memory_status() {
    return pool().status();
}

std::byte* take_secret_memory(std::size_t size) {
    return pool().take(size);
}

void give_back_secret_memory(std::byte* data, std::size_t size) noexcept {
    pool().give_back(data, size);
}

}  // namespace storage::crypto
