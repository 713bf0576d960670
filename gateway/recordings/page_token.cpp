#include "gateway/recordings/page_token.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <span>

#include "storage/crypto/encoding.hpp"
#include "storage/crypto/length_prefixed.hpp"
#include "storage/crypto/secret.hpp"

namespace gateway::recordings {

using storage::catalogue::Cursor;
using storage::catalogue::Mac;

namespace {

constexpr std::size_t kTimeBytes = 8;
constexpr std::size_t kPlaceBytes = kTimeBytes + policy::RecordingId::kSizeInBytes;

storage::crypto::Bytes place_of(const Cursor& cursor) {
    storage::crypto::Bytes out;
    const auto at = static_cast<std::uint64_t>(cursor.started_at.time_since_epoch().count());
    for (unsigned shift = 64; shift > 0; shift -= 8) out.push_back(static_cast<std::byte>(at >> (shift - 8)));
    for (const auto byte : cursor.id.bytes()) out.push_back(static_cast<std::byte>(byte));
    return out;
}

}  // namespace

std::string text_of(const PageToken& token) {
    auto bytes = place_of(token.cursor);
    bytes.insert(bytes.end(), token.mac.begin(), token.mac.end());
    return storage::crypto::to_base64url(bytes);
}

std::optional<PageToken> parse_page_token(std::string_view text) {
    const auto bytes = storage::crypto::from_base64url(text);
    if (!bytes || bytes->size() != kPlaceBytes + PageToken::kMacBytes) return std::nullopt;
    std::uint64_t at = 0;
    for (std::size_t i = 0; i < kTimeBytes; ++i) at = at << 8U | std::to_integer<std::uint64_t>((*bytes)[i]);
    policy::RecordingId::Bytes id{};
    for (std::size_t i = 0; i < id.size(); ++i) id[i] = std::to_integer<std::uint8_t>((*bytes)[kTimeBytes + i]);
    PageToken out;
    out.cursor.started_at = policy::Instant(std::chrono::milliseconds(static_cast<std::int64_t>(at)));
    out.cursor.id = policy::RecordingId(id);
    std::copy_n(bytes->begin() + kPlaceBytes, out.mac.size(), out.mac.begin());
    return out;
}

std::string page_message(std::string_view subject, std::string_view question, const Cursor& cursor) {
    storage::crypto::LengthPrefixed message;
    const auto place = place_of(cursor);
    message.add("callvault search page")
        .add(subject)
        .add(question)
        .add(std::string_view(reinterpret_cast<const char*>(place.data()), place.size()));
    const auto bytes = message.bytes();
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

PageToken page_token(const Cursor& cursor, const Mac& mac) {
    PageToken out{cursor, {}};
    std::copy_n(mac.begin(), out.mac.size(), out.mac.begin());
    return out;
}

bool proves(const Mac& mac, const PageToken& token) {
    return storage::crypto::equal_in_constant_time(std::span(mac).first(PageToken::kMacBytes), token.mac);
}

}  // namespace gateway::recordings
