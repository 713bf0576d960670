#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "storage/objects/object_store.hpp"

namespace tests {

/// What goes wrong, and where. Read at each call, so a test may change it while uploads and plays run.
struct StoreFaults {
    std::string only_prefix;  ///< Names that start with it are hit; all by default.
    std::optional<policy::Code> begin_fails;
    /// The disk is full at this byte of an upload: kUnavailable.
    std::uint64_t disk_full_at_byte = std::numeric_limits<std::uint64_t>::max();
    /// The fsync of a commit fails: kUnavailable, nothing is there.
    bool fsync_fails = false;
    /// The commit is done, and its answer lost: kInDoubt.
    bool commit_in_doubt = false;
    bool missing = false;  ///< open(): kNotFound.
    std::optional<policy::Code> open_fails;
    /// The byte at this offset of an object reads flipped.
    std::optional<std::uint64_t> corrupt_byte_at;
    /// Reads at or past this offset: kCorrupt, as of a file that was cut short.
    std::optional<std::uint64_t> cut_short_at;
    std::optional<policy::Code> read_fails;
    std::optional<policy::Code> remove_fails;
    std::optional<policy::Code> list_fails;
    std::chrono::milliseconds delay{0};  ///< Before each begin, write, commit, open, read, remove and list.
};

/// An object store with faults on demand, around a real one, which must outlive it.
///
/// Thread safety: as any ObjectStore; set() from any thread.
class FaultyStore : public storage::objects::ObjectStore {
  public:
    using Deadline = storage::objects::Deadline;
    using ObjectName = storage::objects::ObjectName;

    explicit FaultyStore(storage::objects::ObjectStore& inner);
    ~FaultyStore() override;

    void set(StoreFaults faults);
    void heal() { set({}); }

    boost::asio::awaitable<policy::Result<std::unique_ptr<storage::objects::Upload>>> begin(
        ObjectName name, std::optional<std::uint64_t> length, Deadline deadline) override;
    boost::asio::awaitable<policy::Result<std::unique_ptr<storage::objects::Upload>>> begin_with(
        storage::objects::MemoryGrant memory, ObjectName name, std::optional<std::uint64_t> length,
        Deadline deadline) override;
    std::size_t memory_for(std::optional<std::uint64_t> length) const override { return inner_.memory_for(length); }
    boost::asio::awaitable<policy::Result<std::shared_ptr<storage::objects::Object>>> open(ObjectName name,
                                                                                           Deadline deadline) override;
    boost::asio::awaitable<policy::Result<storage::objects::Listing>> list(std::string prefix, std::string after,
                                                                           std::size_t limit,
                                                                           Deadline deadline) override;
    boost::asio::awaitable<policy::Result<void>> remove(ObjectName name, Deadline deadline) override;
    boost::asio::awaitable<policy::Result<void>> remove_many(std::vector<ObjectName> names, Deadline deadline) override;
    boost::asio::awaitable<policy::Result<std::optional<std::uint64_t>>> look(Deadline deadline) override {
        return inner_.look(deadline);
    }
    boost::asio::awaitable<policy::Result<std::size_t>> sweep(std::chrono::seconds lease, Deadline deadline) override {
        return inner_.sweep(lease, deadline);
    }

    struct Shared;

  private:
    storage::objects::ObjectStore& inner_;
    std::shared_ptr<Shared> shared_;
};

}  // namespace tests
