#include "gateway/recordings/proposal_payload.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <span>
#include <string_view>

namespace gateway::recordings {

using policy::Code;
using policy::fail;
using policy::Result;
namespace bj = boost::json;
namespace catalogue = storage::catalogue;

namespace {

std::string_view member(const bj::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

bj::array array_of(const std::vector<policy::RecordingId>& ids) {
    bj::array out;
    for (const auto& id : ids) out.emplace_back(id.text());
    return out;
}

std::string_view state_of(const catalogue::ProposalRow& row, policy::Instant now) {
    if (row.state == "open" && row.expires_at <= now) return "expired";
    return row.state;
}

}  // namespace

catalogue::Bytes encode(const ProposalPayload& payload) {
    bj::object out;
    if (!payload.recordings.empty()) out["recordings"] = array_of(payload.recordings);
    if (!payload.ground.empty()) out["ground"] = payload.ground;
    if (payload.case_ref) out["case"] = payload.case_ref->text();
    if (payload.hold) out["hold"] = payload.hold->text();
    if (!payload.matter_ref.empty()) out["matter"] = payload.matter_ref;
    if (!payload.owner_ref.empty()) out["owner"] = payload.owner_ref;
    if (payload.review_on) out["review_on"] = policy::text(*payload.review_on);
    if (payload.run) out["run"] = payload.run->text();
    if (payload.stop) out["stop"] = bj::object{{"reasons", payload.stop->reasons}, {"due", payload.stop->due}};
    const auto text = bj::serialize(out);
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}

Result<ProposalPayload> proposal_payload_from(const catalogue::Bytes& bytes) {
    bj::error_code error;
    const auto value = bj::parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, error);
    if (error || !value.is_object()) return fail(Code::kInternal, "a proposal does not read as one");
    const auto& object = value.get_object();
    ProposalPayload out;
    if (const auto* ids = object.if_contains("recordings"); ids != nullptr && ids->is_array()) {
        for (const auto& item : ids->get_array()) {
            const auto id = policy::RecordingId::parse(item.is_string() ? std::string_view(item.get_string()) : "");
            if (!id) return fail(Code::kInternal, "a proposal names what is no recording");
            out.recordings.push_back(*id);
        }
    }
    out.ground = member(object, "ground");
    out.case_ref = storage::audit::CaseId::parse(member(object, "case"));
    out.hold = policy::HoldId::parse(member(object, "hold"));
    out.matter_ref = member(object, "matter");
    out.owner_ref = member(object, "owner");
    out.review_on = policy::parse_date(member(object, "review_on"));
    out.run = catalogue::PurgeRunId::parse(member(object, "run"));
    if (const auto* stop = object.if_contains("stop"); stop != nullptr && stop->is_object()) {
        const auto* due = stop->get_object().if_contains("due");
        if (due == nullptr || !due->is_int64()) return fail(Code::kInternal, "a proposal does not say what stopped");
        out.stop = catalogue::AcceptedStop{std::string(member(stop->get_object(), "reasons")), due->get_int64()};
    }
    return out;
}

Result<std::string> proposal_json(const catalogue::ProposalRow& row, policy::Instant now) {
    const auto payload = proposal_payload_from(row.payload);
    if (payload.has_error()) return payload.error();
    bj::object out;
    out["id"] = row.id.text();
    out["kind"] = row.kind;
    out["state"] = state_of(row, now);
    out["proposed_by"] = row.proposer;
    out["proposed_at"] = policy::text(row.proposed_at);
    out["expires_at"] = policy::text(row.expires_at);
    if (row.state == "approved") {
        out["approved_by"] = row.decider;
        if (row.decided_at) out["approved_at"] = policy::text(*row.decided_at);
    }
    if (!payload->recordings.empty()) out["recordings"] = array_of(payload->recordings);
    if (payload->hold && row.kind == "hold_release") out["hold_id"] = payload->hold->text();
    if (payload->hold && row.kind == "hold" && row.state == "approved") out["hold_id"] = payload->hold->text();
    if (payload->run) out["purge_run_id"] = payload->run->text();
    return bj::serialize(out);
}

}  // namespace gateway::recordings
