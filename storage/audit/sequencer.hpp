#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "policy/result.hpp"
#include "storage/audit/checkpoint.hpp"
#include "storage/audit/log_reader.hpp"
#include "storage/audit/tile_edge.hpp"
#include "storage/crypto/bytes.hpp"
#include "storage/objects/object_name.hpp"

namespace storage::async {
class BlockingPool;
}
namespace storage::catalogue {
class Catalogue;
}
namespace storage::objects {
class ObjectStore;
}

namespace storage::audit {

/// What one step did.
struct Sequenced {
    std::uint64_t entries = 0;         ///< Entries that came under a published checkpoint by this step.
    std::uint64_t published_size = 0;  ///< The log as it is published now.
    bool more = false;                 ///< Call again at once: entries are waiting.
};

/// Turns committed but unnumbered entries into the published log. One step, and what is durable after each line:
///
///   1. number      one fenced transaction gives up to `batch` rows their index and moves tree_head.size
///   2. bundles     entry bundles of the new part of the log, written once
///   3. tiles       hash tiles, level by level, written once
///   4. checkpoint  signed, as log/checkpoint/<size>, written once
///   5. publish     tree_head.published_size and root
///
/// A step that finds numbered but unpublished rows (a crash, another gateway) goes on at 2 with exactly those: every
/// byte written follows from the rows and their numbers, so a repeat writes the same objects again, and two sequencers
/// at once write the same bytes. No second batch is numbered before the first is published. Other bytes under a name
/// that is taken, or a checkpoint in the store that the database does not know of, is a fork or a restored database:
/// kCorrupt, nothing is signed, and it stays so until `audit recover`.
///
/// After step 5 it cleans up, without insisting: partial tiles whose full tile is durable (c2sp.org/tlog-tiles allows
/// it), and the checkpoint before, unless it was the last one of its 4096 entries (every later one proves more).
///
/// Thread safety: one step() at a time for each instance; any number of instances and hosts.
/// Errors:        kUnavailable and kDeadline: call again later. kCorrupt: alarm, stop the service.
class Sequencer {
  public:
    static constexpr std::size_t kMaxBatch = 10'000;

    struct Options {
        std::size_t batch = 4096;  ///< Entries a step, 1 to kMaxBatch.
    };

    /// `signer` signs under the log's origin; `vault_pool` runs it. All must outlive the sequencer.
    Sequencer(catalogue::Catalogue& catalogue, objects::ObjectStore& store, const NoteSigner& signer,
              async::BlockingPool& vault_pool, Options options);

    boost::asio::awaitable<policy::Result<Sequenced>> step(Deadline deadline);

  private:
    /// The published log's right edge and the entries of its last, partial bundle: kept between steps, so that a step
    /// reads nothing back. A cache only: what it holds is durable.
    struct Tail {
        TileEdge edge;
        std::vector<crypto::Bytes> entries;
    };
    /// A batch: numbered rows that follow the published part.
    struct Batch {
        std::uint64_t published_size = 0;
        std::vector<crypto::Bytes> entries;
    };
    /// Whether the object store knows of checkpoints beyond what the database has published.
    enum class Ahead { kNone, kThisBatch, kBeyond };

    boost::asio::awaitable<policy::Result<Ahead>> ahead(std::uint64_t published, std::uint64_t target,
                                                        Deadline deadline) const;
    boost::asio::awaitable<policy::Result<Sequenced>> behind(std::uint64_t published, Deadline deadline);
    boost::asio::awaitable<policy::Result<void>> load_tail(std::uint64_t size, Hash root, Deadline deadline);
    boost::asio::awaitable<policy::Result<std::vector<crypto::Bytes>>> numbered(std::uint64_t first, std::uint64_t end,
                                                                                Deadline deadline);
    boost::asio::awaitable<policy::Result<Sequenced>> publish(Batch batch, Deadline deadline);
    boost::asio::awaitable<policy::Result<void>> write_bundles(const Tail& before, const Batch& batch, Tail& after,
                                                               Deadline deadline);
    boost::asio::awaitable<policy::Result<std::vector<Tile>>> write_tiles(const Batch& batch, Tail& after,
                                                                          Deadline deadline);
    boost::asio::awaitable<policy::Result<std::string>> write_checkpoint(Checkpoint checkpoint, Deadline deadline);
    boost::asio::awaitable<void> clean(std::vector<Tile> full, std::uint64_t before, std::uint64_t now,
                                       Deadline deadline);
    boost::asio::awaitable<policy::Result<void>> put(objects::ObjectName name, std::span<const std::byte> bytes,
                                                     Deadline deadline);

    catalogue::Catalogue* catalogue_;
    objects::ObjectStore* store_;
    const NoteSigner* signer_;
    async::BlockingPool* vault_pool_;
    Options options_;
    LogReader reader_;
    std::optional<Tail> tail_;
};

}  // namespace storage::audit
