#pragma once

#include <string>

namespace gateway::recordings {

/// What a reference's MAC is made of: "sender NUL reference". A sender's name holds no NUL, so no two pairs give one
/// text.
inline std::string reference_text(const std::string& sender, const std::string& reference) {
    return sender + '\0' + reference;
}

}  // namespace gateway::recordings
