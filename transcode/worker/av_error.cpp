#include "transcode/worker/av_error.hpp"

extern "C" {
#include <libavutil/error.h>
}

#include <cerrno>

namespace transcode::worker {

messages::Reason reason_of(int error) {
    switch (error) {
        case AVERROR(ENOMEM):
            return messages::Reason::kTooMuchMemory;
        case AVERROR(ENOSPC):
            return messages::Reason::kTooLong;
        case AVERROR_DECODER_NOT_FOUND:
        case AVERROR_PATCHWELCOME:
        case AVERROR(ENOSYS):
            return messages::Reason::kUnsupported;
        case AVERROR_STREAM_NOT_FOUND:
            return messages::Reason::kNoSound;
        default:
            return messages::Reason::kMalformed;
    }
}

}  // namespace transcode::worker
