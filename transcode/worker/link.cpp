#include "transcode/worker/link.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace transcode::worker {

using messages::Header;
using messages::Kind;

bool Link::get(std::span<std::byte> into) {
    while (!into.empty()) {
        const auto got = ::read(socket_, into.data(), into.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        into = into.subspan(static_cast<std::size_t>(got));
    }
    return true;
}

bool Link::put(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const auto put = ::write(socket_, bytes.data(), bytes.size());
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return false;
        bytes = bytes.subspan(static_cast<std::size_t>(put));
    }
    return true;
}

std::optional<Header> Link::receive() {
    messages::HeaderBytes bytes{};
    if (!get(bytes)) return std::nullopt;
    const auto header = messages::decode_header(bytes);
    if (header.has_error()) return std::nullopt;
    payload_.resize(header->payload_in_bytes);
    if (!get(payload_)) return std::nullopt;
    return *header;
}

std::optional<messages::Job> Link::wait_for_job() {
    const auto header = receive();
    if (!header) return std::nullopt;
    const auto job = messages::decode_job(*header, payload_);
    if (job.has_error()) return std::nullopt;
    size_ = job->file_in_bytes;
    return *job;
}

std::optional<std::size_t> Link::read(std::uint64_t offset, std::span<std::byte> into) {
    if (offset >= size_) return 0;
    const auto wanted = std::min({static_cast<std::uint64_t>(into.size()), size_ - offset,
                                  static_cast<std::uint64_t>(messages::kMaxPayloadInBytes)});
    lost_ = lost_ || !send(Kind::kRead, offset, wanted);
    const auto header = lost_ ? std::nullopt : receive();
    lost_ = !header || header->kind != Kind::kBytes || header->first != offset || payload_.size() > wanted;
    if (lost_) return std::nullopt;
    std::ranges::copy(payload_, into.begin());
    return payload_.size();
}

bool Link::send(Kind kind, std::uint64_t first, std::uint64_t second, std::span<const std::byte> payload) {
    const auto header = messages::encode(Header{kind, static_cast<std::uint32_t>(payload.size()), first, second});
    return put(header) && put(payload);
}

bool Link::send_all(Kind kind, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const auto piece = bytes.first(std::min(bytes.size(), messages::kMaxPayloadInBytes));
        if (!send(kind, 0, 0, piece)) return false;
        bytes = bytes.subspan(piece.size());
    }
    return true;
}

}  // namespace transcode::worker
