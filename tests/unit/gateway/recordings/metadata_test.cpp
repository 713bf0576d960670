#include "gateway/recordings/metadata.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>
#include <string>
#include <string_view>

#include "storage/crypto/bytes.hpp"
#include "storage/crypto/encoding.hpp"

namespace {

using namespace gateway::recordings;
using Faults = std::vector<std::string>;

/// A document with every field that there is.
const std::string kFull = R"({
  "recording_ref": "ref-1", "call_id": "call-1", "started_at": "2026-11-24T09:30:00+01:00", "duration_ms": 27000, "direction": "inbound",
  "caller": {"number": "+31201234567", "name": "C. Aller", "country": "NL", "customer_id": "c1"},
  "callee": {"number": "112"},
  "agent": {"id": "a1", "name": "A. Gent", "country": "BE"}, "team": {"id": "t1", "name": "Sales"}, "queue": {"id": "q1"},
  "channels": ["agent", "customer"], "purposes": ["quality", "training"],
  "basis": {"kind": "consent", "given_at": "2026-11-24T09:29:00+01:00", "how": "verbal", "by": "caller", "text_version": "v2"},
  "notice": {"given": "before_recording", "how": "announcement", "version": "v1", "agent_informed": true},
  "retention_class": "r1", "marks": [{"from_ms": 0, "to_ms": 10, "kind": "hold"}, {"from_ms": 20, "to_ms": 20, "kind": "pause"}]
})";

Faults faults_of(const ReadMetadata& read) {
    Faults out;
    for (const auto& fault : read.faults) out.push_back(std::string(policy::text(fault.code)) + " " + fault.pointer);
    return out;
}

/// Sets what stands at a JSON Pointer, and makes objects on the way: Boost 1.81 has none such. Of the escapes: ~1.
void set_at(boost::json::value& document, std::string_view pointer, const boost::json::value& value) {
    auto* place = &document;
    while (!pointer.empty()) {
        pointer.remove_prefix(1);
        std::string name(pointer.substr(0, pointer.find('/')));
        pointer.remove_prefix(name.size());
        if (const auto slash = name.find("~1"); slash != std::string::npos) name.replace(slash, 2, "/");
        if (place->is_array()) {
            place = &place->as_array().at(std::stoul(name));
        } else {
            if (!place->is_object()) place->emplace_object();
            place = &place->as_object()[name];
        }
    }
    *place = value;
}

/// The faults of the full document with one field more or another value.
Faults with(std::string_view pointer, const boost::json::value& value) {
    auto document = boost::json::parse(kFull);
    set_at(document, pointer, value);
    return faults_of(read_metadata(boost::json::serialize(document)));
}

TEST_CASE("Every field of the metadata is read") {
    const auto read = read_metadata(kFull);
    REQUIRE(faults_of(read).empty());
    const auto& claim = read.claim;
    REQUIRE(claim.recording_ref == "ref-1");
    REQUIRE(claim.call_id == "call-1");
    REQUIRE(policy::text(*claim.started_at) == "2026-11-24T08:30:00.000Z");
    REQUIRE(claim.duration == std::chrono::milliseconds(27000));
    REQUIRE(claim.direction == "inbound");
    REQUIRE(claim.caller->number == "+31201234567");
    REQUIRE(claim.caller->customer_id == "c1");
    REQUIRE_FALSE(claim.callee->name);
    REQUIRE(claim.agent->country == "BE");
    REQUIRE(claim.team->name == "Sales");
    REQUIRE(claim.queue->id == "q1");
    REQUIRE(claim.channels == std::vector<std::string>{"agent", "customer"});
    REQUIRE(claim.purposes == std::vector<std::string>{"quality", "training"});
    REQUIRE(claim.basis->kind == "consent");
    REQUIRE(policy::text(*claim.basis->given_at) == "2026-11-24T08:29:00.000Z");
    REQUIRE(claim.basis->text_version == "v2");
    REQUIRE(claim.notice->agent_informed == true);
    REQUIRE(claim.retention_class == "r1");
    REQUIRE(claim.marks.size() == 2);
    REQUIRE(claim.marks[1].from == std::chrono::milliseconds(20));
}

TEST_CASE("What is read can be written and read again") {
    const auto first = read_metadata(kFull).claim;
    const auto document = metadata_document(first);
    const auto again = read_metadata(boost::json::serialize(document));
    REQUIRE(again.faults.empty());
    REQUIRE(metadata_document(again.claim) == document);
    REQUIRE(document.size() == boost::json::parse(kFull).as_object().size());
    REQUIRE(metadata_document({}).empty());
}

TEST_CASE("Unknown fields are refused by name, at every level") {
    for (const auto* pointer : {"/colour", "/caller/mood", "/callee/mood", "/agent/mood", "/team/country",
                                "/queue/country", "/basis/mood", "/notice/mood", "/marks/1/mood", "/Caller"}) {
        INFO(pointer);
        REQUIRE(with(pointer, 1) == Faults{"field-unknown " + std::string(pointer)});
    }
    REQUIRE(with("/a~1b", 1) == Faults{"field-unknown /a~1b"});
}

TEST_CASE("Fields of the wrong type are refused by name, and all at once") {
    for (const auto* pointer :
         {"/recording_ref",  "/call_id",         "/started_at",   "/direction",  "/caller/number", "/caller/country",
          "/agent/id",       "/team/id",         "/purposes/1",   "/channels/0", "/basis/kind",    "/basis/given_at",
          "/notice/version", "/retention_class", "/marks/0/kind", "/caller",     "/basis",         "/notice",
          "/marks",          "/purposes",        "/marks/0"}) {
        INFO(pointer);
        REQUIRE(with(pointer, 7) == Faults{"field-type " + std::string(pointer)});
    }
    REQUIRE(with("/notice/agent_informed", "yes") == Faults{"field-type /notice/agent_informed"});
    REQUIRE(with("/duration_ms", "27000") == Faults{"field-type /duration_ms"});
    REQUIRE(faults_of(read_metadata(R"({"recording_ref":1,"caller":[],"x":1})")) ==
            Faults{"field-type /recording_ref", "field-type /caller", "field-unknown /x"});
}

TEST_CASE("Numbers are whole milliseconds of at most a day; huge ones are refused") {
    REQUIRE(with("/duration_ms", 86'400'000).empty());
    REQUIRE(with("/duration_ms", 86'400'001) == Faults{"field-out-of-range /duration_ms"});
    REQUIRE(with("/duration_ms", -1) == Faults{"field-out-of-range /duration_ms"});
    REQUIRE(with("/duration_ms", 1.5) == Faults{"field-type /duration_ms"});
    REQUIRE(with("/marks/0/to_ms", UINT64_MAX) == Faults{"field-out-of-range /marks/0/to_ms"});
    REQUIRE(faults_of(read_metadata(R"({"duration_ms":1e999})")) == Faults{"json-malformed "});
    REQUIRE(faults_of(read_metadata(R"({"duration_ms":99999999999999999999999999})")) ==
            Faults{"field-type /duration_ms"});
}

TEST_CASE("Lists are bounded") {
    REQUIRE(with("/purposes", boost::json::array(9, "quality")) == Faults{"field-too-long /purposes"});
    REQUIRE(with("/channels", boost::json::array(9, "agent")) == Faults{"field-too-long /channels"});
    REQUIRE(with("/marks", boost::json::array(257, boost::json::object{})) == Faults{"field-too-long /marks"});
}

TEST_CASE("Times need their offset") {
    for (const auto* value : {"2026-11-24T09:30:00", "2026-11-24", "2026-02-30T00:00:00Z", "now", ""}) {
        REQUIRE(with("/started_at", value) == Faults{"field-format /started_at"});
    }
}

TEST_CASE("Duplicate keys, depth and what is no object are one fault of the document") {
    REQUIRE(faults_of(read_metadata(R"({"recording_ref":"a","recording_ref":"b"})")) == Faults{"json-duplicate-key "});
    REQUIRE(faults_of(read_metadata(R"({"basis":{"kind":"consent","kind":"legitimate_interest"}})")) ==
            Faults{"json-duplicate-key "});
    REQUIRE(faults_of(read_metadata(R"({"basis":)" + std::string(5000, '['))) == Faults{"json-too-deep "});
    REQUIRE(faults_of(read_metadata("[]")) == Faults{"field-type "});
    REQUIRE(faults_of(read_metadata("")) == Faults{"json-malformed "});
    REQUIRE(faults_of(read_metadata("{\"recording_ref\":\"\xFF\"}")) == Faults{"json-malformed "});
}

TEST_CASE("What is absent or null is absent: whether it is needed is policy's to say") {
    REQUIRE(faults_of(read_metadata("{}")).empty());
    const auto read = read_metadata(R"({"caller":null,"purposes":null,"marks":null})");
    REQUIRE(faults_of(read).empty());
    REQUIRE_FALSE(read.claim.caller);
    REQUIRE_FALSE(read.claim.purposes);
    REQUIRE(read_metadata(R"({"purposes":[]})").claim.purposes == std::vector<std::string>{});
}

std::string encoded(std::string_view text) {
    return storage::crypto::to_base64url(storage::crypto::bytes_of(text));
}

TEST_CASE("The header carries the document in base64url, padded or not") {
    REQUIRE(read_metadata_header(encoded(R"({"recording_ref":"a"})")).claim.recording_ref == "a");
    REQUIRE(read_metadata_header(encoded(R"({"recording_ref":"ab"})") + "=").claim.recording_ref == "ab");
    REQUIRE(faults_of(read_metadata_header("")) == Faults{"metadata-missing "});
    REQUIRE(faults_of(read_metadata_header(R"({"recording_ref":"a"})")) == Faults{"json-malformed "});
    REQUIRE(faults_of(read_metadata_header("e+8")) == Faults{"json-malformed "});
    REQUIRE(faults_of(read_metadata_header(encoded("{"))) == Faults{"json-malformed "});
    REQUIRE(faults_of(read_metadata_header(std::string(kMaxMetadataHeaderInBytes + 1, 'a'))) ==
            Faults{"metadata-too-large "});
    REQUIRE(faults_of(read_metadata_header("=")) == Faults{"json-malformed "});
}

}  // namespace
