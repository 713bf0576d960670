#include "gateway/http/request.hpp"

#include <algorithm>
#include <memory>
#include <span>
#include <utility>

#include "gateway/http/urlencoded.hpp"

namespace gateway::http {
namespace {

/// A body that lies in memory.
class TextBody final : public Body {
  public:
    explicit TextBody(std::string text) : text_(std::move(text)) {}
    std::optional<std::uint64_t> content_length() const override { return text_.size(); }
    std::uint64_t received() const override { return taken_; }
    boost::asio::awaitable<policy::Result<std::span<const std::byte>>> next() override {
        const auto rest = std::as_bytes(std::span(text_)).subspan(taken_);
        const auto piece = rest.first(std::min<std::size_t>(rest.size(), std::size_t{64} * 1024));
        taken_ += piece.size();
        co_return piece;
    }

  private:
    std::string text_;
    std::size_t taken_ = 0;
};

}  // namespace

Request::Request(policy::RequestId id, RequestHead head, const Peer& peer, Body& body)
    : id_(id), head_(std::move(head)), peer_(peer), body_(body) {}

std::optional<std::string> Request::query_parameter(std::string_view name) const {
    return parameter(query(), name);
}

void Request::set_body_read(std::string text) {
    read_before_ = std::make_unique<TextBody>(std::move(text));
}

std::string_view Request::param(std::string_view name) const {
    for (const auto& [key, value] : params_) {
        if (key == name) return value;
    }
    return {};
}

}  // namespace gateway::http
