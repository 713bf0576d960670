#include "gateway/recordings/audio_intake.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>
#include <variant>

#include "gateway/http/ascii.hpp"
#include "transcode/wav/header.hpp"
#include "transcode/wav/sniff.hpp"

namespace gateway::recordings {

namespace wav = transcode::wav;
using policy::Code;
using transcode::messages::Input;

namespace {

constexpr std::string_view kAccepted = "send WAV, MP3, Ogg or WebM with Opus, M4A, AMR, FLAC, or raw L16 samples";
constexpr std::string_view kRawType = "audio/l16";

AudioRefusal refuse(bool unsupported, std::string sentence) {
    return {unsupported, std::move(sentence), {}};
}

/// What the worker reads it as. None: not accepted.
std::optional<Input> input_of(wav::Kind kind) {
    switch (kind) {
        case wav::Kind::kWav:
            return Input::kWav;
        case wav::Kind::kMp3:
            return Input::kMp3;
        case wav::Kind::kOgg:
            return Input::kOgg;
        case wav::Kind::kWebm:
            return Input::kWebm;
        case wav::Kind::kMp4:
            return Input::kMp4;
        case wav::Kind::kAmr:
        case wav::Kind::kAmrWb:
            return Input::kAmr;
        case wav::Kind::kFlac:
            return Input::kFlac;
        default:
            return std::nullopt;
    }
}

std::optional<AudioRefusal> short_of_its_header(const wav::Format& format) {
    if (format.missing_bytes == 0) return std::nullopt;
    return refuse(false, "The audio is " + std::to_string(format.missing_bytes) +
                             " bytes shorter than its header says: send the whole file.");
}

std::optional<AudioRefusal> against_claim(const policy::Claim& claim, unsigned channels,
                                          std::optional<std::chrono::milliseconds> duration) {
    policy::AudioFacts facts;
    facts.channels = channels;
    facts.duration = duration;
    auto faults = policy::check_audio(claim, facts);
    if (faults.empty()) return std::nullopt;
    return AudioRefusal{false, "The metadata does not fit the audio.", std::move(faults)};
}

std::optional<std::uint32_t> whole_number(std::string_view text) {
    std::uint32_t out = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return out;
}

}  // namespace

Declared declared_shape(std::string_view content_type) {
    auto semicolon = std::min(content_type.find(';'), content_type.size());
    if (!http::same_text(http::trimmed(content_type.substr(0, semicolon)), kRawType)) return {};
    const AudioRefusal wrong{false,
                             "Say of raw samples how they are to be heard: Content-Type: audio/L16; rate=8000; "
                             "channels=1, with 4000 to 192000 Hz and 1 to 8 channels.",
                             {}};
    RawShape out{1, 0};
    while (semicolon < content_type.size()) {
        content_type.remove_prefix(semicolon + 1);
        semicolon = std::min(content_type.find(';'), content_type.size());
        const auto parameter = http::trimmed(content_type.substr(0, semicolon));
        const auto equals = std::min(parameter.find('='), parameter.size());
        const auto name = parameter.substr(0, equals);
        const auto value = equals == parameter.size() ? std::nullopt : whole_number(parameter.substr(equals + 1));
        if (!value) return wrong;
        if (http::same_text(name, "rate")) out.rate_hz = *value;
        if (http::same_text(name, "channels")) out.channels = *value;
    }
    if (out.rate_hz < wav::kMinSampleRateHz || out.rate_hz > wav::kMaxSampleRateHz || out.channels == 0 ||
        out.channels > wav::kMaxChannels)
        return wrong;
    return out;
}

AudioIntake::AudioIntake(const policy::Claim& claim, std::optional<std::uint64_t> total, std::optional<RawShape> raw)
    : claim_(claim), total_(total), raw_(raw), wanted_(wav::kSniffInBytes) {
    if (raw_) input_ = Input::kRawL16;
}

std::optional<AudioRefusal> AudioIntake::take(std::span<const std::byte> piece) {
    const bool first = received_ == 0;
    received_ += piece.size();
    if (raw_) return first ? check_raw() : std::nullopt;
    if (input_) return std::nullopt;
    const auto room = wav::kMaxHeaderInBytes - header_.size();
    const auto taken = piece.first(std::min(room, piece.size()));
    header_.insert(header_.end(), taken.begin(), taken.end());
    if (header_.size() < wanted_) return std::nullopt;
    return parse(total_);
}

std::optional<AudioRefusal> AudioIntake::check_raw() {
    return against_claim(claim_, raw_->channels, std::nullopt);
}

std::optional<AudioRefusal> AudioIntake::parse(std::optional<std::uint64_t> total) {
    const auto kind = wav::sniff(header_);
    const auto input = input_of(kind);
    if (!input) {
        return refuse(true, "This is " + std::string(wav::name_of(kind)) + ": " + std::string(kAccepted) + ".");
    }
    if (*input == Input::kWav) return parse_wav(total);
    input_ = input;
    header_ = {};
    return std::nullopt;
}

std::optional<AudioRefusal> AudioIntake::parse_wav(std::optional<std::uint64_t> total) {
    auto outcome = wav::parse_header(header_, total);
    if (const auto* more = std::get_if<wav::NeedMore>(&outcome)) {
        wanted_ = std::max(more->bytes, header_.size() + 1);
        return std::nullopt;
    }
    if (const auto* error = std::get_if<policy::Error>(&outcome)) {
        return refuse(error->code == Code::kUnsupported, "This WAV file cannot be taken: " + error->what + ".");
    }
    input_ = Input::kWav;
    header_ = {};
    if (std::holds_alternative<wav::TakesWorker>(outcome)) return std::nullopt;
    format_ = std::get<wav::Format>(outcome);
    if (auto refusal = short_of_its_header(*format_)) return refusal;
    return against_claim(claim_, format_->channels, std::nullopt);
}

/// A WAV that plays as it is: all of it must have come.
std::variant<MediaFacts, AudioRefusal> AudioIntake::finish_wav() {
    const auto fitted = wav::fit(*format_, received_);
    if (fitted.has_error()) return refuse(false, "This WAV file cannot be taken: " + fitted.error().what + ".");
    if (auto refusal = short_of_its_header(*fitted)) return std::move(*refusal);
    if (fitted->frames() == 0) return refuse(false, "The WAV file holds no samples.");
    const std::chrono::milliseconds duration{fitted->duration_ms()};
    if (auto refusal = against_claim(claim_, fitted->channels, duration)) return std::move(*refusal);
    MediaFacts facts;
    facts.format = *fitted;
    return facts;
}

std::variant<MediaFacts, AudioRefusal> AudioIntake::finish(const std::vector<policy::ChannelRole>& roles) {
    if (received_ == 0) return refuse(false, "The body is empty: send the audio.");
    if (!input_) {
        if (auto refusal = parse(received_)) return std::move(*refusal);
        if (!input_) return refuse(false, "The body ends inside the header of the WAV file.");
    }
    MediaFacts facts;
    if (format_) {
        auto of_wav = finish_wav();
        if (auto* refusal = std::get_if<AudioRefusal>(&of_wav)) return std::move(*refusal);
        facts = std::get<MediaFacts>(std::move(of_wav));
    }
    facts.input = *input_;
    facts.raw = raw_;
    facts.size_in_bytes = received_;
    facts.roles = roles;
    return facts;
}

}  // namespace gateway::recordings
