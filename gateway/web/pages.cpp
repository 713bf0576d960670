#include "gateway/web/pages.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "gateway/http/ascii.hpp"
#include "gateway/http/content_policy.hpp"
#include "gateway/http/problem.hpp"

namespace gateway::web {

using boost::asio::awaitable;

namespace {

constexpr std::string_view kPage = "index.html";

/// Bytes that live as long as the program.
class MemorySource final : public http::BodySource {
  public:
    explicit MemorySource(std::string_view bytes) : bytes_(bytes) {}

    std::uint64_t size() const override { return bytes_.size(); }
    awaitable<policy::Result<std::span<const std::byte>>> next(std::size_t want) override {
        const auto piece = bytes_.substr(given_, want);
        given_ += piece.size();
        co_return std::as_bytes(std::span(piece));
    }

  private:
    std::string_view bytes_;
    std::size_t given_ = 0;
};

const File* find(std::string_view name) {
    const auto all = files();
    const auto found = std::ranges::find(all, name, &File::name);
    return found == all.end() ? nullptr : &*found;
}

http::Response response_of(const http::Request& request, const File& file) {
    const bool packed = takes_gzip(request.header("accept-encoding").value_or(""));
    http::Response out;
    out.headers.push_back({"Content-Type", std::string(file.media_type)});
    out.headers.push_back({"Vary", "Accept-Encoding"});
    if (packed) out.headers.push_back({"Content-Encoding", "gzip"});
    out.body = std::make_unique<MemorySource>(packed ? file.gzip : file.plain);
    return out;
}

/// Scripts and styles come from here only, and none stands in the page itself.
const std::string& policy_of_page() {
    static const std::string kPolicy = http::content_policy(
        "script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'", "'self'");
    return kPolicy;
}

}  // namespace

bool takes_gzip(std::string_view accept_encoding) {
    while (!accept_encoding.empty()) {
        const auto end = std::min(accept_encoding.find(','), accept_encoding.size());
        const auto coding = accept_encoding.substr(0, end);
        const auto semicolon = std::min(coding.find(';'), coding.size());
        const auto weight = http::trimmed(coding.substr(std::min(semicolon + 1, coding.size())));
        const bool refused = weight == "q=0" ||
                             (weight.starts_with("q=0.") && weight.find_first_not_of('0', 4) == std::string_view::npos);
        if (http::same_text(http::trimmed(coding.substr(0, semicolon)), "gzip")) return !refused;
        accept_encoding.remove_prefix(std::min(end + 1, accept_encoding.size()));
    }
    return false;
}

awaitable<http::Response> Pages::page(http::Request& request) {
    const auto* file = find(kPage);
    if (file == nullptr) co_return http::problem_response(request.id(), policy::fail(policy::Code::kNotFound, ""));
    auto response = response_of(request, *file);
    response.headers.push_back({"Content-Security-Policy", policy_of_page()});
    // So that the back button asks again, and a new build is seen at once. It is a few hundred bytes.
    response.headers.push_back({"Cache-Control", "no-store"});
    co_return response;
}

awaitable<http::Response> Pages::asset(http::Request& request) {
    const auto name = request.param("file");
    const auto* file = name == kPage ? nullptr : find(name);
    if (file == nullptr) co_return http::problem_response(request.id(), policy::fail(policy::Code::kNotFound, ""));
    auto response = response_of(request, *file);
    response.headers.push_back({"Cache-Control", "public, max-age=31536000, immutable"});
    co_return response;
}

}  // namespace gateway::web
