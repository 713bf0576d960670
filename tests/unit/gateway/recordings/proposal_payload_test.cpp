#include "gateway/recordings/proposal_payload.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <catch2/catch.hpp>
#include <span>
#include <string>
#include <vector>

#include "storage/crypto/random.hpp"
#include "tests/support/print_result.hpp"

using namespace gateway::recordings;  // NOLINT(google-build-using-namespace)
using storage::catalogue::ProposalRow;
using storage::crypto::random_id;

namespace {

ProposalPayload hold_payload() {
    ProposalPayload out;
    out.recordings = {random_id<policy::RecordingId>(), random_id<policy::RecordingId>()};
    out.hold = random_id<policy::HoldId>();
    out.matter_ref = random_id<policy::HoldId>().text();
    out.owner_ref = random_id<policy::HoldId>().text();
    out.review_on = policy::parse_date("2027-01-10");
    return out;
}

ProposalRow row_of(const std::string& kind, const ProposalPayload& payload) {
    ProposalRow row;
    row.id = random_id<policy::ProposalId>();
    row.kind = kind;
    row.payload = encode(payload);
    row.proposer = std::string(32, 'a');
    row.proposed_at = *policy::parse_instant("2026-11-24T10:00:00Z");
    row.expires_at = row.proposed_at + std::chrono::hours(168);
    row.state = "open";
    return row;
}

boost::json::object shown(const ProposalRow& row, const char* now) {
    return boost::json::parse(*proposal_json(row, *policy::parse_instant(now))).as_object();
}

}  // namespace

TEST_CASE("A proposal's payload reads back as it was written") {
    const auto hold = hold_payload();
    CHECK(*proposal_payload_from(encode(hold)) == hold);
    ProposalPayload erasure;
    erasure.recordings = {random_id<policy::RecordingId>()};
    erasure.ground = "unlawful";
    erasure.case_ref = random_id<storage::audit::CaseId>();
    CHECK(*proposal_payload_from(encode(erasure)) == erasure);
    ProposalPayload purge;
    purge.run = random_id<storage::catalogue::PurgeRunId>();
    CHECK(*proposal_payload_from(encode(purge)) == purge);
}

TEST_CASE("A thousand recordings fit into a proposal") {
    ProposalPayload payload;
    for (int i = 0; i < 1000; ++i) payload.recordings.push_back(random_id<policy::RecordingId>());
    CHECK(encode(payload).size() < 65536);
}

TEST_CASE("What is no payload is an inner error") {
    const std::string text = R"({"recordings":["x"]})";
    const auto bytes = std::as_bytes(std::span(text));
    CHECK(proposal_payload_from({bytes.begin(), bytes.end()}).error().code == policy::Code::kInternal);
    CHECK(proposal_payload_from({}).error().code == policy::Code::kInternal);
}

TEST_CASE("A proposal shows who, when and which recordings, and never matter, owner or case") {
    const auto row = row_of("hold", hold_payload());
    const auto json = shown(row, "2026-11-25T10:00:00Z");
    CHECK(json.at("state").as_string() == "open");
    CHECK(json.at("proposed_at").as_string() == "2026-11-24T10:00:00.000Z");
    CHECK(json.at("recordings").as_array().size() == 2);
    for (const auto* name : {"matter", "owner", "case", "approved_by", "approved_at", "hold_id"}) {
        CHECK_FALSE(json.contains(name));
    }
}

TEST_CASE("A proposal that nobody answered in time shows as expired") {
    const auto row = row_of("erasure", {});
    CHECK(shown(row, "2026-12-01T09:59:59Z").at("state").as_string() == "open");
    CHECK(shown(row, "2026-12-01T10:00:00Z").at("state").as_string() == "expired");
}

TEST_CASE("An approved hold names the hold that it became") {
    const auto payload = hold_payload();
    auto row = row_of("hold", payload);
    row.state = "approved";
    row.decider = std::string(32, 'b');
    row.decided_at = row.proposed_at + std::chrono::hours(1);
    const auto json = shown(row, "2027-12-01T10:00:00Z");
    CHECK(json.at("state").as_string() == "approved");
    CHECK(json.at("approved_by").as_string() == row.decider);
    CHECK(json.at("hold_id").as_string() == payload.hold->text());
}
