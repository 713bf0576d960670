// Answers that no healthy store gives: a responder says them. Everything else is tested against a real store
// (tests/s3).
#include "storage/objects/s3_client.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <fstream>
#include <string>
#include <thread>

#include "storage/crypto/bytes.hpp"
#include "storage/objects/s3_store.hpp"
#include "storage/objects/whole_object.hpp"
#include "tests/support/run_loop.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/tls_responder.hpp"

namespace {

using namespace storage::objects;
using namespace std::chrono_literals;
using policy::Code;
using storage::crypto::bytes_of;
using tests::await;
using tests::TlsResponder;

Deadline within(std::chrono::milliseconds patience) {
    return std::chrono::steady_clock::now() + patience;
}

ObjectName named(const std::string& text) {
    return ObjectName::parse(text).value();
}

struct Site {
    tests::CertificateAuthority authority{"trusted"};
    tests::CertifiedKey identity = authority.issue({"server", "serverAuth", "IP:127.0.0.1"});
    tests::TemporaryFolder folder;
    storage::async::BlockingPool pool{"s3", 2, 100};
    MemoryBudget budget{std::size_t{16} << 20U, 100};

    std::unique_ptr<S3Store> store(std::uint16_t port, std::chrono::milliseconds unasked_limit = 5min) {
        S3Options options;
        options.endpoint.host = "127.0.0.1";
        options.endpoint.port = port;
        options.region = "eu-lab";
        options.bucket = "calls";
        options.credentials_file = folder.path() / "credentials";
        std::ofstream(options.credentials_file) << "aws_access_key_id = A\naws_secret_access_key = hush\n";
        ::chmod(options.credentials_file.c_str(), 0600);
        options.authorities_pem = authority.own().certificate_pem;
        options.retries.first_wait = 1ms;
        options.retries.longest_wait = 3ms;
        options.continue_limit = 300ms;
        options.unasked_limit = unasked_limit;
        return S3Store::make(std::move(options), pool, budget).value();
    }
};

std::string answer(const std::string& status, const std::string& body, const std::string& fields = "") {
    return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + fields + "\r\n" +
           body;
}

std::string refusal(const std::string& status, const std::string& code, const std::string& fields = "") {
    return answer(status, "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code></Error>", fields);
}

policy::Result<Listing> list(S3Store& store) {
    return await(store.list("", "", 10, within(10s)));
}

TEST_CASE("A store that is overrun is asked four times, and in a storm soon only once a request") {
    Site site;
    const TlsResponder responder(site.identity, refusal("503 Slow Down", "SlowDown"));
    const auto store = site.store(responder.port());
    const auto listed = list(*store);
    CHECK(listed.error().code == Code::kUnavailable);
    CHECK(listed.error().what.find("503 SlowDown") != std::string::npos);
    CHECK(responder.requests().size() == 4);
    for (int i = 0; i < 59; ++i) CHECK(list(*store).error().code == Code::kUnavailable);
    CHECK(responder.requests().size() == 60 + 250 / RetryBudget::kCost);
    CHECK(store->client().budget().left() == 0);
}

TEST_CASE("A redirect is never followed, and the error names both regions") {
    for (const std::string& said :
         {refusal("301 Moved", "PermanentRedirect",
                  "x-amz-bucket-region: us-east-1\r\nLocation: https://127.0.0.1/\r\n"),
          refusal("307 Temporary Redirect", "TemporaryRedirect", "x-amz-bucket-region: us-east-1\r\n"),
          answer("400 Bad", "<Error><Code>AuthorizationHeaderMalformed</Code><Region>us-east-1</Region></Error>")}) {
        Site site;
        const TlsResponder responder(site.identity, said);
        const auto store = site.store(responder.port());
        const auto listed = list(*store);
        CHECK(listed.error().code == Code::kUnavailable);
        CHECK(listed.error().what.find("us-east-1") != std::string::npos);
        CHECK(listed.error().what.find("eu-lab") != std::string::npos);
        CHECK(responder.requests().size() == 1);
    }
}

TEST_CASE("Credentials that have ended are told with the way out") {
    Site site;
    const TlsResponder responder(site.identity, refusal("400 Bad Request", "ExpiredToken"));
    const auto store = site.store(responder.port());
    const auto listed = list(*store);
    CHECK(listed.error().what.find("ExpiredToken") != std::string::npos);
    CHECK(listed.error().what.find("credentials") != std::string::npos);
    CHECK(listed.error().what.find("hush") == std::string::npos);
    CHECK(responder.requests()[0].find("hush") == std::string::npos);
}

TEST_CASE("A store that calls every clock wrong is believed once only") {
    Site site;
    const TlsResponder responder(
        site.identity, refusal("403 Forbidden", "RequestTimeTooSkewed", "Date: Fri, 24 May 2013 00:00:00 GMT\r\n"));
    const auto store = site.store(responder.port());
    const auto listed = list(*store);
    CHECK(listed.error().code == Code::kUnavailable);
    CHECK(listed.error().what.find("NTP") != std::string::npos);
    CHECK(responder.requests().size() == 2);
    CHECK(responder.requests()[1].find("x-amz-date: 20130524T0000") != std::string::npos);
}

TEST_CASE("200 with another root than the one that must come is no answer") {
    for (const std::string body : {"", "hello", "<Error><Code>InternalError</Code></Error>", "<Other/>",
                                   "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>"}) {
        Site site;
        const TlsResponder responder(site.identity, answer("200 OK", body));
        const auto store = site.store(responder.port());
        CHECK(list(*store).error().code == Code::kUnavailable);
        CHECK(await(store->remove(named("a/one"), within(10s))).error().code == Code::kUnavailable);
    }
}

policy::Result<std::size_t> read_from(S3Store& store) {
    const auto object = await(store.open(named("a/one"), within(10s)));
    if (!object) return object.error();
    std::vector<std::byte> out(static_cast<std::size_t>((*object)->size_in_bytes()));
    return await((*object)->read(0, out, within(10s)));
}

TEST_CASE("A body that is cut off or of another length or place than was asked for is never handed on") {
    const std::string good = "ETag: \"1\"\r\nContent-Range: bytes 0-9/10\r\n";
    struct Case {
        std::string said;
        Code code;
    };
    const std::vector<Case> cases{
        {"HTTP/1.1 206 Partial\r\nContent-Length: 10\r\n" + good + "\r\n12345", Code::kUnavailable},
        {answer("206 Partial", "12345", good), Code::kCorrupt},
        {answer("206 Partial", "1234567890", "ETag: \"1\"\r\nContent-Range: bytes 1-10/11\r\n"), Code::kCorrupt},
        {answer("206 Partial", "1234567890", "ETag: \"1\"\r\n"), Code::kCorrupt},
    };
    for (const auto& one : cases) {
        Site site;
        const TlsResponder responder(site.identity, one.said);
        CHECK(read_from(*site.store(responder.port())).error().code == one.code);
    }
    Site site;
    const TlsResponder responder(site.identity, answer("206 Partial", "1234567890", good));
    CHECK(read_from(*site.store(responder.port())).value() == 10);
}

boost::asio::awaitable<policy::Result<void>> push(S3Store& store, const std::vector<std::byte>& bytes) {
    auto name = named("a/one");
    auto upload = co_await store.begin(std::move(name), bytes.size(), within(5s));
    if (!upload) co_return upload.error();
    const auto written = co_await (*upload)->write(bytes);
    if (!written) co_return written;
    co_return co_await (*upload)->commit();
}

TEST_CASE("A store that does not know the question whether it wants a body gets the body all the same") {
    Site site;
    const TlsResponder responder(site.identity, answer("200 OK", "", "ETag: \"1\"\r\n"));
    const auto store = site.store(responder.port());
    const std::vector<std::byte> bytes(300000, std::byte{'x'});
    // The responder waits for the body before it says anything, as a server does that does not know the question; the
    // connection that it waits on is given up, and the next one does not ask.
    const auto pushed = await(push(*store, bytes));
    if (!pushed) FAIL(pushed.error().what);
    REQUIRE_FALSE(responder.requests().empty());
    CHECK(responder.requests().back().find("Expect") == std::string::npos);
    CHECK(responder.requests().back().ends_with("\r\n\r\n"));
}

bool asks_first(const std::string& request) {
    return request.find("Expect: 100-continue") != std::string::npos;
}

TEST_CASE("A store that refuses the question gets the body once unasked, and is asked again after some minutes") {
    Site site;
    const TlsResponder responder(site.identity, answer("200 OK", "", "ETag: \"1\"\r\n"), TlsResponder::kCloses,
                                 TLS1_3_VERSION, answer("417 Expectation Failed", ""));
    const auto store = site.store(responder.port(), 1s);
    const std::vector<std::byte> bytes(300000, std::byte{'x'});
    REQUIRE(await(push(*store, bytes)).has_value());
    REQUIRE(await(push(*store, bytes)).has_value());
    REQUIRE(responder.requests().size() == 3);
    CHECK(asks_first(responder.requests()[0]));
    CHECK_FALSE(asks_first(responder.requests()[1]));
    CHECK_FALSE(asks_first(responder.requests()[2]));
    CHECK(store->client().budget().left() == 250);
    std::this_thread::sleep_for(1100ms);
    REQUIRE(await(push(*store, bytes)).has_value());
    REQUIRE(responder.requests().size() == 5);
    CHECK(asks_first(responder.requests()[3]));
}

TEST_CASE("A store that says 417 to a body that nobody asked about is told, not asked for ever") {
    Site site;
    const std::string refused = answer("417 Expectation Failed", "");
    const TlsResponder responder(site.identity, refused, TlsResponder::kCloses, TLS1_3_VERSION, refused);
    const auto store = site.store(responder.port());
    const std::vector<std::byte> bytes(300000, std::byte{'x'});
    const auto pushed = await(push(*store, bytes));
    REQUIRE(pushed.has_error());
    CHECK(pushed.error().what.find("417") != std::string::npos);
    CHECK(responder.requests().size() == 2);
}

TEST_CASE("A name that is taken is a conflict; lost answers are looked into before anything is said") {
    Site site;
    const TlsResponder responder(site.identity, refusal("412 Precondition Failed", "PreconditionFailed"));
    const auto store = site.store(responder.port());
    CHECK(await(push(*store, std::vector<std::byte>(10))).error().code == Code::kConflict);
    Site other;
    const TlsResponder silent(other.identity, "");
    const auto lost = other.store(silent.port());
    const auto said = await(push(*lost, std::vector<std::byte>(10)));
    CHECK(said.error().code == Code::kInDoubt);
    CHECK(silent.requests().back().starts_with("HEAD "));
}

TEST_CASE("Bucket and key go into the path or the bucket into the host") {
    Site site;
    const TlsResponder responder(site.identity, refusal("404 Not Found", "NoSuchKey"));
    const auto store = site.store(responder.port());
    const auto opened = await(store->open(named("a/one"), within(5s)));
    CHECK(opened.has_error());
    CHECK(responder.requests()[0].starts_with("HEAD /calls/a/one HTTP/1.1\r\n"));
    S3Options options = store->client().options();
    options.endpoint.host = "localhost";
    options.path_style = false;
    options.retries.attempts = 1;
    const auto virtual_host = S3Store::make(options, site.pool, site.budget).value();
    const auto said = await(virtual_host->open(named("a/one"), within(5s)));
    CHECK(said.error().what.starts_with("calls.localhost: "));
}

}  // namespace
