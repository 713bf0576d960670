#include "gateway/http/range.hpp"

#include <algorithm>
#include <charconv>

#include "gateway/http/ascii.hpp"

namespace gateway::http {
namespace {

/// 1*DIGIT and nothing else. Numbers past 2^64 count as the greatest: they are past every size.
std::optional<std::uint64_t> position(std::string_view text) {
    if (text.empty() || !std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
    std::uint64_t value = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec == std::errc::result_out_of_range) return UINT64_MAX;
    return value;
}

}  // namespace

std::variant<WholeBody, ByteRange, Unsatisfiable> parse_range(std::optional<std::string_view> field,
                                                              std::uint64_t size) {
    static constexpr std::string_view kUnit = "bytes=";
    if (!field || !same_text(field->substr(0, kUnit.size()), kUnit)) return WholeBody{};
    const std::string_view spec = trimmed(field->substr(kUnit.size()));
    const std::size_t dash = spec.find('-');
    if (dash == std::string_view::npos) return WholeBody{};
    const std::string_view before = spec.substr(0, dash);
    const std::string_view after = spec.substr(dash + 1);
    if (before.empty()) {  // The last N bytes.
        const auto count = position(after);
        if (!count) return WholeBody{};
        if (*count == 0 || size == 0) return Unsatisfiable{};
        return ByteRange{size - std::min(*count, size), size - 1};
    }
    const auto first = position(before);
    const auto last = after.empty() ? std::optional<std::uint64_t>(UINT64_MAX) : position(after);
    if (!first || !last || *last < *first) return WholeBody{};
    if (*first >= size) return Unsatisfiable{};
    return ByteRange{*first, std::min(*last, size - 1)};
}

std::string content_range(ByteRange range, std::uint64_t size) {
    return "bytes " + std::to_string(range.first) + "-" + std::to_string(range.last) + "/" + std::to_string(size);
}

std::string unsatisfied_content_range(std::uint64_t size) {
    return "bytes */" + std::to_string(size);
}

}  // namespace gateway::http
