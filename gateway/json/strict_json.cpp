#include "gateway/json/strict_json.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/error.hpp>
#include <boost/json/value_stack.hpp>
#include <cmath>
#include <set>
#include <string>
#include <vector>

namespace gateway::json {

namespace bj = boost::json;

namespace {

/// Builds the value as boost::json::parser does, and knows the names of each object that is still open.
struct StrictHandler {
    // The parser asks for them under these names.
    // NOLINTBEGIN(readability-identifier-naming)
    static constexpr std::size_t max_object_size = 4096;
    static constexpr std::size_t max_array_size = 65536;
    static constexpr std::size_t max_key_size = 1024;
    static constexpr std::size_t max_string_size = 1U << 20U;
    // NOLINTEND(readability-identifier-naming)

    bool on_document_begin(bj::error_code&) {
        stack.reset();
        return true;
    }
    bool on_document_end(bj::error_code&) { return true; }
    bool on_object_begin(bj::error_code&) {
        names.emplace_back();
        return true;
    }
    bool on_object_end(std::size_t n, bj::error_code&) {
        names.pop_back();
        stack.push_object(n);
        return true;
    }
    bool on_array_begin(bj::error_code&) { return true; }
    bool on_array_end(std::size_t n, bj::error_code&) {
        stack.push_array(n);
        return true;
    }
    bool on_key_part(bj::string_view s, std::size_t, bj::error_code&) {
        key.append(s);
        stack.push_chars(s);
        return true;
    }
    bool on_key(bj::string_view s, std::size_t, bj::error_code& ec) {
        key.append(s);
        if (!names.back().insert(key).second) {
            duplicate = true;
            ec = bj::error::extra_data;
            return false;
        }
        key.clear();
        stack.push_key(s);
        return true;
    }
    bool on_string_part(bj::string_view s, std::size_t, bj::error_code&) {
        stack.push_chars(s);
        return true;
    }
    bool on_string(bj::string_view s, std::size_t, bj::error_code&) {
        stack.push_string(s);
        return true;
    }
    bool on_number_part(bj::string_view, bj::error_code&) { return true; }
    bool on_int64(std::int64_t i, bj::string_view, bj::error_code&) {
        stack.push_int64(i);
        return true;
    }
    bool on_uint64(std::uint64_t u, bj::string_view, bj::error_code&) {
        stack.push_uint64(u);
        return true;
    }
    bool on_double(double d, bj::string_view, bj::error_code& ec) {
        if (!std::isfinite(d)) {
            huge = true;
            ec = bj::error::exponent_overflow;
            return false;
        }
        stack.push_double(d);
        return true;
    }
    bool on_bool(bool b, bj::error_code&) {
        stack.push_bool(b);
        return true;
    }
    bool on_null(bj::error_code&) {
        stack.push_null();
        return true;
    }
    bool on_comment_part(bj::string_view, bj::error_code&) { return true; }
    bool on_comment(bj::string_view, bj::error_code&) { return true; }

    bj::value_stack stack;
    std::vector<std::set<std::string, std::less<>>> names;
    std::string key;
    bool duplicate = false;
    bool huge = false;
};

JsonFault fault_of(const StrictHandler& handler, const bj::error_code& ec, std::size_t byte) {
    using Kind = JsonFault::Kind;
    const std::string where = " (at byte " + std::to_string(byte) + ")";
    if (handler.duplicate) return {Kind::kDuplicateKey, "A name stands twice in one object" + where + "."};
    if (handler.huge || ec == bj::error::exponent_overflow) {
        return {Kind::kNumberTooLarge, "A number is too large" + where + "."};
    }
    if (ec == bj::error::too_deep) {
        return {Kind::kTooDeep, "Nested deeper than " + std::to_string(kMaxJsonDepth) + " levels" + where + "."};
    }
    if (ec == bj::error::incomplete) return {Kind::kMalformed, "The JSON text ends early" + where + "."};
    return {Kind::kMalformed, "Not JSON: " + ec.message() + where + "."};
}

}  // namespace

std::variant<bj::value, JsonFault> parse_strict_json(std::string_view text) {
    bj::parse_options options;
    options.max_depth = kMaxJsonDepth;
    bj::basic_parser<StrictHandler> parser(options);
    bj::error_code ec;
    const std::size_t used = parser.write_some(false, text.data(), text.size(), ec);
    if (!ec && used < text.size()) ec = bj::error::extra_data;
    if (ec) return fault_of(parser.handler(), ec, used);
    return parser.handler().stack.release();
}

}  // namespace gateway::json
