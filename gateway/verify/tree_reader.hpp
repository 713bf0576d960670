#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "gateway/verify/log_source.hpp"
#include "gateway/verify/merkle.hpp"

namespace gateway::verify {

// Proofs out of the tiles of a tree of `size`: a handful of files, whatever the size. Nothing when a tile is missing.

std::optional<std::vector<Hash>> inclusion_path(const LogSource& log, std::uint64_t index, std::uint64_t size);
std::optional<std::vector<Hash>> consistency_path(const LogSource& log, std::uint64_t old_size, std::uint64_t size);

}  // namespace gateway::verify
