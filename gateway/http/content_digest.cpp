#include "gateway/http/content_digest.hpp"

#include <algorithm>

#include "gateway/http/ascii.hpp"

namespace gateway::http {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

policy::Error malformed(std::string what) {
    return policy::fail(policy::Code::kInvalid, "Content-Digest: " + std::move(what));
}

/// Decodes exactly N bytes of padded base64 with zero spare bits; anything else is no digest.
template <std::size_t N>
std::optional<std::array<std::uint8_t, N>> decode(std::string_view text) {
    constexpr std::size_t kPadding = (3 - N % 3) % 3;
    if (text.size() != (N + 2) / 3 * 4 || !text.ends_with(std::string_view("==").substr(0, kPadding))) return {};
    text.remove_suffix(kPadding);
    std::array<std::uint8_t, N> out{};
    std::uint32_t bits = 0;
    unsigned held = 0;
    std::size_t at = 0;
    for (const char c : text) {
        const std::size_t value = kAlphabet.find(c);
        if (value == std::string_view::npos) return {};
        bits = (bits << 6U) | static_cast<std::uint32_t>(value);
        held += 6;
        if (held < 8) continue;
        held -= 8;
        out[at++] = static_cast<std::uint8_t>(bits >> held);
        bits &= (1U << held) - 1U;
    }
    if (bits != 0) return {};
    return out;
}

bool is_key(std::string_view text) {
    const auto fits = [](char c) {
        return is_digit(c) || (c >= 'a' && c <= 'z') || std::string_view("-_.*").find(c) != std::string_view::npos;
    };
    return !text.empty() && (text[0] == '*' || (text[0] >= 'a' && text[0] <= 'z')) &&
           std::all_of(text.begin(), text.end(), fits);
}

template <std::size_t N>
std::optional<policy::Error> take(std::optional<std::array<std::uint8_t, N>>& slot, std::string_view value) {
    if (slot) return malformed("an algorithm occurs twice");
    slot = decode<N>(value);
    if (!slot) return malformed("not the base64 of a digest of its algorithm");
    return std::nullopt;
}

}  // namespace

policy::Result<ContentDigest> parse_content_digest(std::string_view field) {
    ContentDigest digest;
    std::string_view rest = trimmed(field);
    for (;;) {
        const std::size_t equals = rest.find('=');
        if (equals == std::string_view::npos || !is_key(rest.substr(0, equals))) return malformed("not a dictionary");
        const std::string_view key = rest.substr(0, equals);
        rest.remove_prefix(equals + 1);
        const std::size_t end = rest.find(':', 1);
        if (rest.empty() || rest.front() != ':' || end == std::string_view::npos) {
            return malformed("a value is not a byte sequence");
        }
        const std::string_view value = rest.substr(1, end - 1);
        rest = trimmed(rest.substr(end + 1));
        if (key == "sha-256") {
            if (auto error = take(digest.sha256, value)) return *std::move(error);
        } else if (key == "sha-512") {
            if (auto error = take(digest.sha512, value)) return *std::move(error);
        }
        if (rest.empty()) return digest;
        if (rest.front() != ',') return malformed("something follows a value");
        rest = trimmed(rest.substr(1));
    }
}

std::string format_sha256_digest(std::span<const std::uint8_t, 32> digest) {
    std::string out = "sha-256=:";
    for (std::size_t i = 0; i < digest.size(); i += 3) {
        const std::size_t left = std::min<std::size_t>(3, digest.size() - i);
        std::uint32_t bits = static_cast<std::uint32_t>(digest[i]) << 16U;
        if (left > 1) bits |= static_cast<std::uint32_t>(digest[i + 1]) << 8U;
        if (left > 2) bits |= digest[i + 2];
        out.push_back(kAlphabet[bits >> 18U]);
        out.push_back(kAlphabet[(bits >> 12U) & 63U]);
        out.push_back(left > 1 ? kAlphabet[(bits >> 6U) & 63U] : '=');
        out.push_back(left > 2 ? kAlphabet[bits & 63U] : '=');
    }
    out.push_back(':');
    return out;
}

}  // namespace gateway::http
