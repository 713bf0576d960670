#include "gateway/recordings/search_question.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "gateway/json/object_reader.hpp"
#include "gateway/recordings/phone_number.hpp"
#include "policy/caller_text.hpp"
#include "policy/claim.hpp"
#include "storage/catalogue/search.hpp"
#include "storage/crypto/length_prefixed.hpp"

namespace gateway::recordings {

using json::ObjectReader;
using policy::FaultCode;

namespace {

constexpr std::size_t kMostTeams = 64;
constexpr std::size_t kLongestToken = 512;

std::string length_wanted(std::size_t longest) {
    return "Send 1 to " + std::to_string(longest) + " characters.";
}

/// A string of 1 to `longest` characters.
std::optional<std::string> words(ObjectReader& reader, std::string_view name, std::size_t longest) {
    auto text = reader.text(name);
    if (!text) return std::nullopt;
    if (text->empty()) {
        reader.fault(FaultCode::kFieldFormat, name, length_wanted(longest));
    } else if (const auto flaw = policy::flaw_of(*text, longest)) {
        reader.fault(flaw->code, name, flaw->sentence);
    }
    return text;
}

std::optional<policy::AccessPurpose> purpose(ObjectReader& reader) {
    reader.need("purpose");
    const auto word = reader.text("purpose");
    if (!word) return std::nullopt;
    const auto known = policy::parse_access_purpose(*word);
    if (!known) {
        reader.fault(
            FaultCode::kPurposeUnknown, "purpose",
            "Name one of: quality, training, complaint, contract_evidence, statutory, subject_request, legal_claim.");
    }
    return known;
}

std::optional<std::vector<std::string>> teams(ObjectReader& reader) {
    auto out = reader.texts("teams", kMostTeams);
    if (!out) return std::nullopt;
    const bool flawed = std::ranges::any_of(*out, [](const std::string& team) {
        return team.empty() || policy::flaw_of(team, policy::claim_limits::kId).has_value();
    });
    if (out->empty()) {
        reader.fault(FaultCode::kFieldOutOfRange, "teams", "Name at least one team, or leave the field out.");
    } else if (flawed) {
        reader.fault(FaultCode::kFieldFormat, "teams", "Send ids of teams, 1 to 64 characters each.");
    } else if (std::set<std::string_view>(out->begin(), out->end()).size() != out->size()) {
        reader.fault(FaultCode::kFieldFormat, "teams", "Name each team once.");
    }
    return out;
}

void read_period(ObjectReader& reader, SearchQuestion& out) {
    reader.need("from");
    reader.need("to");
    const auto from = reader.instant("from");
    const auto to = reader.instant("to");
    if (from && to && *to <= *from) reader.fault(FaultCode::kFieldOutOfRange, "to", "End after `from`.");
    out.from = from.value_or(policy::Instant{});
    out.to = to.value_or(policy::Instant{});
}

std::optional<PageToken> after(ObjectReader& reader) {
    const auto text = reader.text("after");
    if (!text) return std::nullopt;
    auto token = text->size() > kLongestToken ? std::nullopt : parse_page_token(*text);
    if (!token) reader.fault(FaultCode::kFieldFormat, "after", "Send the `next` of the page before, as it came.");
    return token;
}

}  // namespace

std::optional<SearchQuestion> read_search(std::string_view text, std::vector<policy::Fault>& faults) {
    const auto document = json::parse_object(text, faults);
    if (!document) return std::nullopt;
    ObjectReader reader(*document, "", faults);
    SearchQuestion out;
    out.purpose = purpose(reader).value_or(out.purpose);
    out.case_number = words(reader, "case", policy::claim_limits::kRef);
    read_period(reader, out);
    out.teams = teams(reader);
    out.agent = words(reader, "agent", policy::claim_limits::kId);
    out.queue = words(reader, "queue", policy::claim_limits::kId);
    out.number = words(reader, "number", policy::claim_limits::kNumber);
    if (out.number && !out.number->empty() && search_form(*out.number, "").empty()) {
        reader.fault(FaultCode::kFieldFormat, "number", "Send a telephone number: it has digits.");
    }
    if (const auto limit = reader.whole_number("limit", 1, storage::catalogue::Search::kMaxPage)) {
        out.limit = static_cast<std::int32_t>(*limit);
    }
    out.after = after(reader);
    reader.done();
    if (!faults.empty()) return std::nullopt;
    return out;
}

std::string identity_of(const SearchQuestion& question) {
    storage::crypto::LengthPrefixed out;
    out.add(policy::text(question.purpose))
        .add(question.case_number.value_or(""))
        .add(policy::text(question.from))
        .add(policy::text(question.to))
        .add(question.agent.value_or(""))
        .add(question.queue.value_or(""))
        .add(question.number.value_or(""));
    for (const auto& team : question.teams.value_or(std::vector<std::string>{})) out.add(team);
    const auto& bytes = out.bytes();
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace gateway::recordings
