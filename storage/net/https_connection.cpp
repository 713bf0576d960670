// The one unit of this folder with Beast in it: it takes half a minute.
#include "storage/net/https_connection.hpp"

#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_static_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <cerrno>
#include <memory>
#include <utility>

#include "storage/async/signal.hpp"

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
using Clock = std::chrono::steady_clock;

class TlsClient {
  public:
    explicit TlsClient(TlsOptions options) : options_(std::move(options)) {}

    Result<void> prepare() {
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

    const TlsOptions& options() const noexcept { return options_; }
    /// OpenSSL counts references to it under its own lock: making connections from many threads is fine.
    asio::ssl::context& context() const noexcept { return context_; }

  private:
    TlsOptions options_;
    mutable asio::ssl::context context_{asio::ssl::context::tls_client};
};

Result<std::shared_ptr<const TlsClient>> make_tls_client(TlsOptions options) {
    auto client = std::make_shared<TlsClient>(std::move(options));
    const auto prepared = client->prepare();
    if (!prepared) return prepared.error();
    return std::shared_ptr<const TlsClient>(std::move(client));
}

std::string_view AnswerHead::field(std::string_view name) const {
    for (const auto& field : fields) {
        if (beast::iequals(field.name, name)) return field.value;
    }
    return {};
}

namespace {

/// A name that is being looked up, on a thread of Asio's own that cannot be stopped. Owned by whoever waits and by the
/// end of the looking up, so that the first may leave before the second.
struct LookUp {
    explicit LookUp(const asio::any_io_executor& executor) : resolver(executor) {}

    Tcp::resolver resolver;
    std::shared_ptr<async::Signal> done = async::Signal::make();
    error_code error;
    Tcp::resolver::results_type found;
};

awaitable<Result<Tcp::resolver::results_type>> look_up(const Url& url, async::Deadline deadline) {
    auto name = std::make_shared<LookUp>(co_await asio::this_coro::executor);
    name->resolver.async_resolve(url.host, std::to_string(url.port),
                                 [name](const error_code& error, Tcp::resolver::results_type found) {
                                     name->error = error;
                                     name->found = std::move(found);
                                     name->done->fire();
                                 });
    const bool in_time = co_await name->done->wait(deadline);
    if (!in_time) {
        name->resolver.cancel();  // one that still waits for the thread is not begun
        co_return fail(Code::kDeadline, url.host + ": its name was not found in time");
    }
    if (name->error) co_return fail(Code::kUnavailable, url.host + ": its name: " + name->error.message());
    co_return std::move(name->found);
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

http::request<http::empty_body> written(const RequestHead& head, const Url& url) {
    http::request<http::empty_body> out;
    out.method_string(head.method);
    out.target(head.target);
    out.version(11);
    out.set(http::field::host, url.authority());
    out.set(http::field::user_agent, "callvault");
    if (head.closes) out.set(http::field::connection, "close");
    if (head.expects_continue) out.set(http::field::expect, "100-continue");
    for (const auto& field : head.fields) out.set(field.name, field.value);
    if (head.body_in_bytes > 0 || (head.method != "GET" && head.method != "HEAD" && head.method != "DELETE"))
        out.content_length(head.body_in_bytes);
    return out;
}

AnswerHead taken(const http::response_parser<http::buffer_body>& parser) {
    AnswerHead head;
    head.status = parser.get().result_int();
    for (const auto& field : parser.get()) {
        const auto name = field.name_string();
        const auto value = field.value();
        head.fields.push_back({{name.data(), name.size()}, {value.data(), value.size()}});
    }
    if (const auto length = parser.content_length()) head.body_in_bytes = *length;
    return head;
}

}  // namespace

class HttpsConnection::Impl {
  public:
    Impl(std::shared_ptr<const TlsClient> client, Url url, const asio::any_io_executor& executor)
        : client_(std::move(client)), url_(std::move(url)), stream_(executor, client_->context()) {}

    awaitable<Result<void>> connect(async::Deadline deadline) {
        deadline_ = deadline;
        const auto connect_by = std::min(deadline, Clock::now() + client_->options().connect_limit);
        const auto found = co_await look_up(url_, connect_by);
        if (!found) co_return found.error();
        error_code error;
        socket().expires_at(connect_by);
        co_await socket().async_connect(*found, asio::redirect_error(use_awaitable, error));
        if (error) co_return failed("connect", error);
        socket().socket().set_option(Tcp::no_delay(true), error);
        if (!expect_host(stream_.native_handle(), url_.host))
            co_return fail(Code::kInternal, "OpenSSL does not take the name of the host");
        co_await stream_.async_handshake(asio::ssl::stream_base::client, asio::redirect_error(use_awaitable, error));
        if (error) co_return failed("TLS", error);
        co_return Result<void>();
    }

    awaitable<Result<void>> send_head(RequestHead head, async::Deadline deadline) {
        begin_exchange(head.method == "HEAD", head.closes);
        const auto out = written(head, url_);
        http::request_serializer<http::empty_body> serializer(out);
        error_code error;
        wait_until(deadline);
        co_await http::async_write_header(stream_, serializer, asio::redirect_error(use_awaitable, error));
        if (error) co_return failed("write", error);
        co_return Result<void>();
    }

    awaitable<Result<void>> send_body(std::span<const std::byte> bytes, async::Deadline deadline) {
        // In pieces, so that the stall limit is one of progress and not of the whole.
        constexpr std::size_t kPiece = std::size_t{256} * 1024;
        while (!bytes.empty()) {
            const auto piece = bytes.first(std::min(bytes.size(), kPiece));
            bytes = bytes.subspan(piece.size());
            error_code error;
            wait_until(deadline);
            const asio::const_buffer out(piece.data(), piece.size());
            co_await asio::async_write(stream_, out, asio::redirect_error(use_awaitable, error));
            if (error) co_return failed("write", error);
        }
        co_return Result<void>();
    }

    awaitable<Result<bool>> body_is_wanted(std::chrono::milliseconds patience, async::Deadline deadline) {
        auto head = co_await read_head(deadline, patience);
        if (!head) co_return head.error();
        if (head->status == 100) co_return true;
        early_ = std::move(*head);
        co_return false;
    }

    awaitable<Result<AnswerHead>> final_head(async::Deadline deadline) {
        if (early_) {
            AnswerHead head = std::move(*early_);
            early_.reset();
            co_return head;
        }
        while (true) {
            auto head = co_await read_head(deadline, client_->options().stall_limit);
            if (!head || head->status >= 200) co_return head;
        }
    }

    awaitable<Result<std::size_t>> read_body(std::span<std::byte> out, async::Deadline deadline) {
        if (out.empty() || !parser_) co_return std::size_t{0};
        if (parser_->is_done()) co_return std::size_t{0};
        auto& body = parser_->get().body();
        body.data = out.data();
        body.size = out.size();
        while (body.size == out.size() && !parser_->is_done()) {
            error_code error;
            wait_until(deadline);
            co_await http::async_read_some(stream_, buffer_, *parser_, asio::redirect_error(use_awaitable, error));
            if (error && error != http::error::need_buffer) co_return failed("read", error);
        }
        co_return out.size() - body.size;
    }

    bool was_answered() const noexcept { return answered_ || buffer_.size() > 0; }
    bool was_used_before() const noexcept { return exchanges_ > 1; }

    std::vector<std::byte> certificate_sha256() {
        std::vector<std::byte> out(SHA256_DIGEST_LENGTH);
        const auto* certificate = SSL_get0_peer_certificate(stream_.native_handle());
        const bool hashed =
            certificate != nullptr &&
            X509_digest(certificate, EVP_sha256(), reinterpret_cast<unsigned char*>(out.data()), nullptr) == 1;
        if (!hashed) out.clear();
        return out;
    }

    bool may_be_used_again() const {
        if (broken_ || closes_ || early_ || !parser_ || !parser_->is_done() || !parser_->keep_alive()) return false;
        if (buffer_.size() > 0) return false;
        char byte = 0;
        const int fd = const_cast<Stream&>(stream_).next_layer().socket().native_handle();
        return ::recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    }

  private:
    beast::tcp_stream& socket() { return beast::get_lowest_layer(stream_); }

    void begin_exchange(bool no_body, bool closes) {
        ++exchanges_;
        no_body_ = no_body;
        closes_ = closes;
        answered_ = false;
        early_.reset();
        parser_.reset();
    }

    awaitable<Result<AnswerHead>> read_head(async::Deadline deadline, std::chrono::milliseconds patience) {
        parser_.emplace();
        parser_->body_limit(boost::none);  // whoever reads it bounds it
        parser_->header_limit(kHeadLimit);
        if (no_body_) parser_->skip(true);
        error_code error;
        wait_until(deadline, patience);
        co_await http::async_read_header(stream_, buffer_, *parser_, asio::redirect_error(use_awaitable, error));
        answered_ = answered_ || !error || parser_->got_some();
        if (error) co_return failed("read", error);
        co_return taken(*parser_);
    }

    void wait_until(async::Deadline deadline) { wait_until(deadline, client_->options().stall_limit); }
    void wait_until(async::Deadline deadline, std::chrono::milliseconds patience) {
        deadline_ = deadline;
        socket().expires_at(std::min(deadline, Clock::now() + patience));
    }

    policy::Error failed(std::string_view at, const error_code& error) {
        broken_ = true;
        const auto what = url_.host + ": " + std::string(at) + ": " + error.message();
        if (error == beast::error::timeout) {
            const bool late = Clock::now() >= deadline_;
            return fail(late ? Code::kDeadline : Code::kUnavailable, late ? what : what + " (no byte for too long)");
        }
        const bool protocol = error.category() == make_error_code(http::error::bad_version).category();
        const bool cut = error == http::error::partial_message || error == http::error::end_of_stream;
        return fail(protocol && !cut ? Code::kInvalid : Code::kUnavailable, what);
    }

    static constexpr std::uint32_t kHeadLimit = 32 * 1024;
    static constexpr std::size_t kBufferInBytes = std::size_t{48} * 1024;

    std::shared_ptr<const TlsClient> client_;
    Url url_;
    Stream stream_;
    beast::flat_static_buffer<kBufferInBytes> buffer_;
    std::optional<http::response_parser<http::buffer_body>> parser_;
    std::optional<AnswerHead> early_;
    async::Deadline deadline_;
    std::size_t exchanges_ = 0;
    bool no_body_ = false;
    bool closes_ = false;
    bool answered_ = false;
    bool broken_ = false;
};

HttpsConnection::HttpsConnection(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpsConnection::~HttpsConnection() = default;

awaitable<Result<std::unique_ptr<HttpsConnection>>> HttpsConnection::open(std::shared_ptr<const TlsClient> client,
                                                                          Url url, async::Deadline deadline) {
    const auto executor = co_await asio::this_coro::executor;
    auto impl = std::make_unique<Impl>(std::move(client), std::move(url), executor);
    const auto connected = co_await impl->connect(deadline);
    if (!connected) co_return connected.error();
    co_return std::unique_ptr<HttpsConnection>(new HttpsConnection(std::move(impl)));
}

awaitable<Result<void>> HttpsConnection::send_head(RequestHead head, async::Deadline deadline) {
    return impl_->send_head(std::move(head), deadline);
}
awaitable<Result<void>> HttpsConnection::send_body(std::span<const std::byte> bytes, async::Deadline deadline) {
    return impl_->send_body(bytes, deadline);
}
awaitable<Result<bool>> HttpsConnection::body_is_wanted(std::chrono::milliseconds patience, async::Deadline deadline) {
    return impl_->body_is_wanted(patience, deadline);
}
awaitable<Result<AnswerHead>> HttpsConnection::read_head(async::Deadline deadline) {
    return impl_->final_head(deadline);
}
awaitable<Result<std::size_t>> HttpsConnection::read_body(std::span<std::byte> out, async::Deadline deadline) {
    return impl_->read_body(out, deadline);
}
bool HttpsConnection::was_answered() const noexcept {
    return impl_->was_answered();
}
std::vector<std::byte> HttpsConnection::certificate_sha256() const {
    return impl_->certificate_sha256();
}

bool HttpsConnection::was_used_before() const noexcept {
    return impl_->was_used_before();
}
bool HttpsConnection::may_be_used_again() const {
    return impl_->may_be_used_again();
}

}  // namespace storage::net
