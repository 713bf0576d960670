#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "policy/result.hpp"
#include "storage/objects/memory_budget.hpp"
#include "storage/objects/object_store.hpp"
#include "storage/objects/s3_client.hpp"
#include "storage/objects/s3_put.hpp"

namespace storage::objects {

inline constexpr std::size_t kS3PartInBytes = std::size_t{5} << 20U;       ///< The smallest that stores take.
inline constexpr std::uint64_t kS3MostInOnePut = std::uint64_t{5} << 30U;  ///< The largest that they take.
inline constexpr std::size_t kS3MostParts = 10000;

/// What the kinds of uploads to S3 share: bytes are gathered into portions, and after an error it is dead.
class S3Upload : public Upload {
  public:
    S3Upload(S3Put put, std::optional<std::uint64_t> length, std::size_t portion, MemoryGrant memory);

    boost::asio::awaitable<policy::Result<void>> write(std::span<const std::byte> bytes) final;
    boost::asio::awaitable<policy::Result<void>> commit() final;
    boost::asio::awaitable<void> abort() final;

  protected:
    /// The next `portion` bytes; they stay until the await ends.
    virtual boost::asio::awaitable<policy::Result<void>> send_portion(std::span<const std::byte> bytes) = 0;
    /// What is left, less than a portion, and the end.
    virtual boost::asio::awaitable<policy::Result<void>> finish(std::span<const std::byte> rest) = 0;
    /// Leaves nothing in the store, as far as that can be done at once.
    virtual boost::asio::awaitable<void> drop() = 0;

    S3Put put_;
    std::optional<std::uint64_t> length_;

  private:
    boost::asio::awaitable<policy::Error> die(policy::Error error);
    bool late() const;
    void release();

    std::size_t portion_;
    MemoryGrant memory_;
    std::uint64_t received_ = 0;
    std::vector<std::byte> buffer_;
    std::optional<policy::Error> ended_;
};

/// An upload to S3, in the way that fits its length:
///
///     known, up to a batch (256 KiB)   kept, one PUT, repeated until it is clear; so logs, ledgers and certificates
///     known, up to 5 GiB               one PUT whose chunks of 64 KiB are signed and sent as they come; never repeated
///                                      once its first byte is gone, because nothing is kept
///     unknown, or longer               parts of 5 MiB (more when it is longer than 48 GiB), each kept until it is
///                                      stored; what fits into one part is one PUT after all
///
/// A single PUT is refused under a taken name, where the store can do that. Ceph does not look at the name when parts
/// are put together: there it is looked at before, so uploads of unknown length must have names of their own.
std::unique_ptr<Upload> make_s3_upload(S3Put put, std::optional<std::uint64_t> length, MemoryGrant memory);

/// What make_s3_upload() needs.
std::size_t s3_upload_memory(std::optional<std::uint64_t> length);

}  // namespace storage::objects
