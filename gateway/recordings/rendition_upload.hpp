#pragma once

#include <memory>
#include <optional>
#include <span>

#include "gateway/media/workers.hpp"
#include "gateway/recordings/sealed_upload.hpp"
#include "gateway/recordings/services.hpp"
#include "storage/catalogue/recordings.hpp"
#include "storage/crypto/secret.hpp"

namespace gateway::recordings {

/// A rendition on its way into the store, sealed as it comes; nothing is begun before its first bytes. What belongs to
/// no recording in the end is given up, or the sweeper's when the process ends.
class RenditionUpload final : public media::Sink {
  public:
    /// `begun`: when the work on the recording began, which the sweeper's lease counts from.
    RenditionUpload(Services& services, const storage::catalogue::RecordingRow& row, std::string_view rendition,
                    const storage::crypto::Key256& data_key, std::chrono::steady_clock::time_point begun)
        : services_(services), row_(row), rendition_(rendition), data_key_(data_key), begun_(begun) {}

    boost::asio::awaitable<policy::Result<void>> write(std::span<const std::byte> piece) override;
    /// Makes it durable, and gives its memory back: the row of the object. Nothing when nothing was written.
    boost::asio::awaitable<policy::Result<std::optional<storage::catalogue::ObjectRow>>> commit();
    /// Removes what commit() made.
    boost::asio::awaitable<void> give_up();

    std::uint64_t plain_in_bytes() const noexcept { return plain_in_bytes_; }

  private:
    Services& services_;
    const storage::catalogue::RecordingRow& row_;
    const std::string_view rendition_;
    const storage::crypto::Key256& data_key_;
    const std::chrono::steady_clock::time_point begun_;
    std::unique_ptr<SealedUpload> upload_;
    std::uint64_t plain_in_bytes_ = 0;
    std::optional<storage::objects::ObjectName> durable_;
};

}  // namespace gateway::recordings
