#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "gateway/media/process.hpp"
#include "policy/result.hpp"
#include "transcode/messages/facts.hpp"
#include "transcode/messages/message.hpp"

namespace gateway::media {

namespace measure = transcode::measure;
namespace messages = transcode::messages;

/// The file that a worker asks for, piece by piece.
class Source {
  public:
    virtual ~Source() = default;
    virtual std::uint64_t size_in_bytes() const = 0;
    /// The bytes from `offset` on, at most `most` (up to 64 KiB) of them and not beyond the end; good until the next
    /// call.
    virtual boost::asio::awaitable<policy::Result<std::span<const std::byte>>> read(std::uint64_t offset,
                                                                                    std::size_t most) = 0;
};

/// Where a rendition goes, as it comes.
class Sink {
  public:
    virtual ~Sink() = default;
    virtual boost::asio::awaitable<policy::Result<void>> write(std::span<const std::byte> piece) = 0;
};

/// What to make of a file.
struct Task {
    messages::Input input = messages::Input::kWav;
    unsigned channels = 0;      ///< Of raw samples; else 0.
    std::uint32_t rate_hz = 0;  ///< Of raw samples; else 0.
    Sink* rendition = nullptr;  ///< Null: none is wanted. Outlives the call.
};

struct Prepared {
    messages::Facts facts;
    std::vector<std::byte> outline;    ///< Checked: see transcode/measure.
    std::uint64_t index_in_bytes = 0;  ///< Of the rendition: what comes before its sound.
};
struct Unplayable {
    messages::Reason reason = messages::Reason::kMalformed;
};
using Outcome = std::variant<Prepared, Unplayable>;

/// Media workers: processes that are started ahead, take one file each, and end.
///
/// Thread safety: any thread, any number of files at once; the caller bounds how many. A worker dies with the thread that
/// started it (that is how the system tells it of our death): call from threads that last, as loops do. Lifetime: must
/// outlive every awaitable it returned.
class Workers {
  public:
    struct Settings {
        std::string program;                  ///< callvault-transcode, with its path.
        unsigned spares = 1;                  ///< Kept started.
        std::chrono::milliseconds longest{};  ///< That one file may take.
    };
    explicit Workers(Settings settings) : settings_(std::move(settings)) {}

    /// Starts those that are kept ready. kUnavailable: none can be started.
    policy::Result<void> start();
    /// Ends all workers: files under way and those that come after are kUnavailable.
    void stop();
    bool stopped() const;

    /// Has a file prepared. Errors: those of `source` and of the sink; kUnavailable: no worker, or none that can shut
    /// itself in.
    boost::asio::awaitable<policy::Result<Outcome>> prepare(Task task, Source& source);

  private:
    class Worker;
    policy::Result<std::shared_ptr<Worker>> take();

    const Settings settings_;
    mutable std::mutex mutex_;
    bool stopped_ = false;
    std::vector<Process> ready_;
    std::vector<std::weak_ptr<Worker>> working_;
};

}  // namespace gateway::media
