#include "storage/net/https_client.hpp"

#include <algorithm>
#include <utility>

namespace storage::net {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;
using policy::Result;

namespace {

constexpr std::size_t kPiece = std::size_t{16} * 1024;

RequestHead head_of(Request& request) {
    RequestHead head;
    head.method = std::move(request.method);
    head.target = request.url.target;
    head.fields = std::move(request.fields);
    head.body_in_bytes = request.body.size();
    head.closes = true;
    return head;
}

std::string media_type(std::string_view text) {
    text = text.substr(0, text.find(';'));
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return out;
}

}  // namespace

awaitable<Result<std::string>> read_whole_body(HttpsConnection& connection, std::size_t max_bytes,
                                               async::Deadline deadline) {
    std::string body;
    while (true) {
        const std::size_t known = body.size();
        body.resize(std::min(known + kPiece, max_bytes + 1));
        const auto room = std::as_writable_bytes(std::span(body)).subspan(known);
        const auto got = co_await connection.read_body(room, deadline);
        if (!got) co_return got.error();
        body.resize(known + *got);
        if (*got == 0) co_return body;
        if (body.size() > max_bytes)
            co_return fail(Code::kTooLarge, "the answer has more than " + std::to_string(max_bytes) + " bytes");
    }
}

HttpsClient::HttpsClient(std::shared_ptr<const TlsClient> tls, std::size_t max_reply_bytes)
    : tls_(std::move(tls)), max_reply_bytes_(max_reply_bytes) {}

Result<std::unique_ptr<HttpsClient>> HttpsClient::make(Options options) {
    TlsOptions tls;
    tls.authorities_pem = std::move(options.authorities_pem);
    auto client = make_tls_client(std::move(tls));
    if (!client) return client.error();
    return std::unique_ptr<HttpsClient>(new HttpsClient(std::move(*client), options.max_reply_bytes));
}

awaitable<Result<Reply>> HttpsClient::send(Request request, async::Deadline deadline) const {
    auto connection = co_await HttpsConnection::open(tls_, request.url, deadline);
    if (!connection) co_return connection.error();
    auto outgoing = head_of(request);
    const auto asked = co_await (*connection)->send_head(std::move(outgoing), deadline);
    if (!asked) co_return asked.error();
    const auto sent = co_await (*connection)->send_body(std::as_bytes(std::span(request.body)), deadline);
    if (!sent) co_return sent.error();
    const auto head = co_await (*connection)->read_head(deadline);
    if (!head) co_return head.error();
    auto body = co_await read_whole_body(**connection, max_reply_bytes_, deadline);
    if (!body && body.error().code == Code::kTooLarge)
        co_return fail(Code::kTooLarge, request.url.host + ": " + body.error().what);
    if (!body) co_return body.error();
    Reply reply;
    reply.status = head->status;
    reply.media_type = media_type(head->field("content-type"));
    reply.body = std::move(*body);
    co_return reply;  // whole by its own length: how the other side says goodbye changes nothing
}

}  // namespace storage::net
