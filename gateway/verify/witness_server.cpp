#include "gateway/verify/witness_server.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <chrono>
#include <csignal>
#include <exception>
#include <ostream>
#include <utility>

#include "gateway/verify/report.hpp"

namespace gateway::verify {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::awaitable;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::chrono::seconds kSilence{10};
constexpr std::chrono::milliseconds kPause{100};
constexpr std::size_t kMostConnections = 64;
constexpr std::size_t kMaxBody = 64U << 10U;
constexpr std::string_view kCheckpoint = "/checkpoint";

using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;
using Stream = beast::ssl_stream<beast::tcp_stream>;

class Server {
  public:
    Server(Witness& witness, const WitnessServerOptions& options, std::ostream& out)
        : witness_(witness),
          out_(out),
          tls_(asio::ssl::context::tls_server),
          acceptor_(io_),
          signals_(io_, SIGTERM, SIGINT) {
        error_code error;
        SSL_CTX_ctrl(tls_.native_handle(), SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_3_VERSION, nullptr);
        tls_.use_certificate_chain_file(options.certificate.string(), error);
        const auto& key = options.certificate_key.empty() ? options.certificate : options.certificate_key;
        if (!error) tls_.use_private_key_file(key.string(), asio::ssl::context::pem, error);
        if (error)
            throw Unreadable(options.certificate.string() + " cannot be used as a certificate: " + error.message());
        const tcp::endpoint place(asio::ip::make_address(options.address, error), options.port);
        if (!error) acceptor_.open(place.protocol(), error);
        if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
        if (!error) acceptor_.bind(place, error);
        if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
        if (error) throw Unreadable(options.address + ":" + std::to_string(options.port) + ": " + error.message());
    }

    void run() {
        out_ << "callvault-verify witness " << witness_.key().name << " on port " << acceptor_.local_endpoint().port()
             << '\n'
             << std::flush;
        signals_.async_wait([this](const error_code&, int) { io_.stop(); });
        // Whatever ends it ends the program: a witness that takes no call is none.
        asio::co_spawn(io_, accept(), [](const std::exception_ptr& failed) {
            if (failed) std::rethrow_exception(failed);
        });
        io_.run();
    }

  private:
    awaitable<void> accept() {
        while (true) {
            error_code error;
            tcp::socket socket = co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
            if (error) {  // no descriptor, say: it passes, and must not be waited for at full speed
                asio::steady_timer pause(io_, kPause);
                co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
                continue;
            }
            if (open_ == kMostConnections) continue;
            asio::co_spawn(io_, talk(std::move(socket)), [this](const std::exception_ptr& failed) {
                if (failed) out_ << "a connection failed\n" << std::flush;
            });
        }
    }

    awaitable<void> talk(tcp::socket socket) {
        const struct Counted {
            std::size_t& open;
            explicit Counted(std::size_t& all) : open(all) { ++open; }
            ~Counted() { --open; }
        } counted(open_);
        error_code error;
        Stream stream(beast::tcp_stream(std::move(socket)), tls_);
        beast::get_lowest_layer(stream).expires_after(kSilence);
        co_await stream.async_handshake(asio::ssl::stream_base::server,
                                        asio::redirect_error(asio::use_awaitable, error));
        beast::flat_buffer buffer;
        if (error) co_return;
        http::request_parser<http::string_body> parser;
        parser.body_limit(kMaxBody);
        beast::get_lowest_layer(stream).expires_after(kSilence);
        co_await http::async_read(stream, buffer, parser, asio::redirect_error(asio::use_awaitable, error));
        if (error) co_return;
        Response response = answer(parser.get());
        co_await http::async_write(stream, response, asio::redirect_error(asio::use_awaitable, error));
        // One request a connection: those that wait get their turn.
        co_await stream.async_shutdown(asio::redirect_error(asio::use_awaitable, error));
    }

    Response answer(const Request& request) {
        Witness::Answer said{404, "text/plain; charset=utf-8", "there is nothing here\n"};
        const std::string_view target(request.target().data(), request.target().size());
        try {
            if (target == "/add-checkpoint" && request.method() == http::verb::post) {
                said = witness_.add_checkpoint(request.body(), now());
                if (said.status == 200 || said.status == 409 || said.status == 422)  // a log that it watches signed it
                    out_ << said.status << ' ' << origin_in(request.body()) << '\n' << std::flush;
            } else if (target == "/add-checkpoint") {
                said = {405, "text/plain; charset=utf-8", "POST it\n"};
            } else if (request.method() == http::verb::get && target.ends_with(kCheckpoint) &&
                       target.size() > kCheckpoint.size()) {
                const auto note = witness_.newest(target.substr(1, target.size() - 1 - kCheckpoint.size()));
                if (note) said = {200, "text/plain; charset=utf-8", *note};
            }
        } catch (const std::exception& failed) {
            out_ << "500 " << failed.what() << '\n' << std::flush;
            said = {500, "text/plain; charset=utf-8", "this witness cannot write what it would sign\n"};
        }
        Response response(static_cast<http::status>(said.status), request.version());
        response.set(http::field::content_type, said.media_type);
        response.keep_alive(false);
        response.body() = std::move(said.body);
        response.prepare_payload();
        return response;
    }

    /// For the line that is told: origin and size.
    static std::string origin_in(std::string_view body) {
        const std::size_t blank = body.find("\n\n");
        if (blank == std::string_view::npos) return "";
        const auto checkpoint = parse_checkpoint(open_note(body.substr(blank + 2), {}).text);
        return checkpoint ? checkpoint->origin + ' ' + std::to_string(checkpoint->size) : std::string();
    }

    static std::uint64_t now() {
        const auto since = std::chrono::system_clock::now().time_since_epoch();
        return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(since).count());
    }

    Witness& witness_;
    std::ostream& out_;
    asio::ssl::context tls_;
    std::size_t open_ = 0;
    asio::io_context io_{1};  ///< After what its coroutines use until it goes.
    tcp::acceptor acceptor_;
    asio::signal_set signals_;
};

}  // namespace

void serve_witness(Witness& witness, const WitnessServerOptions& options, std::ostream& out) {
    Server(witness, options, out).run();
}

}  // namespace gateway::verify
