#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "gateway/media/workers.hpp"
#include "gateway/recordings/services.hpp"
#include "storage/catalogue/recordings.hpp"
#include "storage/crypto/opener.hpp"
#include "storage/crypto/secret.hpp"
#include "storage/objects/object_store.hpp"

namespace gateway::recordings {

/// The renditions of a recording: what its objects are sealed as.
namespace renditions {
inline constexpr std::string_view kOriginal = "original";  ///< As it was pushed.
inline constexpr std::string_view kPlayback = "playback";  ///< What browsers play, where the original is none of it.
inline constexpr std::string_view kOutline = "outline";    ///< Peaks and silence (transcode/measure).
}  // namespace renditions

storage::crypto::SealContext seal_context(const policy::RecordingId& recording, std::string_view rendition);

/// A stored rendition that was found whole: its header opens with the data key, and its end is its end.
struct SealedFile {
    std::shared_ptr<storage::objects::Object> object;
    std::array<std::byte, storage::crypto::kSealHeaderBytes> header{};
    std::uint64_t plain_in_bytes = 0;  ///< Authenticated.
};

/// Opens a rendition of a recording. kNotFound: it has none of that name. kCorrupt: alarm, never retry. Other errors:
/// the store's.
boost::asio::awaitable<policy::Result<SealedFile>> open_sealed(Services& services,
                                                               const storage::catalogue::RecordingFacts& stored,
                                                               std::string_view rendition,
                                                               const storage::crypto::Key256& data_key);

/// Reads a sealed file in pieces, in any order; a piece ends where its chunk ends. Keeps the chunk it opened last,
/// which the next piece is likely to be of, and wipes it in the end.
class SealedReader final : public media::Source {
  public:
    /// kCorrupt: the key is another one.
    static policy::Result<SealedReader> create(Services& services, SealedFile file,
                                               const storage::crypto::Key256& data_key,
                                               const storage::crypto::SealContext& context);
    SealedReader(Services& services, SealedFile file, storage::crypto::Opener opener);
    SealedReader(SealedReader&&) = default;
    ~SealedReader() override;

    std::uint64_t size_in_bytes() const override { return file_.plain_in_bytes; }
    boost::asio::awaitable<policy::Result<std::span<const std::byte>>> read(std::uint64_t offset,
                                                                            std::size_t most) override;

  private:
    Services& services_;
    SealedFile file_;
    storage::crypto::Opener opener_;
    std::vector<std::byte> sealed_;
    std::vector<std::byte> plain_;
    std::uint64_t first_ = 0;  ///< Where in the file plain_ begins.
    std::size_t filled_ = 0;   ///< How much of plain_ it is.
};

}  // namespace gateway::recordings
