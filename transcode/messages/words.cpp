#include "transcode/messages/words.hpp"

#include <array>
#include <cstddef>

namespace transcode::messages {

namespace {

template <class Word, std::size_t N>
std::string_view name_in(const std::array<std::string_view, N>& names, Word word) {
    const auto index = static_cast<std::size_t>(word) - 1;
    return index < N ? names[index] : std::string_view();
}

template <class Word, std::size_t N>
std::optional<Word> word_in(const std::array<std::string_view, N>& names, std::string_view name) {
    for (std::size_t i = 0; i < N; ++i) {
        if (names[i] == name) return static_cast<Word>(i + 1);
    }
    return std::nullopt;
}

constexpr std::array<std::string_view, kLastInput> kInputs{"wav", "mp3", "ogg", "webm", "mp4", "amr", "flac", "l16"};
constexpr std::array<std::string_view, kLastCoding> kCodings{"pcm", "pcm_alaw", "pcm_mulaw", "gsm",  "mp3",   "opus",
                                                             "aac", "amr_nb",   "amr_wb",    "flac", "vorbis"};
constexpr std::array<std::string_view, 8> kReasons{"malformed",       "unsupported",     "no-sound",
                                                   "too-long",        "too-much-memory", "worker-crashed",
                                                   "worker-too-slow", "worker-misspoke"};

}  // namespace

std::string_view name_of(Input input) {
    return name_in(kInputs, input);
}
std::optional<Input> parse_input(std::string_view name) {
    return word_in<Input>(kInputs, name);
}
std::string_view name_of(Coding coding) {
    return name_in(kCodings, coding);
}
std::optional<Coding> parse_coding(std::string_view name) {
    return word_in<Coding>(kCodings, name);
}
std::string_view text(Reason reason) {
    return name_in(kReasons, reason);
}

}  // namespace transcode::messages
