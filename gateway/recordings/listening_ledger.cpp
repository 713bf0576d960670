#include "gateway/recordings/listening_ledger.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "gateway/recordings/admission.hpp"
#include "gateway/recordings/media_facts.hpp"
#include "gateway/recordings/played_file.hpp"
#include "gateway/recordings/query_values.hpp"
#include "gateway/recordings/rights_request.hpp"

namespace gateway::recordings {

using boost::asio::awaitable;
using storage::audit::Action;
using storage::audit::Outcome;
using storage::audit::Pseudonym;
using storage::catalogue::Listening;

namespace {

constexpr std::int32_t kMostPlays = 1000;
constexpr std::int64_t kUsualDays = 31;
constexpr std::int64_t kMostDays = 366;
/// A play that lacks less of the call than this was of all of it: players need not ask for the very last bytes.
constexpr std::int64_t kAllButMs = 1000;

enum class Form { kOfficer, kSubject };

/// Seconds of the call, merged and rising; nothing where it has no playable form any more.
void add_heard(boost::json::object& out, const Listening& listening) {
    const auto media = media_facts_from(listening.media);
    if (media.has_error()) return;
    const auto file = PlayedFile::of(*media);
    if (file.has_error()) return;
    boost::json::array ranges;
    std::int64_t heard = 0;
    for (const auto& [first, last] : listening.play.ranges) {
        const auto from = file->heard_at(first);
        const auto to = file->heard_at(last);
        if (to <= from) continue;
        ranges.push_back(boost::json::object{{"from_ms", from}, {"to_ms", to}});
        heard += to - from;
    }
    out["heard"] = std::move(ranges);
    out["heard_ms"] = heard;
    const auto duration = media->duration_ms();
    out["complete"] = duration && heard + kAllButMs >= static_cast<std::int64_t>(*duration);
}

boost::json::object listening_json(const Listening& listening, Form form) {
    const auto& play = listening.play;
    boost::json::object out;
    if (form == Form::kOfficer) {
        out["play"] = play.id.text();
        out["recording_id"] = play.recording.text();
        out["by"] = play.subject;
        if (!play.case_ref.empty()) out["case_ref"] = play.case_ref;
    }
    out["roles"] = boost::json::array(listening.roles.begin(), listening.roles.end());
    out["teams"] = boost::json::array(listening.teams.begin(), listening.teams.end());
    out["purpose"] = play.purpose;
    out["opened_at"] = policy::text(play.opened_at);
    if (play.closed_at) out["closed_at"] = policy::text(*play.closed_at);
    out["state"] = play.closed_at ? "ended" : "open";
    if (form == Form::kOfficer && !play.close_reason.empty()) out["reason"] = play.close_reason;
    add_heard(out, listening);
    return out;
}

http::Response answer(const std::vector<Listening>& all, Form form) {
    boost::json::array plays;
    for (const auto& one : all) plays.push_back(listening_json(one, form));
    const bool more = all.size() == static_cast<std::size_t>(kMostPlays);
    return http::json_response(
        200, boost::json::serialize(boost::json::object{{"listening", std::move(plays)}, {"more", more}}));
}

}  // namespace

awaitable<http::Response> ListeningLedger::of_recording(http::Request& request) {
    auto caller = co_await identify(services_, request);
    if (auto* response = std::get_if<http::Response>(&caller)) co_return std::move(*response);
    RightsRequest rights(services_, request, std::move(std::get<auth::Principal>(caller)), Action::kListeningRead);
    if (auto no = co_await rights.check_role(policy::Action::kSeeAccessHistory)) co_return std::move(*no);
    const auto asked_for = request.query_parameter("form").value_or("officer");
    if (asked_for != "officer" && asked_for != "subject")
        co_return malformed(request, "Send `form` as `officer` or `subject`.");
    const auto form = asked_for == "subject" ? Form::kSubject : Form::kOfficer;
    const auto id = policy::RecordingId::parse(request.param("id"));
    if (!id) co_return co_await rights.not_found();
    auto found = co_await rights.look_up(*id);
    if (auto* response = std::get_if<http::Response>(&found)) co_return std::move(*response);
    const auto& recording = std::get<Concerned>(found);
    auto decision = policy::may(rights.principal.subject, policy::Action::kSeeAccessHistory, recording.facts,
                                rights.asked(), rights.rules->access);
    if (auto no = co_await rights.require(std::move(decision), recording)) co_return std::move(*no);
    const auto plays = co_await services_.catalogue.plays().history(*id, kMostPlays, services_.deadline());
    if (plays.has_error()) co_return rights.fail_with(plays.error());
    auto entry = rights.entry(Outcome::kPermit);
    entry.recording(recording.log_id);
    if (form == Form::kSubject) entry.code("form", "subject");
    entry.number("count", static_cast<std::int64_t>(plays->size()));
    const auto recorded = co_await record(services_, std::move(entry));
    if (recorded.has_error()) co_return rights.fail_with(recorded.error());
    co_return answer(*plays, form);
}

awaitable<http::Response> ListeningLedger::of_person(http::Request& request) {
    auto caller = co_await admit_caller(services_, request, policy::Action::kSeeListening, Action::kListeningRead);
    if (auto* response = std::get_if<http::Response>(&caller)) co_return std::move(*response);
    const auto subject = Pseudonym::parse(request.query_parameter("subject").value_or(""));
    const auto days = whole_query(request, "days", 1, kMostDays, kUsualDays);
    if (!subject || !days)
        co_return malformed(request, "Send `subject`, the `by` of a play, and `days` from 1 to 366.");
    const auto until = services_.clock.now();
    const auto plays = co_await services_.catalogue.plays().history_of(
        subject->text(), until - std::chrono::days(*days), until, kMostPlays, services_.deadline());
    if (plays.has_error()) co_return failed(services_, request, plays.error());
    auto entry = permitted_entry(services_, std::get<Admitted>(caller).principal, Action::kListeningRead);
    entry.ref("subject", *subject).number("days", *days).number("count", static_cast<std::int64_t>(plays->size()));
    const auto recorded = co_await record(services_, std::move(entry));
    if (recorded.has_error()) co_return failed(services_, request, recorded.error());
    co_return answer(*plays, Form::kOfficer);
}

}  // namespace gateway::recordings
