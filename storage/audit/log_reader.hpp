#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/result.hpp"
#include "storage/async/deadline.hpp"
#include "storage/audit/checkpoint.hpp"
#include "storage/audit/tile.hpp"
#include "storage/audit/tile_edge.hpp"
#include "storage/audit/tree.hpp"
#include "storage/crypto/bytes.hpp"

namespace storage::objects {
class ObjectStore;
}

namespace storage::audit {

using async::Deadline;

/// A checkpoint together with the note that proves it.
struct SignedCheckpoint {
    Checkpoint checkpoint;
    std::string note;
};

/// Everything that shows, offline, that an entry is in the log.
struct Inclusion {
    std::uint64_t index = 0;
    crypto::Bytes entry;
    std::vector<Hash> path;  ///< Leaf's sibling first.
    SignedCheckpoint signed_by;
};

/// Reads the log out of the object store, where it is durable before anyone hears of it. Believes nothing: checkpoints
/// are opened with the keys given, entries and tiles are checked against the checkpoint's root.
///
/// Thread safety: any number of coroutines at once; it keeps no state.
/// Lifetime:      the store must outlive every awaitable.
/// Errors:        the store's; kCorrupt when what is stored does not hold together.
class LogReader {
  public:
    LogReader(objects::ObjectStore& store, std::string origin, std::vector<VerifierKey> keys);

    /// The checkpoint of exactly `size`; kNotFound.
    boost::asio::awaitable<policy::Result<SignedCheckpoint>> checkpoint(std::uint64_t size, Deadline deadline) const;

    /// The sizes of up to `limit` stored checkpoints above `size`, rising. (The names tell; nothing is opened.)
    boost::asio::awaitable<policy::Result<std::vector<std::uint64_t>>> sizes_after(std::optional<std::uint64_t> size,
                                                                                   std::size_t limit,
                                                                                   Deadline deadline) const;

    /// The newest one. `at_least` is a size that is known to be there (the database's published size): without it the
    /// names of all checkpoints are listed. kNotFound for a log without any.
    boost::asio::awaitable<policy::Result<SignedCheckpoint>> newest(std::optional<std::uint64_t> at_least,
                                                                    Deadline deadline) const;

    /// The root of the first `size` entries, computed from the tiles of a tree of `tree_size` >= size.
    boost::asio::awaitable<policy::Result<Hash>> root_at(std::uint64_t size, std::uint64_t tree_size,
                                                         Deadline deadline) const;

    /// The right edge of the tree of `size`, from its tiles, checked against `root`: what the sequencer goes on from.
    boost::asio::awaitable<policy::Result<TileEdge>> edge(std::uint64_t size, Hash root, Deadline deadline) const;

    /// The entries of bundle number `bundle` in a tree of `size`; each is checked against the tile of its leaf hashes.
    boost::asio::awaitable<policy::Result<std::vector<crypto::Bytes>>> entries(std::uint64_t bundle, std::uint64_t size,
                                                                               Deadline deadline) const;

    /// Entry, path and note; verified before it is given out.
    boost::asio::awaitable<policy::Result<Inclusion>> inclusion(std::uint64_t index, SignedCheckpoint head,
                                                                Deadline deadline) const;

    /// Proof that `later` only added to `earlier`; verified before it is given out.
    boost::asio::awaitable<policy::Result<std::vector<Hash>>> consistency(Checkpoint earlier, Checkpoint later,
                                                                          Deadline deadline) const;

    const std::string& origin() const noexcept { return origin_; }

  private:
    boost::asio::awaitable<policy::Result<crypto::Bytes>> read(Tile tile, Deadline deadline) const;
    boost::asio::awaitable<policy::Result<std::vector<Hash>>> hashes(std::vector<Fold> plan, std::uint64_t size,
                                                                     Deadline deadline) const;

    objects::ObjectStore* store_;
    std::string origin_;
    std::vector<VerifierKey> keys_;
};

}  // namespace storage::audit
