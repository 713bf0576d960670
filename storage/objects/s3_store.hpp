#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "policy/result.hpp"
#include "storage/async/blocking_pool.hpp"
#include "storage/objects/memory_budget.hpp"
#include "storage/objects/object_store.hpp"
#include "storage/objects/s3_client.hpp"

namespace storage::objects {

/// Objects in one bucket of an S3 store; an object's name is its key. README.md tells what a site's store must be able
/// to do, and what each step leaves behind.
///
/// An upload and the calls of its coroutine stay on one loop (its connection lives there); everything else may be
/// called from anywhere.
class S3Store final : public ObjectStore {
  public:
    /// Blocking: reads the credentials; asks the store nothing. kInvalid, kNotFound: credentials or authorities cannot
    /// be used. `pool` and `budget` must outlive the store; the budget has at least kS3PartInBytes.
    static policy::Result<std::unique_ptr<S3Store>> make(S3Options options, async::BlockingPool& pool,
                                                         MemoryBudget& budget);

    boost::asio::awaitable<policy::Result<std::unique_ptr<Upload>>> begin(ObjectName name,
                                                                          std::optional<std::uint64_t> length,
                                                                          Deadline deadline) override;
    boost::asio::awaitable<policy::Result<std::unique_ptr<Upload>>> begin_with(MemoryGrant memory, ObjectName name,
                                                                               std::optional<std::uint64_t> length,
                                                                               Deadline deadline) override;
    std::size_t memory_for(std::optional<std::uint64_t> length) const override;
    boost::asio::awaitable<policy::Result<std::shared_ptr<Object>>> open(ObjectName name, Deadline deadline) override;
    boost::asio::awaitable<policy::Result<Listing>> list(std::string prefix, std::string after, std::size_t limit,
                                                         Deadline deadline) override;
    boost::asio::awaitable<policy::Result<void>> remove(ObjectName name, Deadline deadline) override;
    boost::asio::awaitable<policy::Result<void>> remove_many(std::vector<ObjectName> names, Deadline deadline) override;
    boost::asio::awaitable<policy::Result<std::optional<std::uint64_t>>> look(Deadline deadline) override;
    /// Aborts the parts of long recordings' uploads, and removes probes.
    boost::asio::awaitable<policy::Result<std::size_t>> sweep(std::chrono::seconds lease, Deadline deadline) override;

    StoreProof proof() const override { return client_->proof(); }

    S3Client& client() noexcept { return *client_; }

  private:
    S3Store(std::unique_ptr<S3Client> client, MemoryBudget& budget) : client_(std::move(client)), budget_(budget) {}

    std::unique_ptr<S3Client> client_;
    MemoryBudget& budget_;
};

}  // namespace storage::objects
