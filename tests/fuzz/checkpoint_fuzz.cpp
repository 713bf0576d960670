#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "gateway/verify/note.hpp"
#include "storage/audit/checkpoint.hpp"

// Notes and checkpoints: nothing crashes, what is read is written back to the same text, and the two independent
// readers agree on what a checkpoint is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto note = storage::audit::parse_note(bytes);
    const auto theirs = gateway::verify::open_note(bytes, {});
    if (note && theirs.text != note->text) std::abort();
    const std::string_view text = note ? std::string_view(note->text) : bytes;
    const auto checkpoint = storage::audit::parse_checkpoint(text);
    if (!checkpoint) return 0;
    if (storage::audit::text_of(*checkpoint) != text) std::abort();
    const auto read = gateway::verify::parse_checkpoint(text);
    if (!read || read->size != checkpoint->size || read->origin != checkpoint->origin) std::abort();
    return 0;
}
