#include "gateway/recordings/open_play.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/auth/challenge.hpp"
#include "gateway/auth/refusal.hpp"
#include "gateway/json/object_reader.hpp"
#include "gateway/recordings/caller.hpp"
#include "gateway/recordings/case_ref.hpp"
#include "gateway/recordings/listen.hpp"
#include "gateway/recordings/prepared_play.hpp"
#include "gateway/recordings/stored_recording.hpp"
#include "storage/crypto/random.hpp"

namespace gateway::recordings {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;
using policy::Result;
using storage::audit::Action;
using storage::audit::Entry;
using storage::audit::Outcome;
using storage::audit::Word;
namespace catalogue = storage::catalogue;
namespace crypto = storage::crypto;

namespace {

constexpr std::size_t kMaxQuestionInBytes = 8192;
constexpr int kMaxDecisions = 4;  ///< A recording whose flags move on at every try is busy enough to answer 503.

struct Wish {
    std::optional<policy::AccessPurpose> purpose;
    std::optional<std::string> case_number;
};

Wish read_wish(std::string_view text, std::vector<policy::Fault>& faults) {
    Wish wish;
    const auto document = json::parse_object(text, faults);
    if (!document) return wish;
    json::ObjectReader reader(*document, "", faults);
    reader.need("purpose");
    if (const auto word = reader.text("purpose")) {
        wish.purpose = policy::parse_access_purpose(*word);
        if (!wish.purpose) {
            reader.fault(policy::FaultCode::kPurposeUnknown, "purpose",
                         "Name one of: quality, training, complaint, contract_evidence, statutory, subject_request, "
                         "legal_claim.");
        }
    }
    wish.case_number = reader.text("case");
    if (wish.case_number && (wish.case_number->empty() || wish.case_number->size() > policy::claim_limits::kRef)) {
        reader.fault(policy::FaultCode::kFieldTooLong, "case", "Send a case number of 1 to 128 characters.");
    }
    reader.done();
    return wish;
}

http::Response opened(const Play& play) {
    const auto path = "/v1/plays/" + play.terms().id.text();
    boost::json::object out;
    out["id"] = play.terms().id.text();
    out["media"] = path + "/" + std::string(play.file().name());
    if (play.has_outline()) {
        out["peaks"] = path + "/peaks.dat";
        out["silence"] = path + "/silence.json";
    }
    out["expires_at"] = policy::text(play.terms().expires_at);
    boost::json::object obligations;
    if (const auto& pace = play.terms().pace) {
        obligations["pace"] =
            boost::json::object{{"ahead_seconds", pace->head_start.count()}, {"rate", pace->times_real_time}};
    }
    out["obligations"] = std::move(obligations);
    auto response = http::json_response(201, boost::json::serialize(out));
    response.headers.push_back({"Location", path});
    return response;
}

/// The steps of one request; members are what they hand on.
class Opening {
  public:
    Opening(Services& services, PlayRegistry& plays, std::uint64_t generation, http::Request& request,
            auth::Principal principal, Wish wish)
        : services_(services),
          plays_(plays),
          generation_(generation),
          request_(request),
          principal_(std::move(principal)),
          wish_(std::move(wish)) {}

    awaitable<http::Response> run(policy::RecordingId id) {
        for (int tries = 0; tries < kMaxDecisions; ++tries) {
            if (auto done = co_await decide_and_open(id)) co_return std::move(*done);
        }
        co_return failed(services_, request_, fail(Code::kUnavailable, "the recording kept changing"));
    }

  private:
    /// `log_id`: nothing when the recording is unknown, or its fields do not open any more.
    Entry entry(const std::optional<policy::LogId>& log_id, Outcome outcome) const {
        Entry out(services_.clock.now(), actor_of(principal_), Action::kPlayOpen, outcome);
        if (log_id) out.recording(*log_id);
        out.purpose(Word::of(*wish_.purpose));
        if (case_) out.case_ref(*case_);
        return out;
    }

    /// A denial stands in the log before it is answered.
    awaitable<http::Response> deny(std::optional<policy::LogId> log_id, Word reason, http::Response response) {
        auto denied = entry(log_id, Outcome::kDeny);
        denied.reason(reason);
        const auto recorded = co_await record(services_, std::move(denied));
        if (recorded.has_error()) co_return failed(services_, request_, recorded.error());
        co_return response;
    }

    /// The name of the recording in the log. What was destroyed has none any more, and a denial needs none.
    awaitable<std::optional<policy::LogId>> log_id_of(const catalogue::RecordingFacts& stored) {
        const auto fields = co_await open_fields(services_, stored);
        if (fields.has_error()) co_return std::nullopt;
        co_return fields->log_id;
    }

    awaitable<http::Response> turn_away(const catalogue::RecordingFacts& stored, const policy::Decision& decision) {
        const auto* denial = std::get_if<policy::Deny>(&decision);
        const auto reason = denial != nullptr ? Word::of(denial->reason) : Word("step_up");
        auto response = turned_away(services_, request_, decision);
        const auto log_id = co_await log_id_of(stored);
        co_return co_await deny(log_id, reason, std::move(response));
    }

    /// Something of a permitted play did not open. No value: the recording has moved on since it was read (a purge was
    /// quicker), decide again. Only what is broken while nothing moved is corrupt.
    awaitable<std::optional<http::Response>> unreadable(const policy::Error& error,
                                                        const catalogue::RecordingFacts& stored) {
        if (error.code != Code::kCorrupt && error.code != Code::kGone && error.code != Code::kNotFound)
            co_return failed(services_, request_, error);
        const auto now = co_await services_.catalogue.recordings().facts(stored.row.id, services_.deadline());
        if (now.has_error() && now.error().code != Code::kNotFound) co_return failed(services_, request_, now.error());
        if (now.has_error() || now->access.version != stored.access.version || now->secret.epoch != stored.secret.epoch)
            co_return std::nullopt;
        if (error.code == Code::kCorrupt) {
            alarm_damaged(services_, "play.unreadable", stored.row.id, error);
            co_return http::problem_response(request_.id(), error);
        }
        services_.log.error("play.unreadable", {{"recording", stored.row.id.text()}, {"what", error.what}});
        // A key that the vault does not know may come back with a restore: nothing is damaged, and nothing is gone.
        if (error.code == Code::kNotFound) co_return failed(services_, request_, fail(Code::kUnavailable, error.what));
        auto response = http::problem_response(request_.id(), fail(Code::kGone, error.what));
        co_return co_await deny(std::nullopt, "gone", std::move(response));
    }

    /// No value: the facts moved on, decide again.
    awaitable<std::optional<http::Response>> decide_and_open(policy::RecordingId id) {
        const auto stored = co_await services_.catalogue.recordings().facts(id, services_.deadline());
        if (stored.has_error()) {
            if (stored.error().code != Code::kNotFound) co_return failed(services_, request_, stored.error());
            auto response = http::problem_response(request_.id(), stored.error());
            co_return co_await deny(std::nullopt, "not_found", std::move(response));
        }
        const auto facts = co_await facts_to_play(services_, *stored, principal_);
        if (facts.has_error()) co_return failed(services_, request_, facts.error());
        if (wish_.case_number && !case_) {
            const auto sealed = co_await case_id(services_, "case", *wish_.case_number);
            if (sealed.has_error()) co_return failed(services_, request_, sealed.error());
            case_ = *sealed;
        }
        auto asked = asked_now(services_);
        asked.purpose = wish_.purpose;
        asked.case_given = case_.has_value();
        const auto decision =
            policy::may(principal_.subject, policy::Action::kPlay, *facts, asked, services_.rules.current()->access);
        const auto* permit = std::get_if<policy::Permit>(&decision);
        if (permit == nullptr) co_return co_await turn_away(*stored, decision);
        if (!stored->row.unplayable.empty()) {
            auto problem = http::problem_of(Code::kConflict);
            problem.detail = "This recording has no playable form: " + stored->row.unplayable + ".";
            auto response = http::problem_response(request_.id(), std::move(problem));
            const auto log_id = co_await log_id_of(*stored);
            co_return co_await deny(log_id, "unplayable", std::move(response));
        }
        if (plays_.running_of(actor_of(principal_).pseudonym) >= services_.max_plays_per_subject) {
            auto response = too_many();
            const auto log_id = co_await log_id_of(*stored);
            co_return co_await deny(log_id, "too_many_plays", std::move(response));
        }
        // Nothing of the recording is opened before the decision: what is due may have lost its keys already.
        auto prepared = co_await prepare_play(services_, *stored);
        if (prepared.has_error()) co_return co_await unreadable(prepared.error(), *stored);
        co_return co_await open(*stored, asked, *permit, std::move(*prepared));
    }

    http::Response too_many() const {
        http::Problem problem;
        problem.status = 429;
        problem.code = "too-many-requests";
        problem.title = "Too many plays";
        problem.detail = "Close a play before you open another one.";
        problem.retry_after = std::chrono::seconds{5};
        return http::problem_response(request_.id(), std::move(problem));
    }

    PlayTerms terms(const catalogue::RecordingFacts& stored, const policy::LogId& log_id, const policy::Request& asked,
                    const policy::Permit& permit) const {
        PlayTerms out;
        out.id = crypto::random_id<policy::PlayId>();
        out.recording = stored.row.id;
        out.log_id = log_id;
        out.session = principal_.session.id;
        out.actor = actor_of(principal_);
        out.teams = principal_.subject.teams;
        out.purpose = *wish_.purpose;
        out.opened_at = asked.now;
        // Past its local purge date a play ends with the lease query; without a session's end it lives a day at most.
        out.expires_at = principal_.session.expires.value_or(asked.now + PlayTerms::kLongest);
        out.pace = permit.pace;
        out.credentials = credentials_of(request_);
        return out;
    }

    awaitable<std::optional<http::Response>> open(const catalogue::RecordingFacts& stored, const policy::Request& asked,
                                                  const policy::Permit& permit, PreparedPlay prepared) {
        const auto log_id = prepared.log_id;
        auto terms_of_play = terms(stored, log_id, asked, permit);
        catalogue::NewPlay row;
        row.id = terms_of_play.id;
        row.recording = stored.row.id;
        row.expected_version = stored.access.version;
        row.today = asked.today;
        row.past_purge_date = stored.row.purge_date <= asked.today;
        row.session = principal_.session.id;
        row.session_started = principal_.session.started;
        row.subject = principal_.subject.pseudonym;
        row.purpose = policy::text(*wish_.purpose);
        row.case_ref = case_ ? case_->text() : "";
        row.gateway = services_.gateway;
        for (const auto role : principal_.subject.roles) row.roles.emplace_back(policy::text(role));
        row.teams = principal_.subject.teams;
        row.lease = plays_.lease();
        auto permitted = entry(log_id, Outcome::kPermit);
        permitted.ref("play", terms_of_play.id);
        row.entry = entry_bytes(permitted);

        // The lease counts from before the statement: bytes never flow longer than the catalogue thinks.
        const auto lease_until = std::chrono::steady_clock::now() + plays_.lease();
        const auto outcome = co_await services_.catalogue.plays().open(std::move(row), services_.deadline());
        if (outcome.has_error()) co_return failed(services_, request_, outcome.error());
        switch (*outcome) {
            case catalogue::PlayOpening::kChanged:
                co_return std::nullopt;
            case catalogue::PlayOpening::kGone: {
                auto response = http::problem_response(request_.id(), fail(Code::kGone, ""));
                co_return co_await deny(log_id, "gone", std::move(response));
            }
            case catalogue::PlayOpening::kSessionRevoked: {
                auto response =
                    auth::unauthenticated_response(request_.id(), auth::refuse(auth::refusals::kSessionRevoked));
                co_return co_await deny(log_id, "session_revoked", std::move(response));
            }
            case catalogue::PlayOpening::kOpened:
                break;
        }
        auto play =
            std::make_shared<Play>(std::move(terms_of_play), std::move(prepared.source), std::move(prepared.outline),
                                   std::move(prepared.data_key), prepared.file, lease_until);
        plays_.add(play, generation_);
        co_return opened(*play);
    }

    Services& services_;
    PlayRegistry& plays_;
    const std::uint64_t generation_;  ///< Of the registry, before the caller was looked at.
    http::Request& request_;
    auth::Principal principal_;
    Wish wish_;
    std::optional<storage::audit::CaseId> case_;
};

}  // namespace

awaitable<http::Response> OpenPlay::handle(http::Request& request) {
    const auto generation = plays_.generation();
    auto caller = co_await identify(services_, request);
    if (auto* response = std::get_if<http::Response>(&caller)) co_return std::move(*response);
    const auto text = co_await request.body().read_all(kMaxQuestionInBytes);
    if (text.has_error()) co_return http::problem_response(request.id(), text.error());
    std::vector<policy::Fault> faults;
    auto wish = read_wish(*text, faults);
    if (!faults.empty()) co_return refused(request, "metadata-refused", "The request was refused", faults);
    const auto id = policy::RecordingId::parse(request.param("id"));
    if (!id) co_return http::problem_response(request.id(), fail(Code::kNotFound, ""));
    auto& principal = std::get<auth::Principal>(caller);
    Opening opening(services_, plays_, generation, request, std::move(principal), std::move(wish));
    co_return co_await opening.run(*id);
}

}  // namespace gateway::recordings
