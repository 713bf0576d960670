#pragma once

#include "transcode/messages/words.hpp"

namespace transcode::worker {

/// What an error number of FFmpeg means to us: the one place that knows.
messages::Reason reason_of(int error);

}  // namespace transcode::worker
