// Push metadata in any text: strict JSON stays itself when it is written and read again, and so does a claim.
#include <boost/json/serialize.hpp>
#include <cstdlib>
#include <string>

#include "gateway/json/strict_json.hpp"
#include "gateway/recordings/metadata.hpp"

namespace {

namespace recordings = gateway::recordings;

void expect(bool truth) {
    if (!truth) std::abort();
}

void check_claim(const recordings::ReadMetadata& read) {
    for (const auto& fault : read.faults) {
        expect(!fault.sentence.empty());
        expect(fault.pointer.empty() || fault.pointer.front() == '/');
        expect(fault.pointer.size() < 400);
    }
    if (!read.faults.empty()) return;
    const auto document = recordings::metadata_document(read.claim);
    const auto again = recordings::read_metadata(document);
    expect(again.faults.empty() && recordings::metadata_document(again.claim) == document);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto parsed = gateway::json::parse_strict_json(text);
    if (const auto* value = std::get_if<boost::json::value>(&parsed)) {
        const auto again = gateway::json::parse_strict_json(boost::json::serialize(*value));
        expect(std::holds_alternative<boost::json::value>(again));
    } else {
        expect(!std::get<gateway::json::JsonFault>(parsed).sentence.empty());
    }
    check_claim(recordings::read_metadata(text));
    check_claim(recordings::read_metadata_header(text));
    return 0;
}
