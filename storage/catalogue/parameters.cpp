#include "storage/catalogue/parameters.hpp"

namespace storage::catalogue {

Parameters& Parameters::null() {
    values_.emplace_back(std::nullopt);
    return *this;
}

Parameters& Parameters::text(std::string_view value) {
    values_.emplace_back(std::string(value));
    return *this;
}

Parameters& Parameters::text_or_null(std::string_view value) {
    return value.empty() ? null() : text(value);
}

Parameters& Parameters::number(std::int64_t value) {
    return text(std::to_string(value));
}

Parameters& Parameters::flag(bool value) {
    return text(value ? "t" : "f");
}

Parameters& Parameters::bytes(std::span<const std::byte> value) {
    return text(bytea_text(value));
}

Parameters& Parameters::date(policy::Date value) {
    return text(policy::text(value));
}

Parameters& Parameters::instant(policy::Instant value) {
    return text(policy::text(value));
}

Parameters& Parameters::milliseconds(std::chrono::milliseconds value) {
    return text(interval_text(value));
}

Parameters& Parameters::texts(const std::vector<std::string>& values) {
    return array(values, [](const std::string& value) { return value; });
}

void Parameters::append_quoted(std::string& out, const std::optional<std::string>& element) {
    if (!element) {
        out += "NULL";
        return;
    }
    out.push_back('"');
    for (const char c : *element) {
        if (c == '"' || c == '\\') out.push_back('\\');
        out.push_back(c);
    }
    out.push_back('"');
}

std::string bytea_text(std::span<const std::byte> bytes) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out = "\\x";
    out.reserve(2 + 2 * bytes.size());
    for (const std::byte byte : bytes) {
        out.push_back(kDigits[std::to_integer<unsigned>(byte) >> 4U]);
        out.push_back(kDigits[std::to_integer<unsigned>(byte) & 15U]);
    }
    return out;
}

std::string interval_text(std::chrono::milliseconds value) {
    return std::to_string(value.count()) + " milliseconds";
}

}  // namespace storage::catalogue
