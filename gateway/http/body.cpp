#include "gateway/http/body.hpp"

namespace gateway::http {

boost::asio::awaitable<policy::Result<std::string>> Body::read_all(std::size_t max_bytes) {
    if (content_length().value_or(0) > max_bytes) {
        co_return policy::fail(policy::Code::kTooLarge, "declared length is over the limit");
    }
    std::string whole;
    for (;;) {
        const auto piece = co_await next();
        if (!piece) co_return piece.error();
        if (piece->empty()) co_return whole;
        if (piece->size() > max_bytes - whole.size()) {
            co_return policy::fail(policy::Code::kTooLarge, "body is over the limit");
        }
        whole.append(reinterpret_cast<const char*>(piece->data()), piece->size());
    }
}

}  // namespace gateway::http
