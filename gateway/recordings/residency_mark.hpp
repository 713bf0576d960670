#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "policy/result.hpp"
#include "storage/async/deadline.hpp"
#include "storage/catalogue/catalogue.hpp"
#include "storage/objects/object_store.hpp"

namespace gateway::recordings {

/// Whether anything new may be stored, as the latest look at where everything lies found (rule 42), and the place that
/// it goes to. What is stored already stays playable, and is purged, whatever was found.
///
/// Thread safety: any thread. Lifetime: store and catalogue must outlive every awaitable it returned.
class ResidencyMark {
  public:
    /// `country`: of the store that new objects go to, ISO 3166-1 alpha-2; empty: the operator did not say.
    ResidencyMark(const storage::objects::ObjectStore& store, storage::catalogue::Catalogue& catalogue,
                  std::string country)
        : store_(store), catalogue_(catalogue), country_(std::move(country)) {}

    void judged(bool good) noexcept { good_.store(good, std::memory_order_relaxed); }
    /// kUnavailable: not now.
    policy::Result<void> may_store() const;

    /// The number of the place that objects are written to now, for their rows. Asks the catalogue only when the store
    /// proved itself otherwise than before: another certificate, another region.
    boost::asio::awaitable<policy::Result<std::int32_t>> place(storage::async::Deadline deadline);

  private:
    storage::catalogue::Place present() const;

    const storage::objects::ObjectStore& store_;
    storage::catalogue::Catalogue& catalogue_;
    const std::string country_;
    std::atomic<bool> good_{true};
    std::mutex mutex_;
    std::optional<std::pair<storage::catalogue::Place, std::int32_t>> known_;
};

}  // namespace gateway::recordings
