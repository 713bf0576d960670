#include "gateway/verify/https_reader.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <chrono>
#include <utility>

#include "gateway/verify/report.hpp"

namespace gateway::verify {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::chrono::seconds kPatience{30};

struct Address {
    std::string host;
    std::string port = "443";
    std::string prefix;  ///< "/log", without a slash behind.
};

Address parse(std::string_view text) {
    constexpr std::string_view kScheme = "https://";
    if (!text.starts_with(kScheme)) throw Unreadable(std::string(text) + " is no https address");
    text.remove_prefix(kScheme.size());
    Address out;
    const std::size_t slash = text.find('/');
    std::string_view authority = text.substr(0, slash);
    if (slash != std::string_view::npos) out.prefix = text.substr(slash);
    while (out.prefix.ends_with('/')) out.prefix.pop_back();
    const std::size_t bracket = authority.rfind(']');
    const std::size_t colon = authority.rfind(':');
    if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
        out.port = authority.substr(colon + 1);
        authority = authority.substr(0, colon);
    }
    if (authority.starts_with('[') && authority.ends_with(']')) authority = authority.substr(1, authority.size() - 2);
    out.host = authority;
    if (out.host.empty() || out.host.find('@') != std::string::npos || out.port.empty())
        throw Unreadable("https://" + std::string(text) + " is no https address");
    return out;
}

}  // namespace

class LogUrl::Connection {
  public:
    Connection(std::string_view address, const HttpsOptions& options)
        : address_(parse(address)), token_(options.token), tls_(asio::ssl::context::tls_client) {
        error_code error;
        SSL_CTX_ctrl(tls_.native_handle(), SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_3_VERSION, nullptr);
        tls_.set_verify_mode(asio::ssl::verify_peer);
        tls_.set_verify_callback(asio::ssl::host_name_verification(address_.host));
        if (options.authorities.empty()) {
            tls_.set_default_verify_paths(error);
        } else {
            tls_.load_verify_file(options.authorities.string(), error);
        }
        if (error)
            throw Unreadable(options.authorities.string() + " cannot be read as authorities: " + error.message());
        if (options.certificate.empty()) return;
        tls_.use_certificate_chain_file(options.certificate.string(), error);
        const auto& key = options.certificate_key.empty() ? options.certificate : options.certificate_key;
        if (!error) tls_.use_private_key_file(key.string(), asio::ssl::context::pem, error);
        if (error)
            throw Unreadable(options.certificate.string() + " cannot be used as a certificate: " + error.message());
    }

    /// Nothing: 404.
    std::optional<std::string> get(const std::string& path, std::size_t limit) {
        for (const bool kept : {true, false}) {
            if (kept && !stream_) continue;
            if (!kept) connect();
            auto answer = exchange(path, limit);
            if (answer) return read(path, *answer);
            stream_.reset();
            // A kept connection may have been closed meanwhile: asked once more on a new one.
            if (!kept) throw Unreadable(named(path) + " cannot be read: " + why_);
        }
        return std::nullopt;
    }

  private:
    using Stream = beast::ssl_stream<beast::tcp_stream>;
    using Answer = http::response<http::string_body>;

    std::string named(const std::string& path) const {
        return "https://" + address_.host + (address_.port == "443" ? "" : ":" + address_.port) + address_.prefix +
               '/' + path;
    }

    /// Runs what was started until it is over or the time is.
    void run() {
        io_.restart();
        io_.run();
    }

    void connect() {
        stream_.reset();
        error_code error;
        tcp::resolver resolver(io_);
        const auto found = resolver.resolve(address_.host, address_.port, error);
        if (error) throw Unreadable(address_.host + " was not found: " + error.message());
        stream_ = std::make_unique<Stream>(io_, tls_);
        error_code no_address;
        asio::ip::make_address(address_.host, no_address);
        if (no_address)
            SSL_ctrl(stream_->native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                     address_.host.data());
        beast::get_lowest_layer(*stream_).expires_after(kPatience);
        beast::get_lowest_layer(*stream_).async_connect(
            found, [&](const error_code& failed, const tcp::endpoint&) { error = failed; });
        run();
        if (!error) {
            stream_->async_handshake(asio::ssl::stream_base::client, [&](const error_code& failed) { error = failed; });
            run();
        }
        if (!error) return;
        stream_.reset();
        throw Unreadable("https://" + address_.host + ":" + address_.port + " cannot be reached: " + error.message());
    }

    std::optional<Answer> exchange(const std::string& path, std::size_t limit) {
        http::request<http::empty_body> request(http::verb::get, address_.prefix + '/' + path, 11);
        request.set(http::field::host, address_.host + (address_.port == "443" ? "" : ":" + address_.port));
        request.set(http::field::user_agent, "callvault-verify");
        if (!token_.empty()) request.set(http::field::authorization, "Bearer " + token_);
        error_code error;
        beast::get_lowest_layer(*stream_).expires_after(kPatience);
        http::async_write(*stream_, request, [&](const error_code& failed, std::size_t) { error = failed; });
        run();
        http::response_parser<http::string_body> parser;
        parser.body_limit(limit);
        if (!error) {
            http::async_read(*stream_, buffer_, parser, [&](const error_code& failed, std::size_t) { error = failed; });
            run();
        }
        if (error) {
            why_ = error.message();
            buffer_.clear();
            return std::nullopt;
        }
        Answer answer = parser.release();
        if (!answer.keep_alive()) stream_.reset();
        return answer;
    }

    std::optional<std::string> read(const std::string& path, Answer& answer) const {
        const auto status = answer.result_int();
        if (status == 200) return std::move(answer.body());
        if (status == 404) return std::nullopt;
        if (status == 401 || status == 403)
            throw Unreadable(named(path) + ": the server wants to know who asks (status " + std::to_string(status) +
                             "): give --token-file or --certificate of an auditor");
        throw Unreadable(named(path) + " cannot be read: the server answered with status " + std::to_string(status));
    }

    Address address_;
    const std::string token_;
    asio::io_context io_;
    asio::ssl::context tls_;
    std::unique_ptr<Stream> stream_;
    beast::flat_buffer buffer_;
    std::string why_;
};

LogUrl::LogUrl(std::string_view address, const HttpsOptions& options)
    : connection_(std::make_unique<Connection>(address, options)) {}
LogUrl::~LogUrl() = default;

std::vector<StoredCheckpoint> LogUrl::checkpoints() const {
    return {{"checkpoint", std::nullopt, "checkpoint"}};
}

std::optional<std::string> LogUrl::get(const std::string& path, std::size_t limit) const {
    return connection_->get(path, limit);
}

}  // namespace gateway::verify
