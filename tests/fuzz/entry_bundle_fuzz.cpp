#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>
#include <vector>

#include "gateway/verify/bundle.hpp"
#include "storage/audit/tile.hpp"

// Entry bundles: the two independent readers agree, and what is read is written back to the same bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto theirs = gateway::verify::parse_bundle(text);
    const std::span<const std::byte> bytes = std::as_bytes(std::span(data, size));
    const auto ours = storage::audit::parse_bundle(bytes, theirs ? theirs->size() : 1);
    if (ours.has_value() != theirs.has_value()) std::abort();
    if (!ours) return 0;
    std::vector<storage::crypto::Bytes> entries;
    for (const auto& entry : *ours) entries.emplace_back(entry.begin(), entry.end());
    const storage::crypto::Bytes again = storage::audit::encode_bundle(entries);
    if (!std::equal(again.begin(), again.end(), bytes.begin(), bytes.end())) std::abort();
    for (const std::string_view entry : *theirs) static_cast<void>(gateway::verify::moment_of(entry));
    return 0;
}
