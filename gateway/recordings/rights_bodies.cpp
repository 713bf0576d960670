#include "gateway/recordings/rights_bodies.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "gateway/json/object_reader.hpp"
#include "gateway/recordings/caller.hpp"
#include "policy/caller_text.hpp"
#include "policy/claim.hpp"

namespace gateway::recordings {

using json::ObjectReader;
using policy::Fault;
using policy::FaultCode;
using storage::audit::Word;

namespace {

constexpr std::array kErasureGrounds{Word("no_longer_needed"), Word("consent_withdrawn"), Word("objection"),
                                     Word("unlawful"),         Word("legal_obligation"),  Word("child")};

/// A reference of another system: 1 to 128 characters without control characters.
std::string reference(ObjectReader& reader, const char* name, std::vector<Fault>& faults) {
    reader.need(name);
    auto text = reader.text(name);
    if (!text) return {};
    if (text->empty()) reader.fault(FaultCode::kFieldMissing, name, "This field is needed: send it.");
    if (auto flaw = policy::flaw_of(*text, policy::claim_limits::kRef)) {
        faults.push_back({flaw->code, std::string("/") + name, std::move(flaw->sentence)});
    }
    return std::move(*text);
}

std::vector<policy::RecordingId> recordings(ObjectReader& reader, std::vector<Fault>& faults) {
    reader.need("recordings");
    std::vector<policy::RecordingId> out;
    const auto texts = reader.texts("recordings", kMaxConcerned);
    if (!texts) return out;
    if (texts->empty()) reader.fault(FaultCode::kFieldMissing, "recordings", "Name 1 to 1000 recordings by their id.");
    std::set<policy::RecordingId> seen;
    for (std::size_t i = 0; i < texts->size(); ++i) {
        const auto pointer = "/recordings/" + std::to_string(i);
        const auto id = policy::RecordingId::parse((*texts)[i]);
        if (!id) {
            faults.push_back(
                {FaultCode::kFieldFormat, pointer, "Send a recording's id: 32 lowercase hexadecimal digits."});
        } else if (!seen.insert(*id).second) {
            faults.push_back({FaultCode::kFieldUnexpected, pointer, "Name each recording once."});
        } else {
            out.push_back(*id);
        }
    }
    return out;
}

/// Faults about the text itself: it is no JSON as this API means it.
bool no_json(const Fault& fault) {
    return fault.pointer.empty() &&
           (fault.code == FaultCode::kJsonMalformed || fault.code == FaultCode::kJsonDuplicateKey ||
            fault.code == FaultCode::kJsonTooDeep);
}

}  // namespace

WithdrawalWish read_withdrawal(std::string_view text, std::vector<Fault>& faults) {
    WithdrawalWish wish;
    const auto document = json::parse_object(text, faults);
    if (!document) return wish;
    ObjectReader reader(*document, "", faults);
    wish.recording_ref = reader.text("recording_ref");
    if (wish.recording_ref && wish.recording_ref->empty()) {
        reader.fault(FaultCode::kFieldMissing, "recording_ref", "Send the reference that the call was pushed under.");
    }
    if (wish.recording_ref) {
        if (auto flaw = policy::flaw_of(*wish.recording_ref, policy::claim_limits::kRef)) {
            faults.push_back({flaw->code, "/recording_ref", std::move(flaw->sentence)});
        }
    }
    const auto id = reader.text("recording_id");
    if (id) wish.recording = policy::RecordingId::parse(*id);
    if (id && !wish.recording) {
        reader.fault(FaultCode::kFieldFormat, "recording_id",
                     "Send a recording's id: 32 lowercase hexadecimal digits.");
    }
    reader.done();
    if (faults.empty() && wish.recording_ref.has_value() == wish.recording.has_value()) {
        faults.push_back({FaultCode::kFieldMissing, "", "Send recording_ref or recording_id, and only one of them."});
    }
    return wish;
}

RestrictionWish read_restriction(std::string_view text, std::vector<Fault>& faults) {
    RestrictionWish wish;
    const auto document = json::parse_object(text, faults);
    if (!document) return wish;
    ObjectReader reader(*document, "", faults);
    reader.need("ground");
    if (const auto word = reader.text("ground")) {
        wish.ground = policy::parse_restriction_ground(*word);
        if (!wish.ground || *wish.ground == policy::RestrictionGround::kWithdrawal) {
            reader.fault(FaultCode::kValueUnknown, "ground",
                         "Name one of: accuracy, unlawful, claims, objection. A withdrawal goes to /v1/withdrawals.");
        }
    }
    wish.case_number = reference(reader, "case", faults);
    reader.done();
    return wish;
}

HoldWish read_hold(std::string_view text, policy::Date today, std::vector<Fault>& faults) {
    HoldWish wish;
    const auto document = json::parse_object(text, faults);
    if (!document) return wish;
    ObjectReader reader(*document, "", faults);
    wish.recordings = recordings(reader, faults);
    wish.claim.matter = reader.text("matter");
    wish.claim.owner = reader.text("owner");
    wish.claim.review_on = reader.date("review_on");
    reader.done();
    for (auto& fault : policy::check_hold(wish.claim, today)) {
        const auto same = [&](const Fault& known) { return known.pointer == fault.pointer; };
        if (std::ranges::none_of(faults, same)) faults.push_back(std::move(fault));
    }
    return wish;
}

ErasureWish read_erasure(std::string_view text, std::vector<Fault>& faults) {
    ErasureWish wish;
    const auto document = json::parse_object(text, faults);
    if (!document) return wish;
    ObjectReader reader(*document, "", faults);
    wish.recordings = recordings(reader, faults);
    reader.need("ground");
    if (const auto word = reader.text("ground")) {
        wish.ground = erasure_ground(*word);
        if (!wish.ground) {
            reader.fault(
                FaultCode::kValueUnknown, "ground",
                "Name one of: no_longer_needed, consent_withdrawn, objection, unlawful, legal_obligation, child.");
        }
    }
    wish.case_number = reference(reader, "case", faults);
    reader.done();
    return wish;
}

std::string read_reason(std::string_view text, std::vector<Fault>& faults) {
    const auto document = json::parse_object(text, faults);
    if (!document) return {};
    ObjectReader reader(*document, "", faults);
    auto number = reference(reader, "case", faults);
    reader.done();
    return number;
}

std::optional<policy::Date> read_review(std::string_view text, std::vector<Fault>& faults) {
    const auto document = json::parse_object(text, faults);
    if (!document) return std::nullopt;
    ObjectReader reader(*document, "", faults);
    reader.need("review_on");
    const auto date = reader.date("review_on");
    reader.done();
    return date;
}

std::optional<Word> erasure_ground(std::string_view word) {
    const auto* found = std::ranges::find(kErasureGrounds, word, &Word::text);
    return found == kErasureGrounds.end() ? std::nullopt : std::optional(*found);
}

http::Response bad_body(const http::Request& request, const std::vector<Fault>& faults) {
    if (faults.empty() || !no_json(faults.front())) {
        return refused(request, "invalid", "The body breaks a rule", faults);
    }
    http::Problem problem;
    problem.status = 400;
    problem.code = "malformed-request";
    problem.title = "Malformed request";
    problem.detail = faults.front().sentence;
    return http::problem_response(request.id(), std::move(problem));
}

}  // namespace gateway::recordings
