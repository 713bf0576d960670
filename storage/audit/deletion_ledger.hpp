#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "policy/result.hpp"
#include "storage/async/deadline.hpp"
#include "storage/audit/checkpoint.hpp"
#include "storage/audit/ledger_record.hpp"

namespace storage::async {
class BlockingPool;
}
namespace storage::objects {
class ObjectStore;
}

namespace storage::audit {

using async::Deadline;

/// A place between two records of the ledger.
struct LedgerPlace {
    std::uint64_t number = 0;  ///< Of the record after it.
    Hash previous{};           ///< SHA-256 of the record before it; zero for the first.
};

/// The sequence of signed, chained, write-once objects ledger/<20 digits> in the object store. It survives the
/// database: it tells a restored copy what to forget again (gateway/jobs/ledger_replay.hpp).
///
/// Thread safety: any number of coroutines, threads and hosts at once: the store's write-once decides who comes first.
/// Lifetime:      store, signer and pool must outlive it and its awaitables.
class DeletionLedger {
  public:
    /// `signer` signs under the name "<origin>/ledger". `keys`: what past records may be signed with, besides signer's.
    DeletionLedger(objects::ObjectStore& store, const NoteSigner& signer, async::BlockingPool& vault_pool,
                   std::string origin, std::vector<VerifierKey> keys = {});

    /// Durable when it returns the record's number: then, and not before, do the destructive thing. After kDeadline or
    /// kUnavailable the record may be there; a second one of the same content does no harm.
    boost::asio::awaitable<policy::Result<std::uint64_t>> append(LedgerEvent event, Deadline deadline);

    /// Reads every record after `from` (an earlier replay's answer, or a record's own number and `previous`; {} is the
    /// beginning), in order, checks numbers, chain and signatures, and gives each to `visit`, which may fail to stop.
    /// Answers the place after the last one. kCorrupt: a record that is not what it must be, one that is missing below
    /// others, or another one, or none, before `from`: alarm, nothing opens.
    boost::asio::awaitable<policy::Result<LedgerPlace>> replay(
        LedgerPlace from, std::function<policy::Result<void>(const LedgerRecord&)> visit, Deadline deadline);

  private:
    using End = LedgerPlace;  // Where the next record goes.
    boost::asio::awaitable<policy::Result<std::optional<LedgerRecord>>> read_next(End& end, Deadline deadline);
    boost::asio::awaitable<policy::Result<void>> expect_before(End end, Deadline deadline);
    boost::asio::awaitable<policy::Result<void>> expect_nothing_after(End end, Deadline deadline);
    End known_end();
    void learn_end(End end);

    objects::ObjectStore* store_;
    const NoteSigner* signer_;
    async::BlockingPool* vault_pool_;
    std::string origin_;
    std::vector<VerifierKey> keys_;
    std::mutex mutex_;  // Never held across a co_await.
    End end_;           // As far as this process knows.
};

}  // namespace storage::audit
