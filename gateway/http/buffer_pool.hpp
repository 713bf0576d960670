#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace gateway::http {

/// A block of memory with a filled middle: bytes [begin, end) are there to be taken.
struct Buffer {
    std::unique_ptr<std::byte[]> bytes;
    std::size_t capacity = 0;
    std::size_t begin = 0;
    std::size_t end = 0;

    explicit operator bool() const { return bytes != nullptr; }
    bool empty() const { return begin == end; }
    std::span<const std::byte> filled() const { return {bytes.get() + begin, end - begin}; }
    std::span<std::byte> room() { return {bytes.get() + end, capacity - end}; }
};

/// The buffers of one loop: a connection borrows one while bytes are under way and holds none while it is idle.
/// Thread safety: none; one loop's.
class BufferPool {
  public:
    static constexpr std::size_t kSmallBatch = std::size_t{32} * 1024;
    static constexpr std::size_t kMiddleBatch = std::size_t{128} * 1024;
    static constexpr std::size_t kLargeBatch = std::size_t{256} * 1024;

    enum class Size { kInput, kSmall, kLarge };

    /// `input_bytes`: the size of an input buffer. `large_bytes`: past so much in large buffers lent out, batch_limit()
    /// says small.
    BufferPool(std::size_t input_bytes, std::size_t large_bytes);

    Buffer take(Size size);
    void give(Buffer buffer);

    /// How many bytes a response may ask of its source now.
    std::size_t batch_limit() const { return lent_large_ < large_bytes_ ? kLargeBatch : kSmallBatch; }

    /// Frees what nobody has needed since the last trim.
    void trim();

    std::size_t lent_large_bytes() const { return lent_large_; }

  private:
    struct Shelf {
        std::size_t capacity = 0;
        std::vector<std::unique_ptr<std::byte[]>> spare;
        std::size_t fewest = 0;  ///< The fewest spares since the last trim: so many were not needed.
    };
    std::array<Shelf, 3> shelves_;
    std::size_t large_bytes_;
    std::size_t lent_large_ = 0;
};

}  // namespace gateway::http
