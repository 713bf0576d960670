#include "gateway/recordings/metadata.hpp"

#include <boost/json/array.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "gateway/json/object_reader.hpp"
#include "storage/crypto/encoding.hpp"

namespace gateway::recordings {

namespace {

using json::ObjectReader;
using policy::Claim;
using policy::FaultCode;
using std::chrono::milliseconds;

constexpr std::int64_t kLongestInMs = std::chrono::duration_cast<milliseconds>(policy::claim_limits::kDuration).count();

std::optional<milliseconds> duration(ObjectReader& reader, std::string_view name) {
    const auto number = reader.whole_number(name, 0, kLongestInMs);
    return number ? std::optional(milliseconds{*number}) : std::nullopt;
}

std::optional<policy::Party> party(ObjectReader& parent, std::string_view name) {
    auto reader = parent.object(name);
    if (!reader) return std::nullopt;
    policy::Party out{reader->text("number"), reader->text("name"), reader->text("country"),
                      reader->text("customer_id")};
    reader->done();
    return out;
}

std::optional<policy::Member> member(ObjectReader& parent, std::string_view name, bool with_country) {
    auto reader = parent.object(name);
    if (!reader) return std::nullopt;
    policy::Member out;
    out.id = reader->text("id");
    out.name = reader->text("name");
    if (with_country) out.country = reader->text("country");
    reader->done();
    return out;
}

std::optional<policy::Basis> basis(ObjectReader& parent) {
    auto reader = parent.object("basis");
    if (!reader) return std::nullopt;
    policy::Basis out;
    out.kind = reader->text("kind");
    out.given_at = reader->instant("given_at");
    out.how = reader->text("how");
    out.by = reader->text("by");
    out.text_version = reader->text("text_version");
    out.assessment = reader->text("assessment");
    reader->done();
    return out;
}

std::optional<policy::Notice> notice(ObjectReader& parent) {
    auto reader = parent.object("notice");
    if (!reader) return std::nullopt;
    policy::Notice out;
    out.given = reader->text("given");
    out.how = reader->text("how");
    out.version = reader->text("version");
    out.agent_informed = reader->boolean("agent_informed");
    reader->done();
    return out;
}

Claim claim(ObjectReader& reader) {
    Claim out;
    out.recording_ref = reader.text("recording_ref");
    out.call_id = reader.text("call_id");
    out.started_at = reader.instant("started_at");
    out.duration = duration(reader, "duration_ms");
    out.direction = reader.text("direction");
    out.caller = party(reader, "caller");
    out.callee = party(reader, "callee");
    out.agent = member(reader, "agent", true);
    out.team = member(reader, "team", false);
    out.queue = member(reader, "queue", false);
    out.channels = reader.texts("channels", policy::claim_limits::kChannels);
    out.purposes = reader.texts("purposes", policy::claim_limits::kPurposes);
    out.basis = basis(reader);
    out.notice = notice(reader);
    out.retention_class = reader.text("retention_class");
    reader.objects("marks", policy::claim_limits::kMarks, [&out](ObjectReader& mark) {
        policy::Mark read;
        read.from = duration(mark, "from_ms");
        read.to = duration(mark, "to_ms");
        read.kind = mark.text("kind");
        out.marks.push_back(std::move(read));
    });
    reader.done();
    return out;
}

/// Puts what is there into a document, field by field.
class Writer {
  public:
    template <class T>
    Writer& put(std::string_view name, const std::optional<T>& value) {
        if (value) document_[name] = *value;
        return *this;
    }
    Writer& put(std::string_view name, const std::optional<policy::Instant>& value) {
        if (value) document_[name] = policy::text(*value);
        return *this;
    }
    Writer& put(std::string_view name, const std::optional<milliseconds>& value) {
        if (value) document_[name] = value->count();
        return *this;
    }
    Writer& put(std::string_view name, const std::optional<std::vector<std::string>>& value) {
        if (value) document_[name] = boost::json::array(value->begin(), value->end());
        return *this;
    }
    Writer& put(std::string_view name, Writer&& part) {
        document_[name] = std::move(part.document_);
        return *this;
    }
    boost::json::object take() { return std::move(document_); }

  private:
    boost::json::object document_;
};

Writer written(const policy::Party& party) {
    return Writer()
        .put("number", party.number)
        .put("name", party.name)
        .put("country", party.country)
        .put("customer_id", party.customer_id);
}

Writer written(const policy::Member& member) {
    return Writer().put("id", member.id).put("name", member.name).put("country", member.country);
}

Writer written(const policy::Basis& basis) {
    return Writer()
        .put("kind", basis.kind)
        .put("given_at", basis.given_at)
        .put("how", basis.how)
        .put("by", basis.by)
        .put("text_version", basis.text_version)
        .put("assessment", basis.assessment);
}

Writer written(const policy::Notice& notice) {
    return Writer()
        .put("given", notice.given)
        .put("how", notice.how)
        .put("version", notice.version)
        .put("agent_informed", notice.agent_informed);
}

Writer written(const policy::Mark& mark) {
    return Writer().put("from_ms", mark.from).put("to_ms", mark.to).put("kind", mark.kind);
}

ReadMetadata refused(FaultCode code, std::string sentence) {
    return {{}, {{code, "", std::move(sentence)}}};
}

}  // namespace

ReadMetadata read_metadata(std::string_view text) {
    std::vector<policy::Fault> faults;
    const auto document = json::parse_object(text, faults);
    if (!document) return {{}, std::move(faults)};
    return read_metadata(*document);
}

ReadMetadata read_metadata(const boost::json::object& document) {
    ReadMetadata out;
    ObjectReader reader(document, "", out.faults);
    out.claim = claim(reader);
    return out;
}

boost::json::object metadata_document(const Claim& claim) {
    Writer out;
    out.put("recording_ref", claim.recording_ref)
        .put("call_id", claim.call_id)
        .put("started_at", claim.started_at)
        .put("duration_ms", claim.duration)
        .put("direction", claim.direction);
    if (claim.caller) out.put("caller", written(*claim.caller));
    if (claim.callee) out.put("callee", written(*claim.callee));
    if (claim.agent) out.put("agent", written(*claim.agent));
    if (claim.team) out.put("team", written(*claim.team));
    if (claim.queue) out.put("queue", written(*claim.queue));
    out.put("channels", claim.channels).put("purposes", claim.purposes);
    if (claim.basis) out.put("basis", written(*claim.basis));
    if (claim.notice) out.put("notice", written(*claim.notice));
    out.put("retention_class", claim.retention_class);
    boost::json::object document = out.take();
    if (!claim.marks.empty()) {
        auto& marks = document["marks"].emplace_array();
        for (const auto& mark : claim.marks) marks.emplace_back(written(mark).take());
    }
    return document;
}

ReadMetadata read_metadata_header(std::string_view value) {
    if (value.empty()) {
        return refused(FaultCode::kMetadataMissing,
                       "Send the metadata: a JSON document in base64url, in the header Callvault-Metadata.");
    }
    if (value.size() > kMaxMetadataHeaderInBytes) {
        return refused(FaultCode::kMetadataTooLarge,
                       "Send metadata of more than 16 KiB as the first part of a multipart POST.");
    }
    while (value.ends_with('=')) value.remove_suffix(1);
    const auto document = storage::crypto::from_base64url(value);
    if (!document) {
        return refused(FaultCode::kJsonMalformed,
                       "Callvault-Metadata is not base64url: encode the JSON document as RFC 4648 5.");
    }
    return read_metadata({reinterpret_cast<const char*>(document->data()), document->size()});
}

}  // namespace gateway::recordings
