#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "transcode/messages/message.hpp"

namespace transcode::worker {

/// A file that is read in pieces, by whoever knows how.
class File {
  public:
    virtual ~File() = default;
    virtual std::uint64_t size_in_bytes() const = 0;
    /// Fills `into` from `offset` on: how much; 0 at the end. None: there is nobody to read from any more.
    virtual std::optional<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) = 0;
    /// A read ended in that: what was read is no file.
    virtual bool lost() const = 0;
};

/// The worker's end of the socket pair. Blocks: a worker has nothing else to do.
///
/// Ownership: none of the descriptor. Thread safety: none.
class Link final : public File {
  public:
    explicit Link(int socket) : socket_(socket) {}

    /// Waits for the job. None: the gateway went away, or it is none.
    std::optional<messages::Job> wait_for_job();

    std::uint64_t size_in_bytes() const override { return size_; }
    std::optional<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) override;
    bool lost() const override { return lost_; }

    /// False: the gateway went away.
    bool send(messages::Kind kind, std::uint64_t first = 0, std::uint64_t second = 0,
              std::span<const std::byte> payload = {});
    /// In messages of at most kMaxPayloadInBytes.
    bool send_all(messages::Kind kind, std::span<const std::byte> bytes);

  private:
    bool get(std::span<std::byte> into);
    bool put(std::span<const std::byte> bytes);
    /// The next message; its payload goes into payload_.
    std::optional<messages::Header> receive();

    const int socket_;
    std::uint64_t size_ = 0;
    bool lost_ = false;
    std::vector<std::byte> payload_;
};

}  // namespace transcode::worker
