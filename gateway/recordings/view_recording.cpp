#include "gateway/recordings/view_recording.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <optional>
#include <string>
#include <utility>

#include "gateway/recordings/admission.hpp"
#include "gateway/recordings/caller.hpp"
#include "gateway/recordings/case_ref.hpp"
#include "gateway/recordings/facts_json.hpp"
#include "gateway/recordings/query_values.hpp"
#include "gateway/recordings/receipt.hpp"
#include "gateway/recordings/stored_recording.hpp"
#include "policy/caller_text.hpp"
#include "policy/claim.hpp"

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

namespace {

bool any_role(const policy::Subject& subject, policy::Action action) {
    return std::ranges::any_of(subject.roles,
                               [action](policy::Role role) { return policy::role_allows(role, action); });
}

/// What staff say beside the id.
struct Looking {
    std::optional<policy::AccessPurpose> purpose;
    std::optional<std::string> case_number;
};

/// Nothing: a purpose or case that is none. The sentence is in `wrong`.
std::optional<Looking> read_looking(const http::Request& request, std::string& wrong) {
    Looking out;
    if (const auto word = request.query_parameter("purpose")) {
        out.purpose = policy::parse_access_purpose(*word);
        if (!out.purpose) wrong = "The query parameter `purpose` is none of the purposes: quality, training, ...";
    } else {
        wrong = "Say why you look: add the query parameter `purpose`.";
    }
    if (const auto number = request.header("Callvault-Case")) {
        if (number->empty() || policy::flaw_of(*number, policy::claim_limits::kRef)) {
            wrong = "Send a case of 1 to 128 characters in Callvault-Case.";
        }
        out.case_number = std::string(*number);
    }
    return wrong.empty() ? std::optional(std::move(out)) : std::nullopt;
}

/// The steps of one request; members are what they hand on.
class Viewing {
  public:
    Viewing(Services& services, http::Request& request, auth::Principal principal)
        : services_(services),
          request_(request),
          principal_(std::move(principal)),
          action_(any_role(principal_.subject, policy::Action::kSeeReceipt) ? policy::Action::kSeeReceipt
                                                                            : policy::Action::kSeeFacts) {}

    awaitable<http::Response> run() {
        // By role alone, before anything is looked up: a refusal must not tell what exists.
        if (policy::conflicting(principal_.subject.roles)) {
            co_return co_await turn_away(services_, request_, policy::Deny{policy::DenyReason::kConflictingRoles},
                                         entry(Outcome::kDeny));
        }
        if (!any_role(principal_.subject, action_)) {
            co_return co_await turn_away(services_, request_, policy::Deny{policy::DenyReason::kNoRole},
                                         entry(Outcome::kDeny));
        }
        if (action_ == policy::Action::kSeeFacts) {
            std::string wrong;
            auto looking = read_looking(request_, wrong);
            if (!looking) co_return malformed(request_, std::move(wrong));
            looking_ = std::move(*looking);
        }
        const auto id = policy::RecordingId::parse(request_.param("id"));
        if (!id) co_return http::problem_response(request_.id(), fail(Code::kNotFound, ""));
        const auto stored = co_await services_.catalogue.recordings().facts(*id, services_.deadline());
        if (stored.has_value()) co_return co_await decide(*stored);
        if (stored.error().code == Code::kNotFound) co_return co_await not_here(*id);
        co_return failed(services_, request_, stored.error());
    }

  private:
    Entry entry(Outcome outcome) const {
        Entry out(services_.clock.now(), actor_of(principal_), Action::kRecordingView, outcome);
        if (looking_.purpose) out.purpose(Word::of(*looking_.purpose));
        return out;
    }

    /// Purged, or never there. A purge is told to those who may see its evidence.
    awaitable<http::Response> not_here(policy::RecordingId id) {
        Code code = Code::kNotFound;
        if (any_role(principal_.subject, policy::Action::kSeeCertificate)) {
            const auto tombstone = co_await services_.catalogue.recordings().tombstone(id, services_.deadline());
            if (tombstone.has_value()) {
                code = Code::kGone;
            } else if (tombstone.error().code != Code::kNotFound) {
                co_return failed(services_, request_, tombstone.error());
            }
        }
        co_return co_await refuse(code);
    }

    /// kGone or kNotFound, once it is in the log.
    awaitable<http::Response> refuse(Code code) {
        auto denied = entry(Outcome::kDeny);
        if (code == Code::kGone) {
            denied.reason("gone");
        } else {
            denied.reason("not_found");
        }
        const auto recorded = co_await record(services_, std::move(denied));
        if (recorded.has_error()) co_return failed(services_, request_, recorded.error());
        co_return http::problem_response(request_.id(), fail(code, ""));
    }

    awaitable<http::Response> decide(const catalogue::RecordingFacts& stored) {
        const auto facts = facts_for_policy(stored, principal_);
        if (facts.has_error()) co_return failed(services_, request_, facts.error());
        auto asked = asked_now(services_);
        asked.purpose = looking_.purpose;
        asked.case_given = looking_.case_number.has_value();
        const auto decision =
            policy::may(principal_.subject, action_, *facts, asked, services_.rules.current()->access);
        const auto fields = co_await open_fields(services_, stored);
        if (!policy::permitted(decision)) {
            auto denied = entry(Outcome::kDeny);
            if (fields.has_value()) denied.recording(fields->log_id);
            co_return co_await turn_away(services_, request_, decision, std::move(denied));
        }
        if (stored.access.state != "live") co_return co_await refuse(Code::kGone);
        if (fields.has_error()) co_return unreadable(fields.error(), stored.row.id);
        co_return co_await show(stored, *fields);
    }

    http::Response unreadable(const policy::Error& error, policy::RecordingId id) {
        if (error.code != Code::kCorrupt && error.code != Code::kGone && error.code != Code::kNotFound) {
            return failed(services_, request_, error);
        }
        alarm_damaged(services_, "view.unreadable", id, error);
        return http::problem_response(request_.id(), fail(Code::kCorrupt, error.what));
    }

    awaitable<Result<std::string>> text_for_caller(const catalogue::RecordingFacts& stored,
                                                   const PersonalFields& fields) {
        if (action_ == policy::Action::kSeeReceipt) co_return receipt_json(stored.row, fields);
        const auto view = view_for(principal_.subject);
        const auto home = services_.rules.current()->deployment.country;
        auto out = facts_json(stored.row, stored.access, fields, view, home);
        if (out.has_error()) co_return out.error();
        if (view.rights && stored.access.restrictions > 0) {
            const auto rows = co_await services_.catalogue.rights().restrictions(stored.row.id, services_.deadline());
            if (rows.has_error()) co_return rows.error();
            (*out)["restrictions"] = restrictions_json(*rows);
        }
        co_return boost::json::serialize(*out);
    }

    awaitable<http::Response> show(const catalogue::RecordingFacts& stored, const PersonalFields& fields) {
        auto text = co_await text_for_caller(stored, fields);
        if (text.has_error()) co_return failed(services_, request_, text.error());
        auto permitted = entry(Outcome::kPermit);
        permitted.recording(fields.log_id);
        if (looking_.case_number) {
            const auto sealed = co_await case_id(services_, "case", *looking_.case_number);
            if (sealed.has_error()) co_return failed(services_, request_, sealed.error());
            permitted.case_ref(*sealed);
        }
        const auto recorded = co_await record(services_, std::move(permitted));
        if (recorded.has_error()) co_return failed(services_, request_, recorded.error());
        co_return http::json_response(200, std::move(*text));
    }

    Services& services_;
    http::Request& request_;
    auth::Principal principal_;
    policy::Action action_;
    Looking looking_;
};

}  // namespace

awaitable<http::Response> ViewRecording::handle(http::Request& request) {
    auto caller = co_await identify(services_, request);
    if (auto* response = std::get_if<http::Response>(&caller)) co_return std::move(*response);
    Viewing viewing(services_, request, std::move(std::get<auth::Principal>(caller)));
    co_return co_await viewing.run();
}

}  // namespace gateway::recordings
