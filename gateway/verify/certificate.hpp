#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/verify/merkle.hpp"

namespace gateway::verify {

/// A deletion certificate, taken apart (storage/audit/FORMAT.md tells its bytes).
struct Certificate {
    std::string statement;  ///< The exact bytes that were hashed into the batch.
    std::vector<std::pair<std::string, std::string>> fields;
    std::uint64_t position = 0;  ///< In the batch.
    std::uint64_t batch_size = 0;
    std::vector<Hash> batch_path;
    std::string entry;
    std::uint64_t index = 0;  ///< In the log.
    std::vector<Hash> path;
    std::string checkpoint;  ///< The signed note.

    /// The first field of that name, or "".
    std::string_view field(std::string_view name) const;
};

/// Nothing when it is not such a file; `why` then says what is wrong.
std::optional<Certificate> parse_certificate(std::string_view bytes, std::string& why);

}  // namespace gateway::verify
