#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "storage/catalogue/search.hpp"
#include "storage/catalogue/types.hpp"

namespace gateway::recordings {

/// Where the next page of a search goes on, as a client carries it: base64url of
///
///     started_at[8] (milliseconds of UTC, big-endian) || recording id[16] || mac[16]
///
/// The MAC covers the subject and the question, so a token goes on with the search it came from and with no other.
struct PageToken {
    static constexpr std::size_t kMacBytes = 16;

    storage::catalogue::Cursor cursor;
    std::array<std::byte, kMacBytes> mac{};
};

std::string text_of(const PageToken& token);
/// Nothing for whatever text_of() does not write.
std::optional<PageToken> parse_page_token(std::string_view text);

/// What the MAC covers. `question`: everything that the pages of one search have in common.
std::string page_message(std::string_view subject, std::string_view question, const storage::catalogue::Cursor& cursor);

/// The token's MAC out of the vault's.
PageToken page_token(const storage::catalogue::Cursor& cursor, const storage::catalogue::Mac& mac);
/// Compares in constant time.
bool proves(const storage::catalogue::Mac& mac, const PageToken& token);

}  // namespace gateway::recordings
