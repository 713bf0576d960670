#include "transcode/wav/header.hpp"

#include <algorithm>
#include <string>

#include "transcode/wav/format_chunk.hpp"
#include "transcode/wav/little_endian.hpp"
#include "transcode/wav/sniff.hpp"

namespace transcode::wav {

namespace {

using policy::Code;
using policy::Error;
using policy::fail;

constexpr std::size_t kRiffHeaderInBytes = 12;
constexpr std::size_t kChunkHeaderInBytes = 8;
constexpr std::uint32_t kOpenEnded = 0xFFFFFFFF;
/// sox and others write this, or a little more, when they cannot seek back to fill in the size.
constexpr std::uint64_t kOpenEndedFrom = 0x7FFFF000;

bool is(std::span<const std::byte> bytes, std::size_t offset, std::string_view id) {
    return std::equal(id.begin(), id.end(), bytes.begin() + static_cast<std::ptrdiff_t>(offset),
                      [](char wanted, std::byte found) { return std::to_integer<char>(found) == wanted; });
}

/// Walks over the chunks before the samples. Every position is checked against the limit and the file before it is
/// used, so none can overflow.
class Reader {
  public:
    Reader(std::span<const std::byte> prefix, std::optional<std::uint64_t> total) : prefix_(prefix), total_(total) {}

    HeaderOutcome read() {
        if (const auto stop = need(kSniffInBytes)) {
            // A file of a few bytes is no WAV either, and its end is known.
            return *stop;
        }
        if (const auto refusal = check_container()) return *refusal;
        std::size_t at = kRiffHeaderInBytes;
        while (true) {
            if (const auto stop = need(at + kChunkHeaderInBytes)) return *stop;
            const std::uint32_t size = read_le<std::uint32_t>(prefix_, at + 4);
            const std::size_t body = at + kChunkHeaderInBytes;
            if (is(prefix_, at, "data")) return samples(body, size);
            if (is(prefix_, at, "fmt ")) {
                if (const auto stop = read_format(body, size)) return *stop;
            }
            const std::uint64_t next = std::uint64_t{body} + size + (size & 1U);
            if (next > kMaxHeaderInBytes) return too_far();
            at = static_cast<std::size_t>(next);
        }
    }

  private:
    static Error too_far() {
        return fail(Code::kTooLarge,
                    "WAV: no samples within the first " + std::to_string(kMaxHeaderInBytes) + " bytes");
    }

    /// What to answer when the first `bytes` bytes are not all here; nothing when they are.
    std::optional<HeaderOutcome> need(std::size_t bytes) const {
        if (prefix_.size() >= bytes) return std::nullopt;
        if (bytes > kMaxHeaderInBytes) return HeaderOutcome(too_far());
        if (total_ && *total_ < bytes) {
            return HeaderOutcome(fail(Code::kInvalid, "WAV: the file ends inside its header"));
        }
        return HeaderOutcome(NeedMore{bytes});
    }

    std::optional<Error> check_container() const {
        const Kind kind = sniff(prefix_);
        if (kind == Kind::kWav && is(prefix_, 0, "RIFF")) return std::nullopt;
        if (kind == Kind::kWav) return fail(Code::kUnsupported, "WAV: big-endian (RIFX)");
        if (kind == Kind::kRf64) return fail(Code::kUnsupported, "WAV: RF64, for files over 4 GiB");
        return fail(Code::kInvalid, "not a WAV: " + std::string(name_of(kind)));
    }

    std::optional<HeaderOutcome> read_format(std::size_t body, std::uint32_t size) {
        if (format_) return HeaderOutcome(fail(Code::kInvalid, "WAV: two format chunks"));
        const std::size_t read_bytes = std::min<std::size_t>(size, kMaxFormatChunkInBytes);
        if (auto stop = need(body + read_bytes)) return stop;
        const auto format = read_format_chunk(prefix_.subspan(body, read_bytes));
        if (!format && takes_a_worker(prefix_.subspan(body, read_bytes))) return HeaderOutcome(TakesWorker{});
        if (!format) return HeaderOutcome(format.error());
        format_ = *format;
        return std::nullopt;
    }

    HeaderOutcome samples(std::size_t offset, std::uint32_t declared) {
        if (!format_) return fail(Code::kInvalid, "WAV: samples come before their format");
        Format format = *format_;
        format.data_offset = offset;
        if (declared != 0 && declared != kOpenEnded) format.data_bytes = declared - declared % format.frame_bytes();
        if (!total_) return format;
        const auto fitted = fit(format, *total_);
        if (!fitted) return fitted.error();
        return *fitted;
    }

    std::span<const std::byte> prefix_;
    std::optional<std::uint64_t> total_;
    std::optional<Format> format_;
};

}  // namespace

HeaderOutcome parse_header(std::span<const std::byte> prefix, std::optional<std::uint64_t> total_bytes) {
    return Reader(prefix, total_bytes).read();
}

policy::Result<Format> fit(Format format, std::uint64_t total_bytes) {
    if (total_bytes < format.data_offset) return fail(Code::kInvalid, "WAV: the file ends inside its header");
    const std::uint64_t rest = total_bytes - format.data_offset;
    const std::uint64_t available = rest - rest % format.frame_bytes();
    // What an earlier fit to a shorter length has cut was declared too.
    const std::uint64_t declared = format.data_bytes ? *format.data_bytes + format.missing_bytes : available;
    const bool open_ended = declared + format.frame_bytes() > kOpenEndedFrom;
    format.missing_bytes = declared > available && !open_ended ? declared - available : 0;
    format.data_bytes = std::min(declared, available);
    return format;
}

}  // namespace transcode::wav
