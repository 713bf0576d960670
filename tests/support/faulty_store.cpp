#include "tests/support/faulty_store.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace tests {

namespace asio = boost::asio;
using policy::Code;
using policy::fail;
using policy::Result;
using storage::objects::Deadline;
using storage::objects::Listing;
using storage::objects::Object;
using storage::objects::ObjectName;
using storage::objects::Upload;

struct FaultyStore::Shared {
    std::mutex mutex;
    StoreFaults faults;

    StoreFaults for_name(const std::string& name) {
        const std::scoped_lock lock(mutex);
        return name.starts_with(faults.only_prefix) ? faults : StoreFaults{};
    }
};

namespace {

asio::awaitable<void> wait(std::chrono::milliseconds delay) {
    if (delay.count() == 0) co_return;
    asio::steady_timer timer(co_await asio::this_coro::executor, delay);
    co_await timer.async_wait(asio::use_awaitable);
}

policy::Error injected(Code code) {
    return fail(code, "a fault of the test");
}

class FaultyUpload final : public Upload {
  public:
    FaultyUpload(std::unique_ptr<Upload> inner, std::shared_ptr<FaultyStore::Shared> shared, std::string name)
        : inner_(std::move(inner)), shared_(std::move(shared)), name_(std::move(name)) {}

    asio::awaitable<Result<void>> write(std::span<const std::byte> bytes) override {
        const StoreFaults faults = shared_->for_name(name_);
        co_await wait(faults.delay);
        written_ += bytes.size();
        if (written_ > faults.disk_full_at_byte)
            failed_ = fail(Code::kUnavailable, "the disk is full: a fault of the test");
        if (failed_) co_return *failed_;
        co_return co_await inner_->write(bytes);
    }

    asio::awaitable<Result<void>> commit() override {
        const StoreFaults faults = shared_->for_name(name_);
        co_await wait(faults.delay);
        if (faults.fsync_fails) failed_ = injected(Code::kUnavailable);
        if (failed_) {
            co_await inner_->abort();
            co_return *failed_;
        }
        const auto committed = co_await inner_->commit();
        if (committed && faults.commit_in_doubt) co_return injected(Code::kInDoubt);
        co_return committed;
    }

    asio::awaitable<void> abort() override { co_await inner_->abort(); }

  private:
    std::unique_ptr<Upload> inner_;
    std::shared_ptr<FaultyStore::Shared> shared_;
    std::string name_;
    std::uint64_t written_ = 0;
    std::optional<policy::Error> failed_;
};

class FaultyObject final : public Object {
  public:
    FaultyObject(std::shared_ptr<Object> inner, std::shared_ptr<FaultyStore::Shared> shared, std::string name)
        : inner_(std::move(inner)), shared_(std::move(shared)), name_(std::move(name)) {}

    std::uint64_t size_in_bytes() const noexcept override { return inner_->size_in_bytes(); }

    asio::awaitable<Result<std::size_t>> read(std::uint64_t offset, std::span<std::byte> out,
                                              Deadline deadline) override {
        const StoreFaults faults = shared_->for_name(name_);
        co_await wait(faults.delay);
        if (faults.read_fails) co_return injected(*faults.read_fails);
        const auto read = co_await inner_->read(offset, out, deadline);
        if (!read) co_return read;
        if (faults.cut_short_at && offset + *read > *faults.cut_short_at) co_return injected(Code::kCorrupt);
        if (const auto at = faults.corrupt_byte_at; at && *at >= offset && *at < offset + *read) {
            out[static_cast<std::size_t>(*at - offset)] ^= std::byte{1};
        }
        co_return read;
    }

  private:
    std::shared_ptr<Object> inner_;
    std::shared_ptr<FaultyStore::Shared> shared_;
    std::string name_;
};

}  // namespace

FaultyStore::FaultyStore(storage::objects::ObjectStore& inner) : inner_(inner), shared_(std::make_shared<Shared>()) {}
FaultyStore::~FaultyStore() = default;

void FaultyStore::set(StoreFaults faults) {
    const std::scoped_lock lock(shared_->mutex);
    shared_->faults = std::move(faults);
}

asio::awaitable<Result<std::unique_ptr<Upload>>> FaultyStore::begin(ObjectName name,
                                                                    std::optional<std::uint64_t> length,
                                                                    Deadline deadline) {
    const StoreFaults faults = shared_->for_name(name.text());
    co_await wait(faults.delay);
    if (faults.begin_fails) co_return injected(*faults.begin_fails);
    auto upload = co_await inner_.begin(name, length, deadline);
    if (!upload) co_return upload.error();
    co_return std::unique_ptr<Upload>(std::make_unique<FaultyUpload>(std::move(*upload), shared_, name.text()));
}

asio::awaitable<Result<std::unique_ptr<Upload>>> FaultyStore::begin_with(storage::objects::MemoryGrant memory,
                                                                         ObjectName name,
                                                                         std::optional<std::uint64_t> length,
                                                                         Deadline deadline) {
    const StoreFaults faults = shared_->for_name(name.text());
    co_await wait(faults.delay);
    if (faults.begin_fails) co_return injected(*faults.begin_fails);
    auto upload = co_await inner_.begin_with(std::move(memory), name, length, deadline);
    if (!upload) co_return upload.error();
    co_return std::unique_ptr<Upload>(std::make_unique<FaultyUpload>(std::move(*upload), shared_, name.text()));
}

asio::awaitable<Result<std::shared_ptr<Object>>> FaultyStore::open(ObjectName name, Deadline deadline) {
    const StoreFaults faults = shared_->for_name(name.text());
    co_await wait(faults.delay);
    if (faults.missing) co_return injected(Code::kNotFound);
    if (faults.open_fails) co_return injected(*faults.open_fails);
    auto object = co_await inner_.open(name, deadline);
    if (!object) co_return object.error();
    co_return std::shared_ptr<Object>(std::make_shared<FaultyObject>(std::move(*object), shared_, name.text()));
}

asio::awaitable<Result<Listing>> FaultyStore::list(std::string prefix, std::string after, std::size_t limit,
                                                   Deadline deadline) {
    const StoreFaults faults = shared_->for_name(prefix);
    co_await wait(faults.delay);
    if (faults.list_fails) co_return injected(*faults.list_fails);
    co_return co_await inner_.list(std::move(prefix), std::move(after), limit, deadline);
}

asio::awaitable<Result<void>> FaultyStore::remove(ObjectName name, Deadline deadline) {
    const StoreFaults faults = shared_->for_name(name.text());
    co_await wait(faults.delay);
    if (faults.remove_fails) co_return injected(*faults.remove_fails);
    co_return co_await inner_.remove(std::move(name), deadline);
}

asio::awaitable<Result<void>> FaultyStore::remove_many(std::vector<ObjectName> names, Deadline deadline) {
    const bool hit = std::any_of(names.begin(), names.end(), [this](const ObjectName& name) {
        return shared_->for_name(name.text()).remove_fails.has_value();
    });
    if (!hit) co_return co_await inner_.remove_many(std::move(names), deadline);
    Result<void> outcome;
    for (const ObjectName& name : names) {
        const auto removed = co_await remove(name, deadline);
        if (!removed && outcome) outcome = removed;
    }
    co_return outcome;
}

}  // namespace tests
