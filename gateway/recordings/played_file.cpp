#include "gateway/recordings/played_file.hpp"

#include <algorithm>

#include "gateway/recordings/sealed_file.hpp"

namespace gateway::recordings {

using policy::Code;
using policy::fail;
using policy::Result;
using transcode::wav::Slice;
using transcode::wav::VirtualWav;

Result<PlayedFile> PlayedFile::of(const MediaFacts& facts) {
    if (facts.format) {
        auto wav = VirtualWav::create(*facts.format);
        if (wav.has_error()) return wav.error();
        PlayedFile out{*wav};
        out.duration_ms_ = facts.format->duration_ms();
        out.source_in_bytes_ = facts.size_in_bytes;
        return out;
    }
    if (!facts.sound || facts.playback_in_bytes == 0) return fail(Code::kConflict, "a recording has no playable form");
    PlayedFile out{AsItIs{facts.playback_in_bytes, std::min(facts.index_in_bytes, facts.playback_in_bytes)}};
    out.duration_ms_ = facts.sound->duration_ms();
    out.source_in_bytes_ = facts.playback_in_bytes;
    return out;
}

std::string_view PlayedFile::rendition() const noexcept {
    return std::holds_alternative<VirtualWav>(file_) ? renditions::kOriginal : renditions::kPlayback;
}

std::string_view PlayedFile::name() const noexcept {
    return std::holds_alternative<VirtualWav>(file_) ? "audio.wav" : "audio.m4a";
}

std::string_view PlayedFile::media_type() const noexcept {
    return std::holds_alternative<VirtualWav>(file_) ? "audio/wav" : "audio/mp4";
}

std::uint64_t PlayedFile::size_in_bytes() const noexcept {
    const auto* wav = std::get_if<VirtualWav>(&file_);
    return wav != nullptr ? wav->size_in_bytes() : std::get<AsItIs>(file_).size;
}

Slice PlayedFile::plan(std::uint64_t first, std::uint64_t last) const noexcept {
    if (const auto* wav = std::get_if<VirtualWav>(&file_)) return wav->plan(first, last);
    const auto end = std::min(last + 1, size_in_bytes());
    const auto count = end > first ? end - first : 0;
    return {first, count, first, count};
}

Result<void> PlayedFile::render(const Slice& slice, std::span<const std::byte> source, std::span<std::byte> out) const {
    if (const auto* wav = std::get_if<VirtualWav>(&file_)) return wav->render(slice, source, out);
    if (source.size() != slice.size || out.size() < slice.size)
        return fail(Code::kInvalid, "a slice of another length");
    std::ranges::copy(source, out.begin());
    return {};
}

std::uint64_t PlayedFile::position_at(std::uint64_t source_end) const noexcept {
    const auto* wav = std::get_if<VirtualWav>(&file_);
    return wav != nullptr ? wav->position_at(source_end) : std::min(source_end, size_in_bytes());
}

bool PlayedFile::is_verbatim(const Slice& slice) const noexcept {
    const auto* wav = std::get_if<VirtualWav>(&file_);
    return wav == nullptr || (wav->is_verbatim() && slice.first >= VirtualWav::kHeaderInBytes);
}

std::uint64_t PlayedFile::bytes_per_second() const noexcept {
    if (const auto* wav = std::get_if<VirtualWav>(&file_))
        return std::uint64_t{wav->format().sample_rate_hz} * wav->format().channels * 2;
    const auto sound = size_in_bytes() - lead_in_bytes();
    return std::max<std::uint64_t>(1, sound * 1000 / std::max<std::uint64_t>(1, duration_ms_));
}

std::uint64_t PlayedFile::lead_in_bytes() const noexcept {
    const auto* as_it_is = std::get_if<AsItIs>(&file_);
    return as_it_is == nullptr ? VirtualWav::kHeaderInBytes : as_it_is->index;
}

std::int64_t PlayedFile::heard_at(std::int64_t byte) const noexcept {
    const auto sound = std::max<std::int64_t>(0, byte - static_cast<std::int64_t>(lead_in_bytes()));
    if (std::holds_alternative<VirtualWav>(file_)) return sound * 1000 / static_cast<std::int64_t>(bytes_per_second());
    return static_cast<std::int64_t>(
        static_cast<double>(sound) * static_cast<double>(duration_ms_) /
        static_cast<double>(std::max<std::uint64_t>(1, size_in_bytes() - lead_in_bytes())));
}

}  // namespace gateway::recordings
