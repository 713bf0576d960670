// The examples that AWS publishes with Signature Version 4 for S3; credentials, dates and signatures are theirs.
#include "storage/objects/s3_signature.hpp"

#include <catch2/catch.hpp>

#include "storage/crypto/bytes.hpp"
#include "storage/crypto/encoding.hpp"
#include "storage/crypto/sha256.hpp"

namespace {

using namespace storage::objects;
using storage::crypto::bytes_of;
using storage::net::Field;

constexpr std::string_view kOfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const policy::Instant kDay = *policy::parse_instant("2013-05-24T00:00:00Z");

S3Credentials example_credentials() {
    S3Credentials credentials;
    credentials.access_key_id = "AKIAIOSFODNN7EXAMPLE";
    credentials.secret_access_key =
        storage::crypto::SecretBytes::copy_of(bytes_of("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"));
    return credentials;
}

S3Signer example_signer() {
    return {example_credentials(), "us-east-1", kDay};
}

std::string authorization(S3Signer& signer, const S3Signable& request) {
    return signer.sign(request).back().value;
}

std::string signature(std::string_view method, std::string_view path, std::string_view query, std::vector<Field> fields,
                      std::string_view payload) {
    fields.push_back({"host", "examplebucket.s3.amazonaws.com"});
    S3Signer signer = example_signer();
    const std::string whole = authorization(signer, {method, path, query, fields, payload});
    return whole.substr(whole.size() - 64);
}

TEST_CASE("A ranged GET is signed as in the published example") {
    const std::vector<Field> fields{{"host", "examplebucket.s3.amazonaws.com"}, {"range", "bytes=0-9"}};
    S3Signer signer = example_signer();
    const auto added = signer.sign({"GET", "/test.txt", "", fields, kOfNothing});
    REQUIRE(added.size() == 3);
    CHECK(added[0].name == "x-amz-content-sha256");
    CHECK(added[1].name == "x-amz-date");
    CHECK(added[1].value == "20130524T000000Z");
    CHECK(added[2].name == "authorization");
    CHECK(added[2].value ==
          "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
          "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
          "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

TEST_CASE("A PUT with a body is signed as in the published example") {
    const std::string body_hash = storage::crypto::to_hex(storage::crypto::sha256(bytes_of("Welcome to Amazon S3.")));
    CHECK(signature("PUT", storage::net::percent_encoded("/test$file.text", "/"), "",
                    {{"date", "Fri, 24 May 2013 00:00:00 GMT"}, {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
                    body_hash) == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
}

TEST_CASE("Queries with and without values are signed as in the published examples") {
    CHECK(signature("GET", "/", canonical_query({{"lifecycle", ""}}), {}, kOfNothing) ==
          "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
    CHECK(signature("GET", "/", canonical_query({{"prefix", "J"}, {"max-keys", "2"}}), {}, kOfNothing) ==
          "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

TEST_CASE("A streamed PUT, path style, and its chunks are signed as in the published example") {
    const std::vector<Field> fields{{"host", "s3.amazonaws.com"},
                                    {"x-amz-storage-class", "REDUCED_REDUNDANCY"},
                                    {"content-encoding", "aws-chunked"},
                                    {"x-amz-decoded-content-length", "66560"},
                                    {"content-length", "66824"}};
    S3Signer signer = example_signer();
    CHECK(authorization(signer, {"PUT", "/examplebucket/chunkObject.txt", "", fields, kStreamedPayload})
              .ends_with("Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"));
    const std::string body(66560, 'a');
    const auto bytes = bytes_of(body);
    CHECK(signer.chunk_line(bytes.first(65536)) ==
          "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n");
    CHECK(signer.chunk_line(bytes.subspan(65536)) ==
          "400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n");
    CHECK(signer.chunk_line({}) ==
          "0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n");
}

TEST_CASE("The length of a chunk's line is known before the chunk is") {
    for (const std::size_t size : {std::size_t{0}, std::size_t{15}, std::size_t{16}, std::size_t{65536}}) {
        S3Signer signer = example_signer();
        const std::string chunk(size, 'x');
        CHECK(signer.chunk_line(bytes_of(chunk)).size() == S3Signer::chunk_line_size(size));
    }
}

TEST_CASE("Credentials that end send their token, signed") {
    S3Credentials credentials = example_credentials();
    credentials.session_token = "token/1";
    S3Signer signer(credentials, "us-east-1", kDay);
    const std::vector<Field> fields{{"host", "h"}};
    const auto added = signer.sign({"GET", "/", "", fields, kOfNothing});
    CHECK(added[2].value == "token/1");
    CHECK(added.back().value.find(";x-amz-security-token,") != std::string::npos);
}

TEST_CASE("A query is signed encoded and in order") {
    CHECK(canonical_query({{"b", "1"}, {"a b", "x=y"}}) == "a%20b=x%3Dy&b=1");
}

}  // namespace
