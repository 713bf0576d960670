// Clocks, keys and bytes that are wrong, at a real store.
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <fstream>
#include <string>

#include "storage/crypto/bytes.hpp"
#include "storage/crypto/opener.hpp"
#include "storage/crypto/sealer.hpp"
#include "storage/objects/whole_object.hpp"
#include "tests/support/certificate_maker.hpp"
#include "tests/support/run_loop.hpp"
#include "tests/support/s3_lab.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using namespace storage::objects;
using namespace std::chrono_literals;
namespace crypto = storage::crypto;
using crypto::bytes_of;
using policy::Code;
using tests::await;
using tests::S3Bucket;
using tests::S3Lab;
using Bytes = std::vector<std::byte>;

Deadline soon() {
    return std::chrono::steady_clock::now() + 30s;
}

ObjectName named(const std::string& text) {
    return ObjectName::parse(text).value();
}

policy::Result<void> put(S3Store& store, const std::string& name) {
    return await(put_once(store, named(name), bytes_of("text"), soon()));
}

std::string read_all(const std::filesystem::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

void write_credentials(const std::filesystem::path& file, const std::string& text) {
    std::ofstream(file) << text;
    ::chmod(file.c_str(), 0600);
}

TEST_CASE("A clock that is off is corrected by the store's own, once and for all requests") {
    S3Bucket bucket(S3Lab::shared());
    for (const auto shift : {-20min, 20min, 72 * 60min}) {
        auto options = bucket.options();
        options.clock = [shift] {
            return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()) + shift;
        };
        const auto store = bucket.store_with(std::move(options));
        const auto opened = await(store->open(named("clock/none"), soon()));  // HEAD: a refusal without a reason
        CHECK(opened.error().code == Code::kNotFound);
        CHECK(put(*store, "clock/" + std::to_string(shift.count())).has_value());
        CHECK(std::chrono::abs(store->client().clock_correction() + shift) < 3s);
    }
}

TEST_CASE("Wrong credentials are told with the file to mend, never with what is in it, and mended without a start") {
    S3Bucket bucket(S3Lab::shared());
    const tests::TemporaryFolder folder;
    auto options = bucket.options();
    const std::string good = read_all(options.credentials_file);
    options.credentials_file = folder.path() / "credentials";
    for (const std::string& wrong : {std::string("aws_access_key_id = NOBODY\naws_secret_access_key = secret-text\n"),
                                     good.substr(0, good.rfind('=')) + "= secret-text\n"}) {
        write_credentials(options.credentials_file, wrong);
        const auto store = bucket.store_with(options);
        for (const auto& said : {put(*store, "keys/one"), await(store->remove(named("keys/one"), soon()))}) {
            REQUIRE(said.has_error());
            CHECK(said.error().code == Code::kUnavailable);
            CHECK(said.error().what.find(options.credentials_file.string()) != std::string::npos);
            CHECK(said.error().what.find("secret-text") == std::string::npos);
        }
        CHECK(await(store->open(named("keys/one"), soon())).error().code == Code::kUnavailable);
        write_credentials(options.credentials_file, good);
        CHECK(put(*store, "keys/one").has_value());
        REQUIRE(await(store->remove(named("keys/one"), soon())).has_value());
    }
}

TEST_CASE("A store that another authority vouches for is not believed") {
    S3Bucket bucket(S3Lab::shared());
    const tests::CertificateAuthority other("other");
    auto options = bucket.options();
    options.authorities_pem = other.own().certificate_pem;
    options.retries.attempts = 1;
    const auto store = bucket.store_with(std::move(options));
    CHECK(put(*store, "tls/one").error().code == Code::kUnavailable);
    CHECK_FALSE(put(bucket.store(), "tls/one").has_error());
}

struct Sealed {
    crypto::Key256 key = crypto::Key256::random();
    crypto::SealContext context{policy::RecordingId(), "original", 0, true};
    Bytes bytes;
};

Sealed sealed_call(std::size_t plain_size) {
    Sealed out;
    crypto::Sealer sealer(out.key, out.context);
    const Bytes plain(plain_size, std::byte{'v'});
    out.bytes.assign(sealer.header().begin(), sealer.header().end());
    Bytes room(crypto::Sealer::bound(plain_size) + 16);
    auto written = sealer.seal(plain, room);
    written += sealer.finish(std::span(room).subspan(written));
    out.bytes.insert(out.bytes.end(), room.begin(), room.begin() + static_cast<std::ptrdiff_t>(written));
    return out;
}

void overwrite(S3Bucket& bucket, const std::string& key, const Bytes& bytes) {
    S3Request request;
    request.method = "PUT";
    request.key = key;
    request.body = bytes;
    bucket.must(std::move(request));
}

TEST_CASE("Bytes that the store altered are stopped by the seal: none is handed on as plaintext") {
    S3Bucket bucket(S3Lab::shared());
    const Sealed call = sealed_call(50000);
    for (const std::size_t at :
         {std::size_t{3}, std::size_t{40}, std::size_t{60}, std::size_t{20000}, call.bytes.size() - 1}) {
        Bytes altered = call.bytes;
        altered[at] ^= std::byte{1};
        overwrite(bucket, "altered/one", altered);
        const auto object = await(bucket.store().open(named("altered/one"), soon())).value();
        Bytes read(object->size_in_bytes());
        REQUIRE(await(object->read(0, read, soon())).value() == read.size());
        auto opener = crypto::Opener::create(call.key, call.context, read, object->size_in_bytes());
        Bytes plain(read.size(), std::byte{0});
        bool stopped = opener.has_error();
        if (opener) {
            const auto opened = opener->open(0, std::span(read).subspan(crypto::kSealHeaderBytes), plain);
            stopped = opened.has_error() && opened.error().code == Code::kCorrupt;
        }
        INFO("altered at " << at);
        CHECK(stopped);
    }
}

TEST_CASE("An object that became another one after it was opened is corrupt, and one that was removed is not found") {
    S3Bucket bucket(S3Lab::shared());
    overwrite(bucket, "changed/one", Bytes(1000, std::byte{1}));
    const auto object = await(bucket.store().open(named("changed/one"), soon())).value();
    Bytes out(1000);
    REQUIRE(await(object->read(0, out, soon())).value() == 1000);
    overwrite(bucket, "changed/one", Bytes(1000, std::byte{2}));
    CHECK(await(object->read(0, out, soon())).error().code == Code::kCorrupt);
    REQUIRE(await(bucket.store().remove(named("changed/one"), soon())).has_value());
    CHECK(await(object->read(0, out, soon())).error().code == Code::kNotFound);
}

TEST_CASE("Bytes that were damaged on the way in are refused, and leave nothing") {
    S3Bucket bucket(S3Lab::shared());
    S3Request request;
    request.method = "PUT";
    request.key = "damaged/one";
    request.fields = {{"content-md5", "AAAAAAAAAAAAAAAAAAAAAA=="}};
    request.body = bytes_of("other bytes than the digest says");
    const auto said = await(bucket.client().send(std::move(request), soon()));
    REQUIRE(said.answer.has_value());
    CHECK(said.answer->status() == 400);
    CHECK(said.answer->code == "BadDigest");
    CHECK(await(bucket.store().open(named("damaged/one"), soon())).error().code == Code::kNotFound);
}

}  // namespace
