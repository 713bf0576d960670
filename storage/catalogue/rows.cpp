#include "storage/catalogue/rows.hpp"

#include <charconv>
#include <pqxx/result>

#include "storage/catalogue/db_error.hpp"

namespace storage::catalogue {
namespace {

[[noreturn]] void misread(const char* column, const char* as) {
    throw DbFailure(policy::Code::kInternal, std::string("column ") + column + " does not read as " + as);
}

template <class Number>
Number to_number(std::string_view text, const char* column) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) misread(column, "a number");
    return value;
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

Bytes to_bytes(std::string_view text, const char* column) {
    if (!text.starts_with("\\x") || text.size() % 2 != 0) misread(column, "bytes");
    Bytes out;
    out.reserve(text.size() / 2 - 1);
    for (std::size_t i = 2; i < text.size(); i += 2) {
        const int high = hex_digit(text[i]);
        const int low = hex_digit(text[i + 1]);
        if (high < 0 || low < 0) misread(column, "bytes");
        out.push_back(static_cast<std::byte>(high * 16 + low));
    }
    return out;
}

}  // namespace

std::string_view Row::cell(const char* column) const {
    const auto field = (*result_)[static_cast<pqxx::result::size_type>(index_)][column];
    return {field.c_str(), static_cast<std::size_t>(field.size())};
}

bool Row::is_null(const char* column) const {
    return (*result_)[static_cast<pqxx::result::size_type>(index_)][column].is_null();
}

std::string Row::text(const char* column) const {
    return std::string(cell(column));
}

std::int64_t Row::number(const char* column) const {
    return to_number<std::int64_t>(cell(column), column);
}

std::int32_t Row::small(const char* column) const {
    return to_number<std::int32_t>(cell(column), column);
}

double Row::real(const char* column) const {
    return to_number<double>(cell(column), column);
}

bool Row::flag(const char* column) const {
    return cell(column) == "t";
}

Bytes Row::bytes(const char* column) const {
    return is_null(column) ? Bytes{} : to_bytes(cell(column), column);
}

Mac Row::mac(const char* column) const {
    const Bytes bytes = to_bytes(cell(column), column);
    Mac mac{};
    if (bytes.size() != mac.size()) misread(column, "a keyed hash");
    std::copy(bytes.begin(), bytes.end(), mac.begin());
    return mac;
}

policy::Date Row::date(const char* column) const {
    const auto date = policy::parse_date(cell(column));
    if (!date) misread(column, "a date");
    return *date;
}

policy::Instant Row::instant(const char* column) const {
    // The session's zone is UTC and its style ISO: "2026-11-24 04:35:00.123+00".
    std::string text(cell(column));
    if (text.size() < 22 || !text.ends_with("+00")) misread(column, "a time");
    text[10] = 'T';
    text.resize(text.size() - 3);
    const auto instant = policy::parse_instant(text + "Z");
    if (!instant) misread(column, "a time");
    return *instant;
}

std::vector<std::string> Row::texts(const char* column) const {
    return array_elements(cell(column));
}

std::optional<std::int64_t> Row::maybe_number(const char* column) const {
    return is_null(column) ? std::nullopt : std::optional(number(column));
}

std::optional<policy::Date> Row::maybe_date(const char* column) const {
    return is_null(column) ? std::nullopt : std::optional(date(column));
}

std::optional<policy::Instant> Row::maybe_instant(const char* column) const {
    return is_null(column) ? std::nullopt : std::optional(instant(column));
}

std::array<std::uint8_t, 16> Row::id_bytes(const char* column) const {
    std::string digits;
    for (const char c : cell(column)) {
        if (c != '-') digits.push_back(c);
    }
    const auto id = policy::RequestId::parse(digits);
    if (!id) misread(column, "an id");
    return id->bytes();
}

std::size_t Rows::size() const {
    return static_cast<std::size_t>(result_->size());
}

std::size_t Rows::affected() const {
    return static_cast<std::size_t>(result_->affected_rows());
}

std::vector<std::string> array_elements(std::string_view text) {
    std::vector<std::string> out;
    if (text.size() < 2) return out;
    text = text.substr(1, text.size() - 2);
    std::size_t i = 0;
    while (i < text.size()) {
        std::string element;
        const bool quoted = text[i] == '"';
        if (quoted) ++i;
        while (i < text.size() && text[i] != (quoted ? '"' : ',')) {
            if (text[i] == '\\') ++i;
            if (i < text.size()) element.push_back(text[i++]);
        }
        if (quoted) ++i;
        ++i;  // the comma
        if (!quoted && element == "NULL") element.clear();
        out.push_back(std::move(element));
    }
    return out;
}

}  // namespace storage::catalogue
