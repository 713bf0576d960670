#include "gateway/http/chunk_decoder.hpp"

#include <algorithm>

#include "gateway/http/ascii.hpp"

namespace gateway::http {
namespace {

constexpr unsigned kMostDigits = 15;
constexpr std::size_t kMostExtensionBytes = 256;
constexpr std::size_t kMostTrailerBytes = 4096;

bool is_text(char c) {
    return c == '\t' || (c >= ' ' && c != '\x7F');
}

}  // namespace

ChunkDecoder::Step ChunkDecoder::step(std::span<const std::byte> input) {
    Step out;
    while (out.consumed < input.size() && state_ != State::kFinished && state_ != State::kBroken) {
        if (state_ == State::kData) {
            const std::size_t n = static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size() - out.consumed));
            out.data = input.subspan(out.consumed, n);
            out.consumed += n;
            left_ -= n;
            if (left_ == 0) state_ = State::kDataCr;
            return out;
        }
        state_ = after(static_cast<char>(input[out.consumed]));
        ++out.consumed;
    }
    out.finished = state_ == State::kFinished;
    out.broken = state_ == State::kBroken;
    return out;
}

ChunkDecoder::State ChunkDecoder::after(char c) {
    switch (state_) {
        case State::kFirstDigit:
        case State::kDigits:
        case State::kExtension:
        case State::kSizeLf:
            return after_size(c);
        case State::kDataCr:
            return c == '\r' ? State::kDataLf : State::kBroken;
        case State::kDataLf:
            digits_ = 0;
            return c == '\n' ? State::kFirstDigit : State::kBroken;
        default:
            return after_trailer(c);
    }
}

ChunkDecoder::State ChunkDecoder::after_size(char c) {
    if (state_ == State::kSizeLf) {
        if (c != '\n') return State::kBroken;
        return left_ == 0 ? State::kTrailerLine : State::kData;
    }
    if (state_ == State::kExtension) {
        if (c == '\r') return State::kSizeLf;
        return is_text(c) && ++skipped_ <= kMostExtensionBytes ? State::kExtension : State::kBroken;
    }
    const int value = hex_value(c);
    if (value >= 0 && digits_ < kMostDigits) {
        left_ = left_ * 16 + static_cast<std::uint64_t>(value);
        ++digits_;
        return State::kDigits;
    }
    if (state_ == State::kFirstDigit) return State::kBroken;
    skipped_ = 0;
    if (c == ';') return State::kExtension;
    return c == '\r' ? State::kSizeLf : State::kBroken;
}

ChunkDecoder::State ChunkDecoder::after_trailer(char c) {
    if (++skipped_ > kMostTrailerBytes) return State::kBroken;
    switch (state_) {
        case State::kTrailerLine:
            if (c == '\r') return State::kLastLf;
            return is_token_char(c) ? State::kTrailerText : State::kBroken;
        case State::kTrailerText:
            if (c == '\r') return State::kTrailerLf;
            return is_text(c) ? State::kTrailerText : State::kBroken;
        case State::kTrailerLf:
            return c == '\n' ? State::kTrailerLine : State::kBroken;
        case State::kLastLf:
            return c == '\n' ? State::kFinished : State::kBroken;
        default:
            return State::kBroken;
    }
}

}  // namespace gateway::http
