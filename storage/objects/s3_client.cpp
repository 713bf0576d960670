#include "storage/objects/s3_client.hpp"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "storage/crypto/encoding.hpp"
#include "storage/crypto/sha256.hpp"
#include "storage/net/https_client.hpp"
#include "storage/objects/s3_xml.hpp"

namespace storage::objects {

namespace asio = boost::asio;
using asio::awaitable;
using policy::Code;
using policy::Error;
using policy::fail;
using policy::Result;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t kMaxAnswer = std::size_t{8} << 20U;
constexpr unsigned kExpectationFailed = 417;
constexpr auto kPatienceForRefusal = std::chrono::seconds(1);

net::Url origin_of(const S3Options& options) {
    net::Url origin = options.endpoint;
    if (!options.path_style) origin.host = options.bucket + '.' + origin.host;
    return origin;
}

std::string path_of(const S3Options& options, const std::string& key) {
    std::string path = "/";
    if (options.path_style) path += net::percent_encoded(options.bucket);
    if (options.path_style && !key.empty()) path += '/';
    return path + net::percent_encoded(key, "/");
}

std::string target_of(const S3Options& options, const S3Request& request) {
    const std::string query = canonical_query(request.query);
    const std::string path = path_of(options, request.key);
    return query.empty() ? path : path + '?' + query;
}

awaitable<void> pause(std::chrono::milliseconds length) {
    boost::system::error_code ignored;
    asio::steady_timer timer(co_await asio::this_coro::executor, length);
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

bool changed_nothing(unsigned status) {
    return status != 500 && status != 502 && status != 504;
}

/// A kept connection that ended without a byte of an answer.
bool was_dead(const net::HttpsConnection& line) {
    return line.was_used_before() && !line.was_answered();
}

}  // namespace

/// One try: an answer, or why there is none; for bodies also the connection that waits for them.
struct S3Client::Tried {
    Result<S3Answer> answer = fail(Code::kInternal, "not tried");
    bool stale = false;             ///< A kept connection that ended without a byte of an answer.
    bool in_doubt = false;          ///< All was sent and nothing came back.
    bool unknown_question = false;  ///< The store does not answer whether it wants a body.
    std::unique_ptr<S3BodyStream> stream = nullptr;
    std::shared_ptr<const S3Credentials> credentials = nullptr;  ///< What it was signed with.
};

/// A request whose head was sent, or not.
struct S3Client::Begun {
    net::PooledConnection connection;
    S3Signer signer;
    std::shared_ptr<const S3Credentials> credentials;  ///< What it was signed with.
    Result<void> head_sent;
};

/// Decides whether a request is tried again, and does what has to be done before.
class S3Client::Repeats {
  public:
    Repeats(S3Client& client, Deadline deadline) : client_(client), deadline_(deadline) {}

    bool fresh() const noexcept { return fresh_; }
    bool repeated() const noexcept { return attempts_ > 1; }
    /// The fault of a try; nothing when its answer is one for the caller.
    std::optional<S3Fault> fault(const Tried& tried) {
        signed_at_ = client_.now();
        credentials_ = tried.credentials;
        if (tried.unknown_question) return S3Fault{unexpected("PUT", *tried.answer), S3Remedy::kUnasked};
        if (tried.answer) return fault_of(*tried.answer, client_.options_, signed_at_);
        const Error error = tried.answer.error();
        if (tried.stale) return S3Fault{error, S3Remedy::kFresh};
        const bool passing = error.code == Code::kUnavailable || error.code == Code::kInvalid;
        return S3Fault{passing ? fail(Code::kUnavailable, error.what) : error,
                       passing ? S3Remedy::kWait : S3Remedy::kNone};
    }

    /// Tries the remedy; false when there is none left, and then `fault.error` says so.
    awaitable<bool> again(S3Fault& fault) {
        if (Clock::now() >= deadline_) {
            fault.error = fail(Code::kDeadline, fault.error.what + " (no time left)");
            co_return false;
        }
        if (fault.remedy == S3Remedy::kUnasked) co_return !std::exchange(unasked_, true);
        if (fault.remedy == S3Remedy::kFresh && !std::exchange(fresh_, true)) co_return true;
        if (fault.remedy == S3Remedy::kClock && !std::exchange(clock_corrected_, true)) {
            const auto correction = *fault.store_time - client_.machine_time();
            client_.correction_.store(correction.count(), std::memory_order_relaxed);
            co_return true;
        }
        if (fault.remedy == S3Remedy::kCredentials && !std::exchange(credentials_renewed_, true))
            co_return co_await renew(fault);
        if (fault.remedy == S3Remedy::kWait || fault.remedy == S3Remedy::kFresh) co_return co_await wait(fault);
        co_return false;
    }

  private:
    awaitable<bool> renew(S3Fault& fault) {
        const auto refused = credentials_;
        S3CredentialsFile* const file = client_.credentials_.get();
        const Result<bool> renewed = co_await client_.pool_.run([file, &refused] { return file->renew(refused); });
        if (!renewed) fault.error.what += "; " + renewed.error().what;
        co_return renewed&&* renewed;
    }

    awaitable<bool> wait(S3Fault& fault) {
        const auto tried = " (tried " + std::to_string(attempts_) + " times)";
        if (attempts_ >= client_.options_.retries.attempts) {
            fault.error.what += tried;
            co_return false;
        }
        if (!client_.budget_.take()) {
            fault.error.what += tried + ": the store fails too often for further repeats now";
            co_return false;
        }
        ++attempts_;
        const auto length = wait_before(attempts_, client_.options_.retries);
        if (Clock::now() + length >= deadline_) {
            fault.error = fail(Code::kDeadline, fault.error.what + " (no time left)" + tried);
            co_return false;
        }
        co_await pause(length);
        co_return true;
    }

    S3Client& client_;
    Deadline deadline_;
    unsigned attempts_ = 1;
    bool fresh_ = false;
    bool unasked_ = false;
    bool clock_corrected_ = false;
    bool credentials_renewed_ = false;
    policy::Instant signed_at_;
    std::shared_ptr<const S3Credentials> credentials_;
};

S3Client::S3Client(S3Options options, async::BlockingPool& pool, std::unique_ptr<S3CredentialsFile> credentials,
                   std::unique_ptr<net::ConnectionPool> connections)
    : options_(std::move(options)),
      pool_(pool),
      credentials_(std::move(credentials)),
      connections_(std::move(connections)) {}

Result<std::unique_ptr<S3Client>> S3Client::make(S3Options options, async::BlockingPool& pool) {
    auto credentials = S3CredentialsFile::open(options.credentials_file);
    if (!credentials) return credentials.error();
    net::ConnectionPool::Options kept;
    kept.tls = {options.authorities_pem, options.connect_limit, options.stall_limit};
    kept.idle_limit = options.idle_limit;
    kept.max_in_use = options.max_connections;
    auto connections = net::ConnectionPool::make(origin_of(options), std::move(kept));
    if (!connections) return connections.error();
    return std::unique_ptr<S3Client>(
        new S3Client(std::move(options), pool, std::move(*credentials), std::move(*connections)));
}

StoreProof S3Client::proof() const {
    StoreProof out;
    out.kind = "s3";
    out.endpoint = options_.endpoint.authority();
    out.bucket = options_.bucket;
    out.certificate = connections_->certificate_sha256();
    const std::lock_guard lock(region_mutex_);
    out.region = region_;
    return out;
}

void S3Client::answered_region(std::string region) {
    const std::lock_guard lock(region_mutex_);
    region_ = std::move(region);
}

policy::Instant S3Client::machine_time() const {
    if (options_.clock) return options_.clock();
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

net::RequestHead S3Client::signed_head(const S3Request& request, std::string_view payload, std::uint64_t body_in_bytes,
                                       S3Signer& signer) const {
    net::RequestHead head;
    head.method = request.method;
    head.target = target_of(options_, request);
    head.fields = request.fields;
    head.body_in_bytes = body_in_bytes;
    std::vector<net::Field> fields = request.fields;
    fields.push_back({"host", connections_->origin().authority()});
    const std::string path = path_of(options_, request.key);
    const std::string query = canonical_query(request.query);
    for (auto& field : signer.sign({request.method, path, query, fields, payload}))
        head.fields.push_back(std::move(field));
    return head;
}

awaitable<Result<S3Answer>> S3Client::receive(net::HttpsConnection& connection, std::span<std::byte> sink,
                                              Deadline deadline) {
    auto head = co_await connection.read_head(deadline);
    if (!head) co_return head.error();
    S3Answer answer;
    answer.head = std::move(*head);
    const bool into_sink = !sink.empty() && (answer.status() == 200 || answer.status() == 206);
    while (into_sink && answer.sunk < sink.size()) {
        const auto got = co_await connection.read_body(sink.subspan(answer.sunk), deadline);
        if (!got) co_return got.error();
        if (*got == 0) break;
        answer.sunk += *got;
    }
    auto rest = co_await net::read_whole_body(connection, into_sink ? 0 : kMaxAnswer, deadline);
    if (!rest && rest.error().code == Code::kTooLarge) {
        if (into_sink) co_return fail(Code::kCorrupt, "the S3 store answered with more bytes than were asked for");
        co_return fail(Code::kUnavailable, "the S3 store: " + rest.error().what);
    }
    if (!rest) co_return rest.error();
    answer.body = std::move(*rest);
    if (!answer.good()) answer.code = read_refusal(answer.body).code;
    co_return answer;
}

awaitable<Result<S3Client::Begun>> S3Client::begin(const S3Request& request, std::string payload,
                                                   std::uint64_t body_in_bytes, bool asks, bool fresh,
                                                   Deadline deadline) {
    auto connection = co_await connections_->take(fresh, deadline);
    if (!connection) co_return connection.error();
    auto credentials = credentials_->current();
    S3Signer signer(*credentials, options_.region, now());
    auto head = signed_head(request, payload, body_in_bytes, signer);
    head.expects_continue = asks;
    auto sent = co_await (*connection)->send_head(std::move(head), deadline);
    co_return Begun{std::move(*connection), std::move(signer), std::move(credentials), std::move(sent)};
}

awaitable<S3Client::Tried> S3Client::attempt(const S3Request& request, bool fresh, Deadline deadline) {
    Tried tried;
    std::string payload = crypto::to_hex(crypto::sha256(request.body));
    auto begun = co_await begin(request, std::move(payload), request.body.size(), false, fresh, deadline);
    if (!begun) {
        tried.answer = begun.error();
        co_return tried;
    }
    net::HttpsConnection& line = *begun->connection;
    tried.credentials = begun->credentials;
    auto sent = begun->head_sent;
    tried.in_doubt = sent.has_value();
    if (sent) sent = co_await line.send_body(request.body, deadline);
    // A store that refuses a body may answer and close before all of it was sent.
    const auto answer_by = sent ? deadline : std::min(deadline, Clock::now() + kPatienceForRefusal);
    tried.answer = co_await receive(line, request.sink, answer_by);
    if (tried.answer) {
        tried.in_doubt = !changed_nothing(tried.answer->status());
        co_await connections_->give_back(std::move(begun->connection));
        co_return tried;
    }
    if (!sent) tried.answer = sent.error();
    tried.stale = was_dead(line) && tried.answer.error().code == Code::kUnavailable;
    co_return tried;
}

awaitable<S3Outcome> S3Client::send(S3Request request, Deadline deadline) {
    S3Outcome outcome{fail(Code::kDeadline, "no time left for the S3 store")};
    if (Clock::now() >= deadline) co_return outcome;
    Repeats repeats(*this, deadline);
    while (true) {
        Tried tried = co_await attempt(request, repeats.fresh(), deadline);
        auto fault = repeats.fault(tried);
        if (!fault) {
            budget_.succeeded(repeats.repeated());
            outcome.answer = std::move(tried.answer);
            co_return outcome;
        }
        outcome.in_doubt = outcome.in_doubt || tried.in_doubt;
        const bool goes_on = co_await repeats.again(*fault);
        if (goes_on) continue;
        outcome.answer = fault->error;
        co_return outcome;
    }
}

awaitable<S3Client::Tried> S3Client::attempt_body(const S3Request& request, std::uint64_t wire_length, bool fresh,
                                                  Deadline deadline) {
    Tried tried;
    const bool asks = Clock::now() >= ask_from_.load();
    std::string payload(kStreamedPayload);
    auto begun = co_await begin(request, std::move(payload), wire_length, asks, fresh, deadline);
    if (!begun) {
        tried.answer = begun.error();
        co_return tried;
    }
    net::HttpsConnection& line = *begun->connection;
    tried.credentials = begun->credentials;
    const auto& sent = begun->head_sent;
    Result<bool> wanted = true;
    if (!sent) wanted = sent.error();
    if (sent && asks) wanted = co_await line.body_is_wanted(options_.continue_limit, deadline);
    if (wanted && *wanted) {
        tried.stream =
            std::make_unique<S3BodyStream>(*this, std::move(begun->connection), std::move(begun->signer), deadline);
        co_return tried;
    }
    if (wanted) {
        tried.answer = co_await receive(line, {}, deadline);
        tried.unknown_question = asks && tried.answer && tried.answer->status() == kExpectationFailed;
        if (tried.unknown_question) ask_later();
        co_return tried;
    }
    tried.answer = wanted.error();
    tried.stale = was_dead(line);
    // Silent after the question: it may be one that does not know it.
    if (sent && !tried.stale && !line.was_answered() && Clock::now() < deadline) ask_later();
    co_return tried;
}

awaitable<Result<std::unique_ptr<S3BodyStream>>> S3Client::begin_body(S3Request request, std::uint64_t length,
                                                                      std::size_t chunk, Deadline deadline) {
    constexpr std::size_t kLineEnd = 2;
    const std::uint64_t full = length / chunk;
    const auto last = static_cast<std::size_t>(length % chunk);
    std::uint64_t wire_length =
        length + full * (S3Signer::chunk_line_size(chunk) + kLineEnd) + S3Signer::chunk_line_size(0) + kLineEnd;
    if (last > 0) wire_length += S3Signer::chunk_line_size(last) + kLineEnd;
    request.fields.push_back({"content-encoding", "aws-chunked"});
    request.fields.push_back({"x-amz-decoded-content-length", std::to_string(length)});
    Repeats repeats(*this, deadline);
    while (true) {
        Tried tried = co_await attempt_body(request, wire_length, repeats.fresh(), deadline);
        if (tried.stream) {
            budget_.succeeded(repeats.repeated());
            co_return std::move(tried.stream);
        }
        auto fault = repeats.fault(tried);
        if (!fault && tried.answer->status() == 412)
            co_return fail(Code::kConflict, "the name " + request.key + " is taken");
        if (!fault) co_return unexpected(request.method, *tried.answer);
        const bool goes_on = co_await repeats.again(*fault);
        if (!goes_on) co_return fault->error;
    }
}

awaitable<Result<void>> S3BodyStream::send(std::span<const std::byte> chunk) {
    const std::string line = (first_ ? "" : "\r\n") + signer_.chunk_line(chunk);
    first_ = false;
    auto sent = co_await connection_->send_body(std::as_bytes(std::span(line)), deadline_);
    if (sent) sent = co_await connection_->send_body(chunk, deadline_);
    if (!sent) co_return co_await why(sent.error());
    co_return Result<void>();
}

awaitable<Error> S3BodyStream::why(Error failure) {
    const auto answer_by = std::min(deadline_, Clock::now() + kPatienceForRefusal);
    auto answer = co_await S3Client::receive(*connection_, {}, answer_by);
    if (!answer || answer->good()) co_return failure;
    const auto fault = fault_of(*answer, client_.options(), client_.now());
    if (fault) co_return fault->error;
    co_return answer->status() == 412 ? fail(Code::kConflict, "the name is taken") : unexpected("PUT", *answer);
}

awaitable<S3Outcome> S3BodyStream::finish(std::span<const std::byte> last) {
    auto outcome = co_await end(last);
    connection_ = {};  // whoever looks into what became of it needs a connection too
    co_return outcome;
}

awaitable<S3Outcome> S3BodyStream::end(std::span<const std::byte> last) {
    S3Outcome outcome{fail(Code::kInternal, "no answer")};
    if (!last.empty()) {
        const auto sent = co_await send(last);
        if (!sent) {
            outcome.answer = sent.error();
            co_return outcome;
        }
    }
    const std::string line = (first_ ? "" : "\r\n") + signer_.chunk_line({}) + "\r\n";
    outcome.in_doubt = true;  // whatever happens to the last bytes, they may have arrived
    const auto sent = co_await connection_->send_body(std::as_bytes(std::span(line)), deadline_);
    if (!sent) {
        outcome.answer = co_await why(sent.error());
        co_return outcome;
    }
    auto answer = co_await S3Client::receive(*connection_, {}, deadline_);
    if (!answer) {
        outcome.answer = answer.error();
        co_return outcome;
    }
    outcome.in_doubt = !changed_nothing(answer->status());
    co_await client_.connections_->give_back(std::move(connection_));
    const auto fault = fault_of(*answer, client_.options(), client_.now());
    if (fault) {
        outcome.answer = fault->error;
    } else {
        outcome.answer = std::move(*answer);
    }
    co_return outcome;
}

}  // namespace storage::objects
