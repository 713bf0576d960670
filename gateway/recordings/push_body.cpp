#include "gateway/recordings/push_body.hpp"

#include <utility>

namespace gateway::recordings {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;
using policy::Result;
using Event = MultipartReader::Event;

std::optional<std::uint64_t> PushBody::length() const {
    return parts_ ? std::nullopt : request_.body().content_length();
}

/// The next event that is not kNeedMore.
awaitable<Result<Event>> PushBody::event() {
    while (true) {
        if (!piece_.empty()) {
            const auto found = parts_->next(piece_);
            if (found.has_error() || *found != Event::kNeedMore) co_return found;
            continue;
        }
        const auto more = co_await request_.body().next();
        if (more.has_error()) co_return more.error();
        if (more->empty()) co_return fail(Code::kInvalid, "the multipart body ends before its closing boundary");
        piece_ = *more;
    }
}

awaitable<Result<std::string>> PushBody::metadata(std::size_t max_bytes) {
    std::string out;
    bool inside = false;
    while (true) {
        const auto found = co_await event();
        if (found.has_error()) co_return found.error();
        if (*found == Event::kEnd) co_return fail(Code::kInvalid, "the multipart body has no metadata part");
        if (*found == Event::kPart) inside = true;
        if (*found == Event::kPartEnd && inside) co_return out;
        if (*found == Event::kData) {
            const auto data = parts_->data();
            if (out.size() + data.size() > max_bytes) co_return fail(Code::kTooLarge, "the metadata part is too long");
            out.append(reinterpret_cast<const char*>(data.data()), data.size());
        }
    }
}

awaitable<Result<std::span<const std::byte>>> PushBody::next() {
    if (!parts_) co_return co_await request_.body().next();
    while (true) {
        const auto found = co_await event();
        if (found.has_error()) co_return found.error();
        switch (*found) {
            case Event::kPart:
                if (audio_ended_) co_return fail(Code::kInvalid, "the multipart body has more than two parts");
                in_audio_ = true;
                if (!parts_->header().transfer_encoding.empty() && parts_->header().transfer_encoding != "binary" &&
                    parts_->header().transfer_encoding != "8bit") {
                    co_return fail(Code::kInvalid, "the audio part has a transfer encoding: send it as binary");
                }
                break;
            case Event::kData:
                co_return parts_->data();
            case Event::kPartEnd:
                audio_ended_ = true;
                break;
            case Event::kEnd:
                if (!in_audio_) co_return fail(Code::kInvalid, "the multipart body has no audio part");
                co_return std::span<const std::byte>{};
            case Event::kNeedMore:
                break;
        }
    }
}

}  // namespace gateway::recordings
