#pragma once

#include <cstddef>
#include <memory>
#include <variant>
#include <vector>

#include "transcode/messages/facts.hpp"
#include "transcode/messages/message.hpp"
#include "transcode/worker/encoder.hpp"
#include "transcode/worker/link.hpp"

namespace transcode::worker {

/// What becomes of a file.
struct Prepared {
    messages::Facts facts;
    std::vector<std::byte> outline;
    std::unique_ptr<Encoder> rendition;  ///< Finished; null when none was wanted.
};
struct Lost {};  ///< Nobody is there to give the file.

/// Decodes all of the file once: measures it, and encodes what browsers play.
std::variant<Prepared, messages::Reason, Lost> prepare(const messages::Job& job, File& file);

/// Before the sandbox: FFmpeg says nothing from here on, and what it makes once is made.
void warm_up();

}  // namespace transcode::worker
