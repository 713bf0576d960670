#include "storage/net/url.hpp"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>

namespace storage::net {

using policy::Code;
using policy::fail;
using policy::Result;

namespace {

constexpr std::size_t kMaxBytes = 2048;
constexpr std::uint16_t kHttps = 443;

bool is_unreserved(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~").find(c) != std::string_view::npos;
}

}  // namespace

std::string Url::authority() const {
    const bool v6 = host.find(':') != std::string::npos;
    const auto name = v6 ? '[' + host + ']' : host;
    return port == kHttps ? name : name + ':' + std::to_string(port);
}

Result<Url> parse_https(std::string_view text) {
    if (text.size() > kMaxBytes) return fail(Code::kInvalid, "an address has at most 2048 bytes");
    const auto parsed = boost::urls::parse_uri(text);  // takes nothing but printable ASCII
    if (!parsed) return fail(Code::kInvalid, "not an absolute address");
    const boost::urls::url_view& url = *parsed;
    if (url.scheme_id() != boost::urls::scheme::https)
        return fail(Code::kInvalid, "an address must begin with https://");
    if (url.has_userinfo()) return fail(Code::kInvalid, "an address must not name a user");
    if (url.has_fragment()) return fail(Code::kInvalid, "an address must have no fragment");
    Url out;
    out.host = url.host_address();
    std::ranges::transform(out.host, out.host.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    if (out.host.empty()) return fail(Code::kInvalid, "an address must name a host");
    // Boost 1.81 takes "host:text" for an empty port and a path.
    if (url.has_port() && url.port_number() == 0) return fail(Code::kInvalid, "a port is 1 to 65535");
    if (url.has_port()) out.port = url.port_number();
    out.target = url.encoded_target();
    if (out.target.empty() || out.target.front() != '/') out.target.insert(0, "/");
    return out;
}

std::string percent_encoded(std::string_view text, std::string_view also_plain) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        if (is_unreserved(c) || also_plain.find(c) != std::string_view::npos) {
            out.push_back(c);
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out.push_back('%');
        out.push_back(kDigits[byte >> 4U]);
        out.push_back(kDigits[byte & 15U]);
    }
    return out;
}

std::optional<std::string> percent_decoded(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out.push_back(text[i]);
            continue;
        }
        unsigned char byte = 0;
        const char* const digits = text.data() + i + 1;
        if (i + 2 >= text.size() || std::from_chars(digits, digits + 2, byte, 16).ptr != digits + 2)
            return std::nullopt;
        out.push_back(static_cast<char>(byte));
        i += 2;
    }
    return out;
}

}  // namespace storage::net
