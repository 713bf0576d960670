#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "storage/objects/file_store.hpp"
#include "storage/objects/moving_store.hpp"
#include "tests/support/temporary_folder.hpp"

namespace tests {

/// A moving store of two file stores in a folder of its own.
class TwoFileStores {
  public:
    storage::objects::MovingStore& store() { return *store_; }

    /// A further store over the same folders, as another process has it; both inner stores may be wrapped.
    using Wrap =
        std::function<std::unique_ptr<storage::objects::ObjectStore>(std::unique_ptr<storage::objects::ObjectStore>)>;
    std::unique_ptr<storage::objects::MovingStore> another(const Wrap& to = as_it_is, const Wrap& from = as_it_is) {
        return std::make_unique<storage::objects::MovingStore>(to(open("to")), from(open("from")));
    }

    static std::unique_ptr<storage::objects::ObjectStore> as_it_is(
        std::unique_ptr<storage::objects::ObjectStore> store) {
        return store;
    }

    /// One of the two: "to" or "from".
    std::unique_ptr<storage::objects::ObjectStore> open(const std::string& name) {
        storage::objects::FileStoreOptions options;
        options.root = folder_.path() / name;
        return storage::objects::FileStore::open(options, pool_, budget_).value();
    }

  private:
    TemporaryFolder folder_;
    storage::async::BlockingPool pool_{"objects", 8, 10000};
    storage::objects::MemoryBudget budget_{std::size_t{64} << 20U, 1000};
    std::unique_ptr<storage::objects::MovingStore> store_ = another();
};

/// A moving store in the middle of a move: what is stored under every second name is in the old store.
class HalfMovedStore final : public storage::objects::ObjectStore {
  public:
    using Deadline = storage::objects::Deadline;
    using ObjectName = storage::objects::ObjectName;
    template <class T>
    using Answer = boost::asio::awaitable<policy::Result<T>>;

    explicit HalfMovedStore(storage::objects::MovingStore& store) : store_(store) {}

    Answer<std::unique_ptr<storage::objects::Upload>> begin(ObjectName name, std::optional<std::uint64_t> length,
                                                            Deadline deadline) override {
        return of(name).begin(name, length, deadline);
    }
    Answer<std::unique_ptr<storage::objects::Upload>> begin_with(storage::objects::MemoryGrant memory, ObjectName name,
                                                                 std::optional<std::uint64_t> length,
                                                                 Deadline deadline) override {
        return of(name).begin_with(std::move(memory), name, length, deadline);
    }
    Answer<std::shared_ptr<storage::objects::Object>> open(ObjectName name, Deadline deadline) override {
        return store_.open(std::move(name), deadline);
    }
    Answer<storage::objects::Listing> list(std::string prefix, std::string after, std::size_t limit,
                                           Deadline deadline) override {
        return store_.list(std::move(prefix), std::move(after), limit, deadline);
    }
    Answer<void> remove(ObjectName name, Deadline deadline) override {
        return store_.remove(std::move(name), deadline);
    }
    Answer<void> remove_many(std::vector<ObjectName> names, Deadline deadline) override {
        return store_.remove_many(std::move(names), deadline);
    }
    Answer<std::optional<std::uint64_t>> look(Deadline deadline) override { return store_.look(deadline); }
    Answer<std::size_t> sweep(std::chrono::seconds lease, Deadline deadline) override {
        return store_.sweep(lease, deadline);
    }

  private:
    storage::objects::ObjectStore& of(const ObjectName& name) {
        if (std::hash<std::string>()(name.text()) % 2 == 0) return store_.from();
        return store_;
    }

    storage::objects::MovingStore& store_;
};

}  // namespace tests
