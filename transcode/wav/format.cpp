#include "transcode/wav/format.hpp"

namespace transcode::wav {

std::string_view name_of(Coding coding) {
    switch (coding) {
        case Coding::kPcm8:
            return "pcm_u8";
        case Coding::kPcm16:
            return "pcm_s16le";
        case Coding::kPcm24:
            return "pcm_s24le";
        case Coding::kPcm32:
            return "pcm_s32le";
        case Coding::kALaw:
            return "pcm_alaw";
        case Coding::kMuLaw:
            return "pcm_mulaw";
    }
    return "unknown";
}

unsigned bytes_per_sample(Coding coding) noexcept {
    switch (coding) {
        case Coding::kPcm16:
            return 2;
        case Coding::kPcm24:
            return 3;
        case Coding::kPcm32:
            return 4;
        case Coding::kPcm8:
        case Coding::kALaw:
        case Coding::kMuLaw:
            return 1;
    }
    return 1;
}

}  // namespace transcode::wav
