#include "gateway/recordings/audio_intake.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

#include "transcode/wav/header.hpp"
#include "transcode/wav/sniff.hpp"

namespace gateway::recordings {

namespace wav = transcode::wav;
using policy::Code;

namespace {

AudioRefusal refuse(bool unsupported, std::string sentence) {
    return {unsupported, std::move(sentence), {}};
}

std::optional<AudioRefusal> short_of_its_header(const wav::Format& format) {
    if (format.missing_bytes == 0) return std::nullopt;
    return refuse(false, "The audio is " + std::to_string(format.missing_bytes) +
                             " bytes shorter than its header says: send the whole file.");
}

std::optional<AudioRefusal> against_claim(const policy::Claim& claim, const wav::Format& format, bool complete) {
    policy::AudioFacts facts;
    facts.channels = format.channels;
    if (complete) facts.duration = std::chrono::milliseconds{format.duration_ms()};
    auto faults = policy::check_audio(claim, facts);
    if (faults.empty()) return std::nullopt;
    return AudioRefusal{false, "The metadata does not fit the audio.", std::move(faults)};
}

}  // namespace

AudioIntake::AudioIntake(const policy::Claim& claim, std::optional<std::uint64_t> total)
    : claim_(claim), total_(total), wanted_(wav::kSniffInBytes) {}

std::optional<AudioRefusal> AudioIntake::take(std::span<const std::byte> piece) {
    received_ += piece.size();
    if (format_) return std::nullopt;
    const auto room = wav::kMaxHeaderInBytes - header_.size();
    const auto taken = piece.first(std::min(room, piece.size()));
    header_.insert(header_.end(), taken.begin(), taken.end());
    if (header_.size() < wanted_) return std::nullopt;
    return parse(total_);
}

std::optional<AudioRefusal> AudioIntake::parse(std::optional<std::uint64_t> total) {
    const auto kind = wav::sniff(header_);
    if (kind != wav::Kind::kWav) {
        return refuse(true, "This is " + std::string(wav::name_of(kind)) +
                                ": send a WAV file with PCM, A-law or mu-law samples.");
    }
    auto outcome = wav::parse_header(header_, total);
    if (const auto* more = std::get_if<wav::NeedMore>(&outcome)) {
        wanted_ = std::max(more->bytes, header_.size() + 1);
        return std::nullopt;
    }
    if (const auto* error = std::get_if<policy::Error>(&outcome)) {
        return refuse(error->code == Code::kUnsupported, "This WAV file cannot be taken: " + error->what + ".");
    }
    format_ = std::get<wav::Format>(outcome);
    header_ = {};
    if (auto refusal = short_of_its_header(*format_)) return refusal;
    return against_claim(claim_, *format_, false);
}

std::variant<MediaFacts, AudioRefusal> AudioIntake::finish(const std::vector<policy::ChannelRole>& roles) {
    if (received_ == 0) return refuse(false, "The body is empty: send the audio.");
    if (!format_) {
        if (auto refusal = parse(received_)) return std::move(*refusal);
        if (!format_) return refuse(false, "The body ends inside the header of the WAV file.");
    }
    const auto fitted = wav::fit(*format_, received_);
    if (fitted.has_error()) return refuse(false, "This WAV file cannot be taken: " + fitted.error().what + ".");
    if (auto refusal = short_of_its_header(*fitted)) return std::move(*refusal);
    if (fitted->frames() == 0) return refuse(false, "The WAV file holds no samples.");
    if (auto refusal = against_claim(claim_, *fitted, true)) return std::move(*refusal);
    MediaFacts facts;
    facts.format = *fitted;
    facts.size_in_bytes = received_;
    facts.roles = roles;
    return facts;
}

}  // namespace gateway::recordings
