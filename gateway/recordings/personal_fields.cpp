#include "gateway/recordings/personal_fields.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gateway/json/object_reader.hpp"
#include "gateway/recordings/metadata.hpp"
#include "storage/crypto/encoding.hpp"

namespace gateway::recordings {

using storage::crypto::InsecureSecretAccess;
using storage::crypto::SecretBytes;

SecretBytes encode(const PersonalFields& fields) {
    boost::json::object document;
    document["log_id"] = fields.log_id.text();
    document["digest"] = storage::crypto::to_hex(fields.digest);
    document["rule"] = fields.rule;
    document["metadata"] = metadata_document(fields.claim);
    std::string text = boost::json::serialize(document);
    auto out = SecretBytes::copy_of(std::as_bytes(std::span(text)));
    storage::crypto::zero(std::as_writable_bytes(std::span(text)));
    return out;
}

policy::Result<PersonalFields> personal_fields_from(const SecretBytes& bytes) {
    const auto broken = [] {
        return policy::fail(policy::Code::kCorrupt, "the sealed fields of a recording are malformed");
    };
    const auto revealed = bytes.reveal(InsecureSecretAccess{});
    std::vector<policy::Fault> faults;
    const auto document = json::parse_object({reinterpret_cast<const char*>(revealed.data()), revealed.size()}, faults);
    if (!document) return broken();
    json::ObjectReader reader(*document, "", faults);
    const auto log_id = policy::LogId::parse(reader.text("log_id").value_or(""));
    const auto digest = storage::crypto::from_hex(reader.text("digest").value_or(""));
    const auto rule = reader.text("rule");
    const auto* metadata = document->if_contains("metadata");
    PersonalFields out;
    if (!log_id || !digest || digest->size() != out.digest.size() || !rule || metadata == nullptr ||
        !metadata->is_object()) {
        return broken();
    }
    auto read = read_metadata(metadata->as_object());
    if (!read.faults.empty()) return broken();
    out.log_id = *log_id;
    std::ranges::copy(*digest, out.digest.begin());
    out.rule = *rule;
    out.claim = std::move(read.claim);
    return out;
}

}  // namespace gateway::recordings
