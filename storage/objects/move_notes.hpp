#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/result.hpp"
#include "storage/objects/object_store.hpp"

namespace storage::objects {

// What a move of objects from one store to another writes down about itself, in the store that they go to: every
// process that has this store sees it, on any host.

/// The objects that a move is copying right now. While the note is there, whoever removes one of them must remove it
/// again: a copy may have been made behind the removal.
struct MovePage {
    ObjectName note;               ///< Its own name: random, never used twice.
    std::chrono::seconds allowed;  ///< How long the move may take over it; who sees it for longer sees one of the dead.
    std::vector<ObjectName> names;
};

/// A page under a new name.
MovePage page_over(std::vector<ObjectName> names, std::chrono::seconds allowed);

/// Writes a page down; durable when it returns. At most 1000 names.
boost::asio::awaitable<policy::Result<void>> begin_page(ObjectStore& to, const MovePage& page, Deadline deadline);
boost::asio::awaitable<policy::Result<void>> end_page(ObjectStore& to, ObjectName note, Deadline deadline);
/// Every page that is written down. kCorrupt: a note that no move wrote.
boost::asio::awaitable<policy::Result<std::vector<MovePage>>> open_pages(ObjectStore& to, Deadline deadline);

/// Writes down where objects may still lie: `source` names that store for people. Again the same is success. kConflict:
/// another move, from elsewhere, is not finished.
boost::asio::awaitable<policy::Result<void>> note_move_source(ObjectStore& to, std::string_view source,
                                                              Deadline deadline);
/// What stands there, if anything.
boost::asio::awaitable<policy::Result<std::optional<std::string>>> read_move_source(ObjectStore& to, Deadline deadline);

}  // namespace storage::objects
