#include "gateway/http/response_head.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <string_view>

namespace gateway::http {
namespace {

/// IMF-fixdate (RFC 9110, 5.6.7).
std::string http_date(policy::Instant now) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    const std::time_t time = seconds;
    std::tm parts{};
    gmtime_r(&time, &parts);
    std::array<char, 64> out{};
    static_cast<void>(std::strftime(out.data(), out.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts));
    return out.data();
}

bool carries_line_break(std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

std::uint64_t size_of(const Response& response) {
    if (const auto* text = std::get_if<std::string>(&response.body)) return text->size();
    return std::get<std::unique_ptr<BodySource>>(response.body)->size();
}

}  // namespace

bool is_sound(const Response& response) {
    return std::none_of(response.headers.begin(), response.headers.end(), [](const Header& header) {
        return carries_line_break(header.name) || carries_line_break(header.value);
    });
}

std::string head_of(const Response& response, const policy::RequestId& id, policy::Instant now, bool keep) {
    std::string out =
        "HTTP/1.1 " + std::to_string(response.status) + " " + std::string(reason_phrase(response.status)) + "\r\n";
    for (const auto& header : response.headers) {
        out += header.name + ": " + header.value + "\r\n";
    }
    if (response.status != 204) out += "Content-Length: " + std::to_string(size_of(response)) + "\r\n";
    if (response.header("Cache-Control") == nullptr) out += "Cache-Control: no-store\r\n";
    out += "Date: " + http_date(now) + "\r\nCallvault-Request-Id: " + id.text() +
           "\r\nStrict-Transport-Security: max-age=31536000\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: "
           "no-referrer\r\n"
           "Cross-Origin-Resource-Policy: same-origin\r\nCross-Origin-Opener-Policy: same-origin\r\n";
    if (response.header("Content-Security-Policy") == nullptr)
        out += "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n";
    out += keep ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
    return out;
}

}  // namespace gateway::http
