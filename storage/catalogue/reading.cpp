#include "storage/catalogue/reading.hpp"

namespace storage::catalogue {
namespace {

std::string json_text(std::string_view text) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out.push_back('\\');
            out.push_back(c);
        } else if (byte < 0x20) {
            out += "\\u00";
            out.push_back(kDigits[byte >> 4U]);
            out.push_back(kDigits[byte & 15U]);
        } else {
            out.push_back(c);
        }
    }
    return out + "\"";
}

std::string json_text_or_null(std::string_view text) {
    return text.empty() ? "null" : json_text(text);
}

}  // namespace

RecordingRow recording_row(const Row& row) {
    RecordingRow out;
    out.id = row.id<policy::RecordingId>("id");
    out.sender = row.text("sender");
    out.purge_date = row.date("purge_date");
    out.kept_until = row.maybe_date("kept_until");
    out.started_at = row.instant("started_at");
    out.received_at = row.instant("received_at");
    out.duration_ms = row.maybe_number("duration_ms");
    out.direction = row.text("direction");
    out.team = row.text("team");
    out.agent = row.text("agent");
    out.queue = row.text("queue");
    out.basis = row.text("basis");
    out.purposes = row.texts("purposes");
    out.profile = row.text("profile");
    out.rule_id = row.text("rule_id");
    out.retention_class = row.text("retention_class");
    out.media = row.text("media");
    out.unplayable = row.text("unplayable");
    out.quarantined = row.flag("quarantined");
    return out;
}

AccessState access_state(const Row& row) {
    AccessState out;
    out.version = row.number("version");
    out.state = row.text("state");
    out.holds = row.small("holds");
    out.restrictions = row.small("restrictions");
    out.restricted_ground = row.text("restricted_ground");
    out.oldest_hold_review = row.maybe_date("oldest_hold_review");
    out.keep_key = row.maybe_id<policy::KeyId>("keep_key");
    return out;
}

Secret secret(const Row& row) {
    return {row.small("epoch"), row.bytes("sealed")};
}

std::string jobs_json(const std::vector<NewJob>& jobs) {
    std::string out = "[";
    for (const NewJob& job : jobs) {
        if (out.size() > 1) out.push_back(',');
        out += R"({"id":)" + json_text(job.id.text()) + R"(,"kind":)" + json_text(job.kind) + R"(,"unique_key":)" +
               json_text_or_null(job.unique_key) + R"(,"recording_id":)" +
               json_text_or_null(job.recording ? job.recording->text() : "") + R"(,"payload":)" +
               json_text(bytea_text(job.payload).substr(2)) + R"(,"delay_ms":)" + std::to_string(job.delay.count()) +
               R"(,"max_attempts":)" + std::to_string(job.max_attempts) + "}";
    }
    return out + "]";
}

void put_objects(Parameters& parameters, const std::vector<ObjectRow>& objects) {
    parameters.array(objects, [](const ObjectRow& object) { return object.name; })
        .array(objects, [](const ObjectRow& object) { return object.rendition; })
        .array(objects, [](const ObjectRow& object) { return std::to_string(object.part); })
        .array(objects, [](const ObjectRow& object) { return std::to_string(object.sealed_size); })
        .array(objects, [](const ObjectRow& object) {
            return object.place ? std::optional(std::to_string(*object.place)) : std::nullopt;
        });
}

void put_cursor(Parameters& parameters, const std::optional<PurgeCursor>& after) {
    if (after) {
        parameters.date(after->purge_date).id(after->id);
    } else {
        parameters.text("-infinity").null();
    }
}

void put_macs(Parameters& parameters, const std::vector<Mac>& macs) {
    parameters.array(macs, [](const Mac& mac) { return bytea_text(mac); });
}

}  // namespace storage::catalogue
