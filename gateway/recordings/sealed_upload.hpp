#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "policy/result.hpp"
#include "storage/async/deadline.hpp"
#include "storage/crypto/sealer.hpp"
#include "storage/objects/memory_budget.hpp"
#include "storage/objects/object_store.hpp"

namespace gateway::recordings {

/// Seals a body into an object while it is received: plaintext goes from the connection's buffer through the cipher
/// into one buffer of sealed bytes, and that goes to the store in batches. Memory is the same for any length.
///
/// Thread safety: one call at a time. Ending: commit(), abort(), or the destructor (no object is left).
class SealedUpload {
  public:
    /// How long it may take.
    struct Deadlines {
        storage::async::Deadline memory;  ///< Until begin() has what it buffers.
        storage::async::Deadline commit;  ///< Until the object is durable.
    };
    /// Waits once, for all memory of the upload, the store's share of the same budget included. `plain`: the body's
    /// length when known. kOverloaded: no memory in time. Other errors: the store's.
    static boost::asio::awaitable<policy::Result<std::unique_ptr<SealedUpload>>> begin(
        storage::objects::ObjectStore& store, storage::objects::MemoryBudget& memory, storage::objects::ObjectName name,
        storage::crypto::Sealer sealer, std::optional<std::uint64_t> plain, Deadlines deadlines);
    /// What begin() waits for, where the store's share is `of_store` (ObjectStore::memory_for()).
    static std::size_t memory_with(std::size_t of_store);

    /// Seals `plain`, in slices of at most 64 KiB, and stores what has become a batch.
    boost::asio::awaitable<policy::Result<void>> write(std::span<const std::byte> plain);
    /// Ends the sealed object and makes it durable.
    boost::asio::awaitable<policy::Result<void>> commit();
    boost::asio::awaitable<void> abort();

    const storage::objects::ObjectName& name() const noexcept { return name_; }
    std::uint64_t sealed_bytes() const noexcept { return sealed_bytes_; }

  private:
    SealedUpload(storage::objects::ObjectName name, storage::crypto::Sealer sealer,
                 std::unique_ptr<storage::objects::Upload> upload, storage::objects::MemoryGrant grant);
    boost::asio::awaitable<policy::Result<void>> flush();

    storage::objects::ObjectName name_;
    storage::crypto::Sealer sealer_;
    std::unique_ptr<storage::objects::Upload> upload_;
    storage::objects::MemoryGrant grant_;
    std::vector<std::byte> buffer_;
    std::size_t filled_ = 0;
    std::uint64_t sealed_bytes_ = 0;
};

}  // namespace gateway::recordings
