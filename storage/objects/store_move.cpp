#include "storage/objects/store_move.hpp"

#include <algorithm>
#include <iterator>
#include <mutex>
#include <set>
#include <utility>

#include "storage/async/at_once.hpp"
#include "storage/async/crash_point.hpp"
#include "storage/objects/object_copy.hpp"

namespace storage::objects {

using boost::asio::awaitable;
using policy::Code;
using policy::Result;
using std::chrono::seconds;
using std::chrono::steady_clock;

namespace {

constexpr std::size_t kPage = 64;
constexpr std::uint64_t kPageBytes = std::uint64_t{256} << 20U;
constexpr unsigned kAtOnce = 8;
constexpr seconds kPatience{60};
/// A slower line ends a page, which is tried again: sealed calls are small for it.
constexpr std::uint64_t kSlowestBytesPerSecond = std::uint64_t{1} << 20U;

bool may_be_repeated(Code code) {
    return code == Code::kUnavailable || code == Code::kOverloaded || code == Code::kDeadline || code == Code::kInDoubt;
}

/// It is written and read once each, and read once or twice where it comes from.
seconds time_for(std::uint64_t bytes) {
    return kPatience + seconds(4 * (bytes / kSlowestBytesPerSecond));
}

template <class Rows>
std::vector<ObjectName> names_of(const Rows& rows) {
    std::vector<ObjectName> out;
    out.reserve(rows.size());
    for (const auto& row : rows) out.push_back(row.name);
    return out;
}

}  // namespace

awaitable<Result<bool>> StoreMove::step() {
    if (!settled_) {
        const auto settled = co_await settle_old_pages();
        if (!settled) co_return settled.error();
        settled_ = true;
    }
    const auto listing = co_await store_.from().list("", after_, kPage, steady_clock::now() + kPatience);
    if (!listing) co_return listing.error();
    if (listing->objects.empty()) co_return false;
    Tasks tasks;
    std::uint64_t bytes = 0;
    std::string last;
    for (const auto& object : listing->objects) {
        if (!tasks.empty() && bytes + object.size_in_bytes > kPageBytes) break;
        bytes += object.size_in_bytes;
        last = object.name.text();
        tasks.push_back({object.name, object.size_in_bytes, false});
    }
    settled_ = false;  // unless all of it goes well
    const auto moved = co_await move_page(std::move(tasks));
    if (!moved) co_return moved.error();
    settled_ = true;
    figures_.at = after_ = last;
    co_return true;
}

/// What one that was killed, or a page that failed, left: copies that nobody may have any more.
awaitable<Result<void>> StoreMove::settle_old_pages() {
    const auto deadline = steady_clock::now() + kPatience;
    const auto pages = co_await open_pages(store_.to(), deadline);
    if (!pages) co_return pages.error();
    for (const auto& page : *pages) {
        const auto settled = co_await settle(page.names, deadline);
        if (!settled) co_return settled.error();
        const auto ended = co_await end_page(store_.to(), page.note, deadline);
        if (!ended) co_return ended.error();
    }
    co_return Result<void>();
}

awaitable<Result<void>> StoreMove::move_page(Tasks tasks) {
    std::uint64_t bytes = 0;
    for (const auto& task : tasks) bytes += task.size;
    const seconds allowed = time_for(bytes);
    const auto deadline = steady_clock::now() + allowed;
    const auto page = page_over(names_of(tasks), allowed);
    const auto begun = co_await begin_page(store_.to(), page, deadline);
    if (!begun) co_return begun.error();
    CALLVAULT_CRASH_POINT("move.page_begun");
    const std::function<awaitable<Result<void>>(std::size_t)> copying = [&](std::size_t i) {
        return copy(tasks[i], deadline);
    };
    const auto copied = co_await async::run_at_once(tasks.size(), kAtOnce, async::AfterError::kStop, deadline, copying);
    if (!copied) co_return copied.error();
    CALLVAULT_CRASH_POINT("move.page_copied");
    const auto settled = co_await settle(page.names, deadline);
    if (!settled) co_return settled.error();
    std::vector<std::string> copies;
    for (const auto& task : tasks) {
        if (task.copied) copies.push_back(task.name.text());
    }
    const auto placed = co_await placed_(std::move(copies));
    if (!placed) co_return placed.error();
    const auto cleared = co_await clear(tasks, deadline);
    if (!cleared) co_return cleared.error();
    CALLVAULT_CRASH_POINT("move.page_cleared");
    co_return co_await end_page(store_.to(), page.note, deadline);
}

/// One that cannot be copied does not stop the others, unless a repeat may help.
awaitable<Result<void>> StoreMove::copy(Task& task, Deadline deadline) {
    if (is_of_move(task.name)) {  // of an earlier move, into what is the old store now: it may go
        task.copied = true;
        co_return Result<void>();
    }
    const auto copied = co_await copy_object(store_.from(), store_.to(), task.name, deadline);
    if (!copied && may_be_repeated(copied.error().code)) co_return copied.error();
    if (!copied) {
        note_stuck(copied.error());
    } else if (copied->gone) {
        ++figures_.vanished;
    } else {
        task.copied = true;
    }
    co_return Result<void>();
}

/// Whoever removes takes it from `from` first: what is gone there after our copy was made may have been looked for in
/// `to` before. README.md, "Removal during a move".
awaitable<Result<void>> StoreMove::settle(std::vector<ObjectName> names, Deadline deadline) {
    std::mutex mutex;
    std::vector<std::string> vanished;
    const std::function<awaitable<Result<void>>(std::size_t)> looking = [&](std::size_t i) -> awaitable<Result<void>> {
        const auto there = co_await store_.from().open(names[i], deadline);
        if (!there && there.error().code != Code::kNotFound) co_return there.error();
        if (!there && is_of_recording(names[i])) {
            const std::lock_guard lock(mutex);
            vanished.push_back(names[i].text());
        }
        co_return Result<void>();
    };
    const auto looked = co_await async::run_at_once(names.size(), kAtOnce, async::AfterError::kStop, deadline, looking);
    if (!looked) co_return looked.error();
    if (vanished.empty()) co_return Result<void>();
    const auto living = co_await living_(vanished);
    if (!living) co_return living.error();
    const std::set<std::string> keep(living->begin(), living->end());
    std::vector<ObjectName> doomed;
    for (auto& name : names) {
        const bool gone = std::ranges::find(vanished, name.text()) != vanished.end();
        if (gone && !keep.contains(name.text())) doomed.push_back(std::move(name));
    }
    co_return co_await store_.to().remove_many(std::move(doomed), deadline);
}

awaitable<Result<void>> StoreMove::clear(const Tasks& tasks, Deadline deadline) {
    Tasks copied;
    std::ranges::copy_if(tasks, std::back_inserter(copied), &Task::copied);
    const auto removed = co_await store_.from().remove_many(names_of(copied), deadline);
    if (!removed && may_be_repeated(removed.error().code)) co_return removed.error();
    if (!removed) {  // one of them is locked, say: the others go
        for (const auto& task : copied) {
            const auto one = co_await clear_one(task, deadline);
            if (!one) co_return one.error();
        }
        co_return Result<void>();
    }
    for (const auto& task : copied) {
        ++figures_.objects;
        figures_.bytes += task.size;
    }
    co_return Result<void>();
}

awaitable<Result<void>> StoreMove::clear_one(const Task& task, Deadline deadline) {
    const auto removed = co_await store_.from().remove(task.name, deadline);
    if (!removed && may_be_repeated(removed.error().code)) co_return removed.error();
    if (!removed) {
        note_stuck(removed.error());
        co_return Result<void>();
    }
    ++figures_.objects;
    figures_.bytes += task.size;
    co_return Result<void>();
}

void StoreMove::note_stuck(policy::Error error) {
    ++figures_.stuck;
    if (!figures_.why_stuck) figures_.why_stuck = std::move(error);
}

}  // namespace storage::objects
