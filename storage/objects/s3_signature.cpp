#include "storage/objects/s3_signature.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "storage/crypto/bytes.hpp"
#include "storage/crypto/encoding.hpp"
#include "storage/crypto/hmac.hpp"
#include "storage/crypto/sha256.hpp"

namespace storage::objects {

using crypto::bytes_of;
using crypto::InsecureSecretAccess;
using crypto::Key256;
using crypto::SecretBytes;

namespace {

constexpr std::string_view kChunkSignature = ";chunk-signature=";

std::string hash_of(std::string_view text) {
    return crypto::to_hex(crypto::sha256(bytes_of(text)));
}

std::string hexadecimal(std::size_t number) {
    std::array<char, 16> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
    return {digits.data(), end};
}

/// "20130524T000000Z".
std::string timestamp_of(policy::Instant now) {
    std::string out;
    for (const char c : policy::text(now).substr(0, 19)) {
        if (c != '-' && c != ':') out.push_back(c);
    }
    return out + 'Z';
}

Key256 next_key(crypto::Digest256 digest) {
    Key256 key = Key256::copy_of(digest).value();
    crypto::zero(digest);
    return key;
}

Key256 signing_key(const SecretBytes& secret, std::string_view day, std::string_view region) {
    constexpr std::string_view kPrefix = "AWS4";
    SecretBytes first(kPrefix.size() + secret.size());
    const auto room = first.writable(InsecureSecretAccess{});
    std::ranges::copy(bytes_of(kPrefix), room.begin());
    std::ranges::copy(secret.reveal(InsecureSecretAccess{}), room.begin() + kPrefix.size());
    const Key256 of_day = next_key(crypto::hmac_sha256(first, bytes_of(day)));
    const Key256 of_region = next_key(crypto::hmac_sha256(of_day, bytes_of(region)));
    const Key256 of_service = next_key(crypto::hmac_sha256(of_region, bytes_of("s3")));
    return next_key(crypto::hmac_sha256(of_service, bytes_of("aws4_request")));
}

}  // namespace

std::string canonical_query(const std::vector<S3Parameter>& parameters) {
    std::vector<std::string> pairs;
    pairs.reserve(parameters.size());
    for (const auto& one : parameters)
        pairs.push_back(net::percent_encoded(one.name) + '=' + net::percent_encoded(one.value));
    std::ranges::sort(pairs);
    std::string out;
    for (const auto& pair : pairs) {
        if (!out.empty()) out += '&';
        out += pair;
    }
    return out;
}

S3Signer::S3Signer(const S3Credentials& credentials, std::string_view region, policy::Instant now)
    : access_key_id_(credentials.access_key_id),
      session_token_(credentials.session_token),
      timestamp_(timestamp_of(now)),
      scope_(timestamp_.substr(0, 8) + '/' + std::string(region) + "/s3/aws4_request"),
      key_(signing_key(credentials.secret_access_key, timestamp_.substr(0, 8), region)) {}

std::vector<net::Field> S3Signer::sign(const S3Signable& request) {
    std::vector<net::Field> added{{"x-amz-content-sha256", std::string(request.payload)}, {"x-amz-date", timestamp_}};
    if (!session_token_.empty()) added.push_back({"x-amz-security-token", session_token_});
    std::vector<net::Field> all = request.fields;
    all.insert(all.end(), added.begin(), added.end());
    std::ranges::sort(all, {}, &net::Field::name);
    std::string canonical;
    std::string names;
    for (const auto& field : all) {
        canonical += field.name + ':' + field.value + '\n';
        names += (names.empty() ? "" : ";") + field.name;
    }
    std::string text(request.method);
    text.append("\n").append(request.path).append("\n").append(request.query).append("\n");
    text.append(canonical).append("\n").append(names).append("\n").append(request.payload);
    last_signature_ = signature_of("AWS4-HMAC-SHA256\n" + timestamp_ + '\n' + scope_ + '\n' + hash_of(text));
    added.push_back({"authorization", "AWS4-HMAC-SHA256 Credential=" + access_key_id_ + '/' + scope_ +
                                          ", SignedHeaders=" + names + ", Signature=" + last_signature_});
    return added;
}

std::string S3Signer::chunk_line(std::span<const std::byte> chunk) {
    static const std::string kOfNothing = hash_of("");
    last_signature_ = signature_of("AWS4-HMAC-SHA256-PAYLOAD\n" + timestamp_ + '\n' + scope_ + '\n' + last_signature_ +
                                   '\n' + kOfNothing + '\n' + crypto::to_hex(crypto::sha256(chunk)));
    return hexadecimal(chunk.size()) + std::string(kChunkSignature) + last_signature_ + "\r\n";
}

std::size_t S3Signer::chunk_line_size(std::size_t chunk) {
    return hexadecimal(chunk).size() + kChunkSignature.size() + 64 + 2;
}

std::string S3Signer::signature_of(std::string_view text) const {
    return crypto::to_hex(crypto::hmac_sha256(key_, bytes_of(text)));
}

}  // namespace storage::objects
