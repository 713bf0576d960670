#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

#include "policy/result.hpp"
#include "storage/crypto/secret.hpp"

namespace storage::objects {

/// Who signs requests to an S3 store. Immutable and shared between requests.
struct S3Credentials {
    std::string access_key_id;
    crypto::SecretBytes secret_access_key;
    std::string session_token;  ///< Of credentials that end by themselves; empty: none. Sent with each request.
};

/// Reads the format that S3's own tools keep credentials in:
///
///     [default]
///     aws_access_key_id = ...
///     aws_secret_access_key = ...
///     aws_session_token = ...        (only with credentials that end)
///
/// Empty lines and lines that start with "#" or ";" count for nothing; only one section, of any name.
/// kInvalid, with a sentence that says what to do and nothing of the contents: another line, a key missing or twice,
/// more than 16 KiB, no regular file of this user or root, or one that group or others may read. kNotFound: no such
/// file.
policy::Result<std::shared_ptr<const S3Credentials>> load_s3_credentials(const std::filesystem::path& file);

/// The credentials in use, and where newer ones come from.
/// Thread safety: any thread.
class S3CredentialsFile {
  public:
    /// Blocking. Errors are those of load_s3_credentials().
    static policy::Result<std::unique_ptr<S3CredentialsFile>> open(std::filesystem::path file);

    std::shared_ptr<const S3Credentials> current() const;
    /// Blocking: reads the file again. True when there are others now than `refused`, by whomever they were read.
    policy::Result<bool> renew(const std::shared_ptr<const S3Credentials>& refused);
    const std::filesystem::path& file() const noexcept { return file_; }

  private:
    S3CredentialsFile(std::filesystem::path file, std::shared_ptr<const S3Credentials> current)
        : file_(std::move(file)), current_(std::move(current)) {}

    const std::filesystem::path file_;
    mutable std::mutex mutex_;
    std::shared_ptr<const S3Credentials> current_;
};

}  // namespace storage::objects
