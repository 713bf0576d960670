#include "gateway/http/beast_reader.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace gateway::http {
namespace {

namespace beast = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;

std::string_view view(string_view text) {
    return {text.data(), text.size()};
}

/// Compares what Beast reads with what the strict check has read.
class Comparer final : public beast::basic_parser<true> {
  public:
    explicit Comparer(const CheckedHead& head) : head_(head) {
        header_limit(std::numeric_limits<std::uint32_t>::max());
        body_limit(boost::none);
        eager(false);
    }

    bool agrees() const { return agrees_ && fields_seen_ == head_.fields.size(); }

  private:
    void on_request_impl(beast::verb, string_view method, string_view target, int version, error_code&) override {
        agrees_ = agrees_ && view(method) == head_.method && view(target) == head_.target && version == 11;
    }
    void on_field_impl(beast::field, string_view name, string_view value, error_code&) override {
        const std::size_t i = fields_seen_++;
        agrees_ = agrees_ && i < head_.fields.size() && view(name) == head_.fields[i].name &&
                  view(value) == head_.fields[i].value;
    }
    void on_response_impl(int, string_view, int, error_code&) override {}
    void on_header_impl(error_code&) override {}
    void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}
    std::size_t on_body_impl(string_view body, error_code&) override { return body.size(); }
    void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code&) override { return body.size(); }
    void on_finish_impl(error_code&) override {}

    const CheckedHead& head_;
    std::size_t fields_seen_ = 0;
    bool agrees_ = true;
};

}  // namespace

bool beast_agrees(std::string_view bytes, const CheckedHead& head) {
    Comparer comparer(head);
    error_code error;
    const std::size_t used = comparer.put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
    if (error || used != bytes.size() || !comparer.is_header_done() || !comparer.agrees()) return false;
    if (comparer.chunked() != head.chunked || comparer.keep_alive() != head.keep_alive) return false;
    const auto length = comparer.content_length();
    return head.chunked ? !length : length.value_or(0) == head.content_length;
}

}  // namespace gateway::http
