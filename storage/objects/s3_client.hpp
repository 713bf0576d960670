#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "policy/result.hpp"
#include "storage/async/blocking_pool.hpp"
#include "storage/async/deadline.hpp"
#include "storage/net/connection_pool.hpp"
#include "storage/objects/object_store.hpp"
#include "storage/objects/s3_credentials.hpp"
#include "storage/objects/s3_fault.hpp"
#include "storage/objects/s3_options.hpp"
#include "storage/objects/s3_signature.hpp"

namespace storage::objects {

using async::Deadline;

/// A request to the bucket, or to one key in it.
struct S3Request {
    std::string method = "GET";
    std::string key = {};  ///< Empty: the bucket.
    std::vector<S3Parameter> query = {};
    std::vector<net::Field> fields = {};   ///< Lowercase names; all are signed.
    std::span<const std::byte> body = {};  ///< Must stay as it is until the await ends.
    std::span<std::byte> sink = {};        ///< Where the body of a success goes; empty: into S3Answer::body.
};

/// How a request ended.
struct S3Outcome {
    policy::Result<S3Answer> answer;
    /// A try without an answer may have been carried out: an error does not mean that nothing happened, and a refusal
    /// (412, 404) may be about that try's own result.
    bool in_doubt = false;
};

/// A body on its way, chunk by chunk, each signed. Abandoned by its destructor: the store then keeps nothing.
/// Thread safety: one call at a time, on the loop that it was begun on.
class S3BodyStream;

/// Speaks S3 with one bucket: signs, repeats what failed in passing, and tells what an operator must mend.
///
/// Repeats:       connection faults, 5xx and their like, at most S3RetryLimits::attempts times in all and within a
///                budget of all requests together; the identical bytes each time. A request on a kept connection that
///                ended without a byte of an answer is sent once more at once.
/// Clock, keys:   a refusal for the clock is answered once by signing with the store's time; one for the access key by
///                reading the credentials file again.
/// Redirects:     never followed.
/// Thread safety: any thread.
/// Lifetime:      must outlive every awaitable and stream; `pool` must outlive it.
/// Errors:        kUnavailable (after the repeats, or when the set-up is wrong: the text names the way out), kDeadline,
///                kOverloaded (too many connections are in use until the deadline).
class S3Client {
  public:
    /// Blocking: reads the credentials. Errors are those of load_s3_credentials() and of the authorities.
    static policy::Result<std::unique_ptr<S3Client>> make(S3Options options, async::BlockingPool& pool);

    boost::asio::awaitable<S3Outcome> send(S3Request request, Deadline deadline);

    /// A PUT of exactly `length` bytes that come piece by piece, in chunks of `chunk` bytes (the last one shorter).
    /// Asks the store first whether it wants the body: until then it may be repeated. A store that does not know the
    /// question (417, or silence) is asked again after S3Options::unasked_limit.
    boost::asio::awaitable<policy::Result<std::unique_ptr<S3BodyStream>>> begin_body(S3Request request,
                                                                                     std::uint64_t length,
                                                                                     std::size_t chunk,
                                                                                     Deadline deadline);

    const S3Options& options() const noexcept { return options_; }
    /// As the bucket answered it and the latest connection was made; see ObjectStore::proof().
    StoreProof proof() const;
    /// What the bucket said of its region: inspect_bucket().
    void answered_region(std::string region);
    RetryBudget& budget() noexcept { return budget_; }
    /// The store's clock less this machine's, as corrected so far.
    std::chrono::milliseconds clock_correction() const noexcept {
        return std::chrono::milliseconds(correction_.load(std::memory_order_relaxed));
    }

  private:
    friend class S3BodyStream;
    class Repeats;
    struct Tried;
    struct Begun;

    S3Client(S3Options options, async::BlockingPool& pool, std::unique_ptr<S3CredentialsFile> credentials,
             std::unique_ptr<net::ConnectionPool> connections);

    policy::Instant machine_time() const;
    policy::Instant now() const { return machine_time() + clock_correction(); }
    net::RequestHead signed_head(const S3Request& request, std::string_view payload, std::uint64_t body_in_bytes,
                                 S3Signer& signer) const;
    /// Sends the head of a request. `asks`: whether its body is wanted.
    boost::asio::awaitable<policy::Result<Begun>> begin(const S3Request& request, std::string payload,
                                                        std::uint64_t body_in_bytes, bool asks, bool fresh,
                                                        Deadline deadline);
    boost::asio::awaitable<Tried> attempt(const S3Request& request, bool fresh, Deadline deadline);
    boost::asio::awaitable<Tried> attempt_body(const S3Request& request, std::uint64_t wire_length, bool fresh,
                                               Deadline deadline);
    void ask_later() { ask_from_.store(std::chrono::steady_clock::now() + options_.unasked_limit); }
    static boost::asio::awaitable<policy::Result<S3Answer>> receive(net::HttpsConnection& connection,
                                                                    std::span<std::byte> sink, Deadline deadline);

    S3Options options_;
    async::BlockingPool& pool_;
    std::unique_ptr<S3CredentialsFile> credentials_;
    std::unique_ptr<net::ConnectionPool> connections_;
    RetryBudget budget_;
    std::atomic<std::int64_t> correction_{0};
    mutable std::mutex region_mutex_;
    std::string region_;
    std::atomic<Deadline> ask_from_{Deadline::min()};  ///< Since when a body is asked for first.
};

class S3BodyStream {
  public:
    S3BodyStream(S3Client& client, net::PooledConnection connection, S3Signer signer, Deadline deadline)
        : client_(client), connection_(std::move(connection)), signer_(std::move(signer)), deadline_(deadline) {}

    /// The next chunk. An error ends the stream; when the store had answered meanwhile, it is that answer.
    boost::asio::awaitable<policy::Result<void>> send(std::span<const std::byte> chunk);
    /// The end, and the answer. `last`: the last chunk, if not sent yet.
    boost::asio::awaitable<S3Outcome> finish(std::span<const std::byte> last);

  private:
    boost::asio::awaitable<S3Outcome> end(std::span<const std::byte> last);
    boost::asio::awaitable<policy::Error> why(policy::Error failure);

    S3Client& client_;
    net::PooledConnection connection_;
    S3Signer signer_;
    Deadline deadline_;
    bool first_ = true;
};

}  // namespace storage::objects
