#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "storage/audit/tree.hpp"

namespace storage::audit {

// What a log says to a witness, and hears (c2sp.org/tlog-witness). Pure.

/// The body of add-checkpoint: that the log whose newest checkpoint is `note` only grew since `old_size`, and the proof
/// (none from size 0, or for the same size).
std::string add_checkpoint_body(std::uint64_t old_size, std::span<const Hash> proof, std::string_view note);

/// The body of a 409 of type text/x.tlog.size: the size that the witness knows. Nothing: it is none.
std::optional<std::uint64_t> parse_known_size(std::string_view body);

}  // namespace storage::audit
