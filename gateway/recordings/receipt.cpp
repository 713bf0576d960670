#include "gateway/recordings/receipt.hpp"

#include <array>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cstdint>

#include "gateway/http/content_digest.hpp"

namespace gateway::recordings {

policy::Result<std::string> receipt_json(const storage::catalogue::RecordingRow& row, const PersonalFields& fields) {
    const auto media = media_facts_from(row.media);
    if (media.has_error()) return media.error();
    std::array<std::uint8_t, 32> digest{};
    for (std::size_t i = 0; i < digest.size(); ++i) digest[i] = std::to_integer<std::uint8_t>(fields.digest[i]);
    boost::json::object out;
    out["id"] = row.id.text();
    out["recording_ref"] = fields.claim.recording_ref.value_or("");
    out["digest"] = http::format_sha256_digest(digest);
    out["size"] = media->size_in_bytes;
    // Only what was known at once: a repeat gets the same receipt, prepared or not.
    if (media->format) out["duration_ms"] = media->format->duration_ms();
    out["purge_date"] = policy::text(row.purge_date);
    out["rule"] = boost::json::object{{"id", row.rule_id}, {"text", fields.rule}};
    out["profile"] = row.profile;
    out["received_at"] = policy::text(row.received_at);
    return boost::json::serialize(out);
}

}  // namespace gateway::recordings
