#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "storage/objects/object_store.hpp"

namespace tests {

/// An object store that tells what is done to it, so that a test may do something else just then: the hook runs in the
/// calling coroutine and may block. What it throws ends the caller, as a kill would.
class HookedStore final : public storage::objects::ObjectStore {
  public:
    using Deadline = storage::objects::Deadline;
    using ObjectName = storage::objects::ObjectName;
    /// `what`: "commit" and "committed" of an upload, "remove" and "removed" of each name, "list" (its prefix), "read".
    using Hook = std::function<void(std::string_view what, const std::string& name)>;
    template <class T>
    using Answer = boost::asio::awaitable<policy::Result<T>>;

    HookedStore(std::unique_ptr<storage::objects::ObjectStore> inner, Hook hook)
        : inner_(std::move(inner)), hook_(std::move(hook)) {}

    /// Reads fail with kNotFound once the object was removed, as those of an S3 store.
    void forget_what_was_removed() { forgets_ = true; }

    Answer<std::unique_ptr<storage::objects::Upload>> begin(ObjectName name, std::optional<std::uint64_t> length,
                                                            Deadline deadline) override {
        auto upload = co_await inner_->begin(name, length, deadline);
        if (!upload) co_return upload.error();
        co_return std::make_unique<HookedUpload>(std::move(*upload), hook_, name.text());
    }
    Answer<std::unique_ptr<storage::objects::Upload>> begin_with(storage::objects::MemoryGrant memory, ObjectName name,
                                                                 std::optional<std::uint64_t> length,
                                                                 Deadline deadline) override {
        return inner_->begin_with(std::move(memory), std::move(name), length, deadline);
    }
    Answer<std::shared_ptr<storage::objects::Object>> open(ObjectName name, Deadline deadline) override {
        auto object = co_await inner_->open(name, deadline);
        if (!object) co_return object.error();
        co_return std::make_shared<HookedObject>(std::move(*object), *this, name);
    }
    Answer<storage::objects::Listing> list(std::string prefix, std::string after, std::size_t limit,
                                           Deadline deadline) override {
        hook_("list", prefix);
        co_return co_await inner_->list(std::move(prefix), std::move(after), limit, deadline);
    }
    Answer<void> remove(ObjectName name, Deadline deadline) override {
        std::vector<ObjectName> names;
        names.push_back(std::move(name));
        co_return co_await remove_many(std::move(names), deadline);
    }
    Answer<void> remove_many(std::vector<ObjectName> names, Deadline deadline) override {
        for (const auto& name : names) hook_("remove", name.text());
        const auto removed = co_await inner_->remove_many(names, deadline);
        if (removed) {
            for (const auto& name : names) hook_("removed", name.text());
        }
        co_return removed;
    }
    Answer<std::optional<std::uint64_t>> look(Deadline deadline) override { return inner_->look(deadline); }
    Answer<std::size_t> sweep(std::chrono::seconds lease, Deadline deadline) override {
        return inner_->sweep(lease, deadline);
    }

  private:
    class HookedUpload final : public storage::objects::Upload {
      public:
        HookedUpload(std::unique_ptr<storage::objects::Upload> inner, const Hook& hook, std::string name)
            : inner_(std::move(inner)), hook_(hook), name_(std::move(name)) {}
        Answer<void> write(std::span<const std::byte> bytes) override { return inner_->write(bytes); }
        Answer<void> commit() override {
            hook_("commit", name_);
            const auto done = co_await inner_->commit();
            if (done) hook_("committed", name_);
            co_return done;
        }
        boost::asio::awaitable<void> abort() override { return inner_->abort(); }

      private:
        std::unique_ptr<storage::objects::Upload> inner_;
        const Hook& hook_;
        std::string name_;
    };

    class HookedObject final : public storage::objects::Object {
      public:
        HookedObject(std::shared_ptr<storage::objects::Object> inner, HookedStore& store, ObjectName name)
            : inner_(std::move(inner)), store_(store), name_(std::move(name)) {}
        std::uint64_t size_in_bytes() const noexcept override { return inner_->size_in_bytes(); }
        Answer<std::size_t> read(std::uint64_t offset, std::span<std::byte> out, Deadline deadline) override {
            store_.hook_("read", name_.text());
            if (store_.forgets_) {
                const auto still = co_await store_.inner_->open(name_, deadline);
                if (!still) co_return still.error();
            }
            co_return co_await inner_->read(offset, out, deadline);
        }

      private:
        std::shared_ptr<storage::objects::Object> inner_;
        HookedStore& store_;
        ObjectName name_;
    };

    std::unique_ptr<storage::objects::ObjectStore> inner_;
    Hook hook_;
    bool forgets_ = false;
};

}  // namespace tests
