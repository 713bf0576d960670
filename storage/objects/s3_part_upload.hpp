#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "policy/result.hpp"
#include "storage/objects/s3_upload.hpp"

namespace storage::objects {

/// A multipart upload, begun when the first part is full. One that is neither completed nor aborted (a crash) is
/// aborted when it is older than the upload lease, or when its name is removed.
class S3PartUpload final : public S3Upload {
  public:
    using S3Upload::S3Upload;

  private:
    boost::asio::awaitable<policy::Result<void>> send_portion(std::span<const std::byte> part) override;
    boost::asio::awaitable<policy::Result<void>> finish(std::span<const std::byte> rest) override;
    boost::asio::awaitable<void> drop() override;

    boost::asio::awaitable<policy::Result<void>> begin();
    boost::asio::awaitable<void> abort_twins();
    boost::asio::awaitable<policy::Result<void>> complete();

    std::string upload_id_;
    std::vector<std::string> etags_;
};

/// Aborts one open multipart upload. Absent is success.
boost::asio::awaitable<policy::Result<void>> abort_s3_upload(S3Client& client, std::string key, std::string upload_id,
                                                             Deadline deadline);

}  // namespace storage::objects
