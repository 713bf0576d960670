// The one unit of this folder with Beast in it: it takes half a minute.
#include "storage/net/https_client.hpp"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <utility>

namespace storage::net {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::awaitable;
using asio::use_awaitable;
using boost::system::error_code;
using policy::Code;
using policy::fail;
using policy::Result;
using Tcp = asio::ip::tcp;
using Stream = beast::ssl_stream<beast::tcp_stream>;

namespace {

policy::Error failed(const Url& url, std::string_view at, const error_code& error) {
    const auto what = url.host + ": " + std::string(at) + ": " + error.message();
    if (error == beast::error::timeout) return fail(Code::kDeadline, what);
    if (error == http::error::body_limit) return fail(Code::kTooLarge, what);
    const bool protocol = error.category() == make_error_code(http::error::bad_version).category();
    const bool cut = error == http::error::partial_message || error == http::error::end_of_stream;
    return fail(protocol && !cut ? Code::kInvalid : Code::kUnavailable, what);
}

/// Names are looked up on a thread of Asio's own, which cannot be stopped: the wait for it can.
awaitable<Result<Tcp::resolver::results_type>> look_up(const Url& url, async::Deadline deadline) {
    using asio::experimental::awaitable_operators::operator||;
    const auto executor = co_await asio::this_coro::executor;
    Tcp::resolver resolver(executor);
    asio::steady_timer timer(executor, deadline);
    error_code error;
    error_code ignored;
    const auto port = std::to_string(url.port);
    auto done = co_await (resolver.async_resolve(url.host, port, asio::redirect_error(use_awaitable, error)) ||
                          timer.async_wait(asio::redirect_error(use_awaitable, ignored)));
    if (done.index() == 1) co_return fail(Code::kDeadline, url.host + ": its name was not found in time");
    if (error) co_return failed(url, "its name", error);
    co_return std::get<0>(std::move(done));
}

http::request<http::string_body> written(const Request& request) {
    http::request<http::string_body> out;
    out.method_string(request.method);
    out.target(request.url.target);
    out.version(11);
    out.set(http::field::host, request.url.authority());
    out.set(http::field::user_agent, "callvault");
    out.set(http::field::connection, "close");
    for (const auto& field : request.fields) out.set(field.name, field.value);
    out.body() = request.body;
    out.prepare_payload();
    return out;
}

/// Who must prove to be there: by a name or address in the certificate's subjectAltName, never by its common name.
bool expect_host(SSL* ssl, std::string host) {
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    error_code none;
    asio::ip::make_address(host, none);
    if (!none) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1;
    // SNI, without the cast of OpenSSL's macro for it.
    return SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host.data()) == 1 &&
           SSL_set1_host(ssl, host.c_str()) == 1;
}

std::string media_type(std::string_view text) {
    text = text.substr(0, text.find(';'));
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return out;
}

}  // namespace

class HttpsClient::Impl {
  public:
    explicit Impl(Options options) : options_(std::move(options)) {}

    Result<void> open() {
        error_code error;
        if (options_.authorities_pem.empty()) {
            context_.set_default_verify_paths(error);
        } else {
            context_.add_certificate_authority(asio::buffer(options_.authorities_pem), error);
        }
        if (error) return fail(Code::kInvalid, "the authorities to trust cannot be read: " + error.message());
        context_.set_verify_mode(asio::ssl::verify_peer, error);
        SSL_CTX_set_min_proto_version(context_.native_handle(), TLS1_3_VERSION);
        return {};
    }

    awaitable<Result<Reply>> send(Request request, async::Deadline deadline) {
        const auto found = co_await look_up(request.url, deadline);
        if (found.has_error()) co_return found.error();
        Stream stream(co_await asio::this_coro::executor, context_);
        auto& socket = beast::get_lowest_layer(stream);
        socket.expires_at(deadline);
        error_code error;
        co_await socket.async_connect(*found, asio::redirect_error(use_awaitable, error));
        if (error) co_return failed(request.url, "connect", error);
        if (!expect_host(stream.native_handle(), request.url.host))
            co_return fail(Code::kInternal, "OpenSSL does not take the name of the host");
        co_await stream.async_handshake(asio::ssl::stream_base::client, asio::redirect_error(use_awaitable, error));
        if (error) co_return failed(request.url, "TLS", error);
        const auto out = written(request);
        co_await http::async_write(stream, out, asio::redirect_error(use_awaitable, error));
        if (error) co_return failed(request.url, "write", error);
        http::response_parser<http::string_body> parser;
        parser.body_limit(options_.max_reply_bytes);
        if (request.method == "HEAD") parser.skip(true);
        beast::flat_buffer buffer;
        co_await http::async_read(stream, buffer, parser, asio::redirect_error(use_awaitable, error));
        if (error) co_return failed(request.url, "read", error);
        auto answer = parser.release();
        Reply reply;
        reply.status = answer.result_int();
        const auto type = answer[http::field::content_type];
        reply.media_type = media_type({type.data(), type.size()});
        reply.body = std::move(answer.body());
        co_return reply;  // whole by its own length: how the other side says goodbye changes nothing
    }

  private:
    Options options_;
    asio::ssl::context context_{asio::ssl::context::tls_client};
};

HttpsClient::HttpsClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpsClient::~HttpsClient() = default;

Result<std::unique_ptr<HttpsClient>> HttpsClient::make(Options options) {
    auto impl = std::make_unique<Impl>(std::move(options));
    const auto opened = impl->open();
    if (opened.has_error()) return opened.error();
    return std::unique_ptr<HttpsClient>(new HttpsClient(std::move(impl)));
}

awaitable<Result<Reply>> HttpsClient::send(Request request, async::Deadline deadline) const {
    return impl_->send(std::move(request), deadline);
}

}  // namespace storage::net
