#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "storage/audit/ledger_record.hpp"

// Ledger records: one record has one text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto record = storage::audit::parse_ledger_record(text, "example.com/log");
    if (!record) return 0;
    const auto again = storage::audit::text_of(*record, "example.com/log");
    if (!again || *again != text) std::abort();
    return 0;
}
