#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace policy {

/// 16 random bytes that name one thing; the tag keeps the kinds apart. Holds nothing about what it names.
template <class Tag>
class Id {
  public:
    static constexpr std::size_t kSizeInBytes = 16;
    using Bytes = std::array<std::uint8_t, kSizeInBytes>;

    constexpr Id() = default;
    constexpr explicit Id(const Bytes& bytes) : bytes_(bytes) {}

    /// Reads text() back. Anything but 32 lowercase hexadecimal digits is no id.
    static std::optional<Id> parse(std::string_view text) {
        if (text.size() != 2 * kSizeInBytes) return std::nullopt;
        Bytes bytes{};
        for (std::size_t i = 0; i < kSizeInBytes; ++i) {
            const int high = digit(text[2 * i]);
            const int low = digit(text[2 * i + 1]);
            if (high < 0 || low < 0) return std::nullopt;
            bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
        }
        return Id(bytes);
    }

    /// 32 lowercase hexadecimal digits.
    std::string text() const {
        static constexpr std::string_view kDigits = "0123456789abcdef";
        std::string out;
        out.reserve(2 * kSizeInBytes);
        for (const std::uint8_t byte : bytes_) {
            out.push_back(kDigits[byte >> 4U]);
            out.push_back(kDigits[byte & 15U]);
        }
        return out;
    }

    constexpr const Bytes& bytes() const noexcept { return bytes_; }
    friend constexpr auto operator<=>(const Id&, const Id&) = default;

  private:
    static constexpr int digit(char c) {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        return -1;
    }

    Bytes bytes_{};
};

using RecordingId = Id<struct RecordingTag>;  ///< A recording, towards clients and in the catalogue.
using LogId = Id<struct LogTag>;              ///< The same recording in the audit log; the mapping dies with it.
using AttemptId = Id<struct AttemptTag>;      ///< One try to store an object; part of its name.
using PlayId = Id<struct PlayTag>;
using KeyId = Id<struct KeyTag>;
using HoldId = Id<struct HoldTag>;
using RestrictionId = Id<struct RestrictionTag>;
using ProposalId = Id<struct ProposalTag>;
using JobId = Id<struct JobTag>;
using RequestId = Id<struct RequestTag>;

}  // namespace policy
