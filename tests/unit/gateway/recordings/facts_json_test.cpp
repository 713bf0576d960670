#include "gateway/recordings/facts_json.hpp"

#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>
#include <string>

#include "gateway/recordings/media_facts.hpp"

namespace {

using gateway::recordings::facts_json;
using gateway::recordings::FactsView;
using gateway::recordings::masked_number;
using gateway::recordings::view_for;
using policy::Role;
using storage::catalogue::AccessState;
using storage::catalogue::RecordingRow;

std::string dots(std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += "•";
    return out;
}

RecordingRow row() {
    RecordingRow out;
    out.purge_date = *policy::parse_date("2027-02-24");
    out.started_at = *policy::parse_instant("2026-11-24T09:30:00Z");
    out.received_at = *policy::parse_instant("2026-11-24T09:31:00Z");
    out.team = "support";
    out.agent = "a-1";
    out.basis = "consent";
    out.purposes = {"quality"};
    out.profile = "NL";
    out.rule_id = "retention.default";
    gateway::recordings::MediaFacts media;
    media.format.emplace();
    media.format->channels = 1;
    media.format->sample_rate_hz = 8000;
    media.format->data_offset = 44;
    media.format->data_bytes = 16000;
    media.size_in_bytes = 16044;
    media.roles = {policy::ChannelRole::kMixed};
    out.media = to_json(media);
    return out;
}

gateway::recordings::PersonalFields fields() {
    gateway::recordings::PersonalFields out;
    out.rule = "Three months.";
    out.claim.recording_ref = "ref-of-the-sender";
    out.claim.caller = policy::Party{"020 123 45 67", "Known Name", "NL", "customer-9"};
    out.claim.agent = policy::Member{"a-1", "Anna Agent", std::nullopt};
    return out;
}

boost::json::object shown(FactsView view, const RecordingRow& stored = row(), const AccessState& access = {}) {
    auto out = facts_json(stored, access, fields(), view, "NL");
    REQUIRE(out.has_value());
    return *out;
}

}  // namespace

TEST_CASE("Of a number the last three characters are left, and of a short one fewer") {
    CHECK(masked_number("+31201234567", "NL") == dots(9) + "567");
    CHECK(masked_number("020 123 45 67", "NL") == dots(9) + "567");
    CHECK(masked_number("sip:+31201234567@pbx.example", "") == dots(9) + "567");
    CHECK(masked_number("112", "NL") == dots(2) + "2");
    CHECK(masked_number("12", "NL") == dots(2));
    CHECK(masked_number("12345", "NL") == dots(4) + "5");
    CHECK(masked_number("123456", "") == dots(3) + "456");
    CHECK(masked_number("", "NL").empty());
}

TEST_CASE("A character of several bytes is one dot and is never cut") {
    CHECK(masked_number("äöüäöü", "") == dots(3) + "äöü");
}

TEST_CASE("Facts hold no full number, no name of a customer and no reference of the sender") {
    const auto text = boost::json::serialize(shown({true, true}));
    CHECK(text.find(dots(9) + "567") != std::string::npos);
    for (const std::string secret : {"1234567", "123 45 67", "Known Name", "customer-9", "ref-of-the-sender"}) {
        CAPTURE(secret);
        CHECK(text.find(secret) == std::string::npos);
    }
}

TEST_CASE("Names and holds are shown to those roles only that have to do with them") {
    AccessState held;
    held.holds = 2;
    const auto all = shown({true, true}, row(), held);
    CHECK(all.at("agent").at("name") == "Anna Agent");
    CHECK(all.at("holds") == 2);
    const auto bare = shown({false, false}, row(), held);
    CHECK(bare.at("agent").at("id") == "a-1");
    CHECK(bare.at("agent").as_object().count("name") == 0);
    CHECK(bare.count("holds") == 0);
    CHECK(view_for({"s", {Role::kQa}, {}, {}}).names);
    CHECK_FALSE(view_for({"s", {Role::kQa}, {}, {}}).rights);
    CHECK(view_for({"s", {Role::kPrivacyOfficer}, {}, {}}).rights);
    CHECK_FALSE(view_for({"s", {Role::kAdmin}, {}, {}}).names);
}

TEST_CASE("What a media worker found is told, and a duration only once it is known") {
    CHECK(shown({}).at("duration_ms") == 1000);
    CHECK(shown({}).count("sound") == 0);
    gateway::recordings::MediaFacts media;
    media.input = transcode::messages::Input::kMp3;
    auto stored = row();
    stored.media = to_json(media);
    CHECK(shown({}, stored).count("duration_ms") == 0);
    using transcode::messages::Coding;
    media.sound = {Coding::kMp3,
                   8000,
                   16000,
                   {{1000, -31, 2, false}, {0, transcode::measure::ChannelFacts::kNone, 0, true}},
                   false};
    stored.media = to_json(media);
    const auto out = shown({}, stored);
    CHECK(out.at("duration_ms") == 2000);
    CHECK(
        boost::json::serialize(out.at("sound")) ==
        R"({"coding":"mp3","rate_hz":8000,"equal_channels":false,"channels":[{"silent":false,"clipped":2,"level_db":-31},{"silent":true,"clipped":0}]})");
}

TEST_CASE("A recording is playable, unplayable with its reason, restricted, or quarantined") {
    CHECK(shown({}).at("state") == "playable");
    CHECK(shown({}).count("unplayable_reason") == 0);
    auto stored = row();
    stored.unplayable = "no-rendition";
    CHECK(shown({}, stored).at("state") == "unplayable");
    CHECK(shown({}, stored).at("unplayable_reason") == "no-rendition");
    AccessState restricted;
    restricted.restrictions = 1;
    CHECK(shown({}, stored, restricted).at("state") == "restricted");
    stored.quarantined = true;
    CHECK(shown({}, stored, restricted).at("state") == "quarantined");
}

TEST_CASE("Facts say when it goes, and by which rule") {
    const auto out = shown({});
    CHECK(out.at("purge_date") == "2027-02-24");
    CHECK(out.at("rule").at("text") == "Three months.");
    CHECK(out.at("duration_ms") == 1000);
    CHECK(out.at("channels").as_array().at(0) == "mixed");
}

TEST_CASE("Facts say how people were told, and when and how they consented") {
    auto known = fields();
    known.claim.notice = policy::Notice{"before_recording", "announcement", "2026-03", true};
    known.claim.basis = policy::Basis{};
    known.claim.basis->given_at = *policy::parse_instant("2026-11-24T09:29:40Z");
    known.claim.basis->how = "keypress";
    known.claim.basis->by = "caller";
    const auto out = facts_json(row(), AccessState{}, known, FactsView{}, "NL");
    REQUIRE(out.has_value());
    CHECK(boost::json::serialize(out->at("notice")) == R"({"how":"announcement","version":"2026-03"})");
    CHECK(boost::json::serialize(out->at("consent")) == R"({"given_at":"2026-11-24T09:29:40.000Z","how":"keypress"})");
    CHECK(shown({}).count("notice") == 0);
    CHECK(shown({}).count("consent") == 0);
}

TEST_CASE("Only open restrictions are shown, a withdrawal with the moment of its erasure") {
    storage::catalogue::RestrictionRow open;
    open.ground = "withdrawal";
    open.set_at = *policy::parse_instant("2026-11-24T09:30:00Z");
    auto lifted = open;
    lifted.lifted_at = open.set_at;
    auto other = open;
    other.ground = "accuracy";
    const auto out = gateway::recordings::restrictions_json({open, lifted, other});
    REQUIRE(out.size() == 2);
    CHECK(out.at(0).at("erase_by") == "2026-11-27T09:30:00.000Z");
    CHECK(out.at(1).as_object().count("erase_by") == 0);
}
