#pragma once

#include <array>
#include <cstdint>

namespace transcode::wav {

/// ITU-T G.711 decoding to 16-bit linear samples: the 13-bit (A-law) and 14-bit (mu-law) values of the recommendation,
/// shifted up to 16 bits, as every decoder in use gives them. Indexed by the code; computed at compile time.
extern const std::array<std::int16_t, 256> kALawTable;
extern const std::array<std::int16_t, 256> kMuLawTable;

}  // namespace transcode::wav
