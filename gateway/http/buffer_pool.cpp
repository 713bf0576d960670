#include "gateway/http/buffer_pool.hpp"

#include <algorithm>
#include <utility>

namespace gateway::http {
namespace {

/// Room for a response head and for what TLS adds to each 16 KiB record.
constexpr std::size_t kOverhead = std::size_t{16} * 1024;

}  // namespace

BufferPool::BufferPool(std::size_t input_bytes, std::size_t large_bytes) : large_bytes_(large_bytes) {
    shelves_[static_cast<std::size_t>(Size::kInput)].capacity = input_bytes;
    shelves_[static_cast<std::size_t>(Size::kSmall)].capacity = kSmallBatch + kOverhead;
    shelves_[static_cast<std::size_t>(Size::kLarge)].capacity = kLargeBatch + kOverhead;
}

Buffer BufferPool::take(Size size) {
    Shelf& shelf = shelves_[static_cast<std::size_t>(size)];
    if (size == Size::kLarge) lent_large_ += shelf.capacity;
    Buffer buffer;
    buffer.capacity = shelf.capacity;
    if (shelf.spare.empty()) {
        buffer.bytes = std::make_unique_for_overwrite<std::byte[]>(shelf.capacity);
    } else {
        buffer.bytes = std::move(shelf.spare.back());
        shelf.spare.pop_back();
    }
    shelf.fewest = std::min(shelf.fewest, shelf.spare.size());
    return buffer;
}

void BufferPool::give(Buffer buffer) {
    for (Shelf& shelf : shelves_) {
        if (shelf.capacity != buffer.capacity) continue;
        if (&shelf == &shelves_.back()) lent_large_ -= shelf.capacity;
        shelf.spare.push_back(std::move(buffer.bytes));
        return;
    }
}

void BufferPool::trim() {
    for (Shelf& shelf : shelves_) {
        const std::size_t keep = shelf.spare.size() - std::min(shelf.fewest, shelf.spare.size());
        shelf.spare.resize(keep);
        shelf.fewest = keep;
    }
}

}  // namespace gateway::http
