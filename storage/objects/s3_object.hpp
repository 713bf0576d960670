#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "policy/result.hpp"
#include "storage/objects/object_store.hpp"
#include "storage/objects/s3_client.hpp"

namespace storage::objects {

/// An object of an S3 store, as it was when it was opened: size and ETag are held to. Each read is a ranged GET whose
/// bytes go straight into the caller's buffer; a read that breaks off is repeated.
///
/// Unlike a file, an object that was removed cannot be read on: kNotFound.
class S3Object final : public Object {
  public:
    static boost::asio::awaitable<policy::Result<std::shared_ptr<Object>>> open(S3Client& client, ObjectName name,
                                                                                Deadline deadline);

    S3Object(S3Client& client, ObjectName name, std::uint64_t size, std::string etag)
        : client_(client), name_(std::move(name)), size_(size), etag_(std::move(etag)) {}

    std::uint64_t size_in_bytes() const noexcept override { return size_; }
    boost::asio::awaitable<policy::Result<std::size_t>> read(std::uint64_t offset, std::span<std::byte> out,
                                                             Deadline deadline) override;

  private:
    policy::Result<void> check(const S3Answer& answer, std::uint64_t offset, std::size_t wanted) const;

    S3Client& client_;
    ObjectName name_;
    std::uint64_t size_;
    std::string etag_;
};

/// Whether the bucket itself is there. A 404 to a HEAD has no reason: it may mean that the bucket is gone.
boost::asio::awaitable<policy::Result<void>> expect_bucket(S3Client& client, Deadline deadline);

}  // namespace storage::objects
