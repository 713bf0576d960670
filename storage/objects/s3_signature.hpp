#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/time.hpp"
#include "storage/crypto/secret.hpp"
#include "storage/net/https_connection.hpp"
#include "storage/net/url.hpp"
#include "storage/objects/s3_credentials.hpp"

// AWS Signature Version 4 as S3 uses it: the path is encoded once and never normalised.

namespace storage::objects {

/// What stands for the hash of a body whose chunks are signed one by one.
inline constexpr std::string_view kStreamedPayload = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";

/// One parameter of a query, not encoded.
struct S3Parameter {
    std::string name;
    std::string value;
};

/// The query as it is signed and sent: encoded, in order, "name=" for an empty value.
std::string canonical_query(const std::vector<S3Parameter>& parameters);

/// What is signed of a request.
struct S3Signable {
    std::string_view method;
    std::string_view path;                  ///< Encoded.
    std::string_view query;                 ///< Of canonical_query().
    const std::vector<net::Field>& fields;  ///< Lowercase names, "host" among them; all are signed.
    std::string_view payload;               ///< SHA-256 of the body in hexadecimal, or kStreamedPayload.
};

/// Signs one request at one moment, and after it the chunks of its body.
///
/// Thread safety: one call at a time.
class S3Signer {
  public:
    S3Signer(const S3Credentials& credentials, std::string_view region, policy::Instant now);

    /// The fields that a signed request has besides those of `request`: x-amz-date, x-amz-content-sha256,
    /// authorization, and x-amz-security-token with credentials that end.
    std::vector<net::Field> sign(const S3Signable& request);

    /// The line that goes before a chunk of a streamed body; chunks are signed in their order, the last one is empty.
    /// After the chunk's bytes "\r\n" follows.
    std::string chunk_line(std::span<const std::byte> chunk);

    /// How many bytes chunk_line() gives for a chunk of that size.
    static std::size_t chunk_line_size(std::size_t chunk);

  private:
    std::string signature_of(std::string_view text) const;

    std::string access_key_id_;
    std::string session_token_;
    std::string timestamp_;
    std::string scope_;
    crypto::Key256 key_;
    std::string last_signature_;
};

}  // namespace storage::objects
