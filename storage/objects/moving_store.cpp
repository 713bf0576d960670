#include "storage/objects/moving_store.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "storage/async/signal.hpp"

namespace storage::objects {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;
using policy::Result;
using std::chrono::steady_clock;

namespace {

constexpr std::chrono::milliseconds kLookAgain{100};
constexpr std::size_t kMostSeen = 1000;

/// An object that was opened in `from`. A file that was removed reads on; of an S3 store it reads on in `to`.
class MovedObject final : public Object {
  public:
    MovedObject(std::shared_ptr<Object> first, ObjectStore& to, ObjectName name)
        : first_(std::move(first)), to_(to), name_(std::move(name)) {}

    std::uint64_t size_in_bytes() const noexcept override { return first_->size_in_bytes(); }

    awaitable<Result<std::size_t>> read(std::uint64_t offset, std::span<std::byte> out, Deadline deadline) override {
        auto second = moved();
        if (!second) {
            const auto read = co_await first_->read(offset, out, deadline);
            if (read || read.error().code != Code::kNotFound) co_return read;
            const auto opened = co_await to_.open(name_, deadline);
            if (!opened) co_return opened.error();
            if ((*opened)->size_in_bytes() != size_in_bytes())
                co_return fail(Code::kCorrupt, name_.text() + " has another size where it moved to");
            second = *opened;
            const std::lock_guard lock(mutex_);
            second_ = second;
        }
        co_return co_await second->read(offset, out, deadline);
    }

  private:
    std::shared_ptr<Object> moved() {
        const std::lock_guard lock(mutex_);
        return second_;
    }

    const std::shared_ptr<Object> first_;
    ObjectStore& to_;
    const ObjectName name_;
    std::mutex mutex_;
    std::shared_ptr<Object> second_;
};

bool earlier(const ListedObject& a, const ListedObject& b) {
    return a.name < b.name;
}

/// The first `limit` of both: each page is whole up to its last name, so the joined one is.
Listing joined(Listing from, Listing to, std::size_t limit) {
    Listing out;
    std::ranges::set_union(from.objects, to.objects, std::back_inserter(out.objects), earlier);
    out.more = from.more || to.more || out.objects.size() > limit;
    if (out.objects.size() > limit) out.objects.resize(limit, out.objects.front());
    return out;
}

}  // namespace

awaitable<Result<void>> MovingStore::refuse_taken(ObjectName name, Deadline deadline) {
    const auto taken = co_await from_->open(name, deadline);
    if (taken) co_return fail(Code::kConflict, "the name is taken: " + name.text());
    if (taken.error().code != Code::kNotFound) co_return taken.error();
    co_return Result<void>();
}

awaitable<Result<std::unique_ptr<Upload>>> MovingStore::begin(ObjectName name, std::optional<std::uint64_t> length,
                                                              Deadline deadline) {
    const auto may = co_await refuse_taken(name, deadline);
    if (!may) co_return may.error();
    co_return co_await to_->begin(std::move(name), length, deadline);
}

awaitable<Result<std::unique_ptr<Upload>>> MovingStore::begin_with(MemoryGrant memory, ObjectName name,
                                                                   std::optional<std::uint64_t> length,
                                                                   Deadline deadline) {
    const auto may = co_await refuse_taken(name, deadline);
    if (!may) co_return may.error();
    co_return co_await to_->begin_with(std::move(memory), std::move(name), length, deadline);
}

awaitable<Result<std::shared_ptr<Object>>> MovingStore::open(ObjectName name, Deadline deadline) {
    auto found = co_await from_->open(name, deadline);
    if (found) co_return std::make_shared<MovedObject>(std::move(*found), *to_, std::move(name));
    if (found.error().code != Code::kNotFound) co_return found.error();
    co_return co_await to_->open(std::move(name), deadline);
}

awaitable<Result<Listing>> MovingStore::list(std::string prefix, std::string after, std::size_t limit,
                                             Deadline deadline) {
    auto from = co_await from_->list(prefix, after, limit, deadline);
    if (!from) co_return from.error();
    auto to = co_await to_->list(std::move(prefix), std::move(after), limit, deadline);
    if (!to) co_return to.error();
    co_return joined(std::move(*from), std::move(*to), limit);
}

awaitable<Result<void>> MovingStore::remove(ObjectName name, Deadline deadline) {
    std::vector<ObjectName> names;
    names.push_back(std::move(name));
    co_return co_await remove_many(std::move(names), deadline);
}

// README.md, "Removal during a move", says why this order leaves no copy.
awaitable<Result<void>> MovingStore::remove_many(std::vector<ObjectName> names, Deadline deadline) {
    std::ranges::sort(names);
    for (;;) {
        const auto from = co_await from_->remove_many(names, deadline);
        if (!from) co_return from.error();
        const auto to = co_await to_->remove_many(names, deadline);
        if (!to) co_return to.error();
        const auto busy = co_await being_moved(names, deadline);
        if (!busy) co_return busy.error();
        if (!*busy) co_return Result<void>();
        const auto again = steady_clock::now() + kLookAgain;
        if (again >= deadline) {
            co_return fail(Code::kUnavailable,
                           "a move of the store is copying what is to be removed; a move that was killed is resumed "
                           "by: callvault store move");
        }
        const auto pause = async::Signal::make();
        (void)co_await pause->wait(again);
    }
}

awaitable<Result<bool>> MovingStore::being_moved(std::vector<ObjectName> sorted, Deadline deadline) {
    const auto pages = co_await open_pages(*to_, deadline);
    if (!pages) co_return pages.error();
    bool busy = false;
    for (const auto& page : *pages) {
        const bool ours = std::ranges::any_of(
            page.names, [&](const ObjectName& name) { return std::ranges::binary_search(sorted, name); });
        if (ours && of_the_living(page)) busy = true;
    }
    co_return busy;
}

/// By our own clock, from when we first saw it: nobody copies past that time.
bool MovingStore::of_the_living(const MovePage& page) {
    const auto now = steady_clock::now();
    const std::lock_guard lock(mutex_);
    if (first_seen_.size() >= kMostSeen) first_seen_.clear();
    const auto since = first_seen_.try_emplace(page.note, now).first->second;
    return now < since + page.allowed + in_flight_;
}

awaitable<Result<std::optional<std::uint64_t>>> MovingStore::look(Deadline deadline) {
    const auto from = co_await from_->look(deadline);
    if (!from) co_return from.error();
    co_return co_await to_->look(deadline);
}

awaitable<Result<std::size_t>> MovingStore::sweep(std::chrono::seconds lease, Deadline deadline) {
    const auto from = co_await from_->sweep(lease, deadline);
    if (!from) co_return from.error();
    const auto to = co_await to_->sweep(lease, deadline);
    if (!to) co_return to.error();
    co_return *from + *to;
}

}  // namespace storage::objects
