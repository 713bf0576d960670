#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "gateway/http/request.hpp"

namespace tests {

/// What a request of a test is made of.
struct RequestParts {
    gateway::http::Method method = gateway::http::Method::kGet;
    std::string target = "/";
    std::vector<std::pair<std::string, std::string>> headers = {};
    std::string body = {};
    bool length_declared = true;    ///< False: as a chunked body arrives.
    std::size_t piece = 64 * 1024;  ///< The body arrives in pieces of so many bytes.
    gateway::http::Peer peer = {};
};

/// A body that lies in memory.
class TextBody final : public gateway::http::Body {
  public:
    TextBody(std::string text, bool length_declared, std::size_t piece)
        : text_(std::move(text)), length_declared_(length_declared), piece_(piece) {}

    std::optional<std::uint64_t> content_length() const override {
        return length_declared_ ? std::optional<std::uint64_t>(text_.size()) : std::nullopt;
    }
    boost::asio::awaitable<policy::Result<std::span<const std::byte>>> next() override {
        const auto rest = std::as_bytes(std::span(text_)).subspan(given_);
        const auto out = rest.first(std::min(piece_, rest.size()));
        given_ += out.size();
        co_return out;
    }
    std::uint64_t received() const override { return given_; }

  private:
    std::string text_;
    bool length_declared_;
    std::size_t piece_;
    std::size_t given_ = 0;
};

/// A request as the server would hand it to a handler: its head goes through the server's own parser.
class HttpRequest {
  public:
    explicit HttpRequest(RequestParts parts, policy::RequestId id = {})
        : peer_(std::move(parts.peer)),
          body_(parts.body, parts.length_declared, parts.piece),
          request_(id, head_of(parts), peer_, body_) {}

    gateway::http::Request& request() { return request_; }

  private:
    static gateway::http::RequestHead head_of(const RequestParts& parts) {
        std::string text = std::string(name_of(parts.method)) + " " + parts.target + " HTTP/1.1\r\nHost: localhost\r\n";
        for (const auto& [name, value] : parts.headers) text += name + ": " + value + "\r\n";
        if (!parts.length_declared) {
            text += "Transfer-Encoding: chunked\r\n";
        } else if (!parts.body.empty()) {
            text += "Content-Length: " + std::to_string(parts.body.size()) + "\r\n";
        }
        text += "\r\n";
        auto head = gateway::http::parse_head(text, {});
        if (const auto* refusal = std::get_if<gateway::http::HeadRefusal>(&head)) {
            throw std::invalid_argument(std::string(refusal->sentence));
        }
        return std::move(std::get<gateway::http::RequestHead>(head));
    }

    gateway::http::Peer peer_;
    TextBody body_;
    gateway::http::Request request_;
};

}  // namespace tests
