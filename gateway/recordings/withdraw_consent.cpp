#include "gateway/recordings/withdraw_consent.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>
#include <vector>

#include "gateway/recordings/erase_job.hpp"
#include "gateway/recordings/reference.hpp"
#include "gateway/recordings/rights_bodies.hpp"
#include "gateway/recordings/rights_request.hpp"
#include "policy/retention.hpp"

namespace gateway::recordings {

using boost::asio::awaitable;
using policy::Code;
using policy::Result;
using storage::audit::Outcome;
using storage::catalogue::RestrictionId;
using storage::catalogue::RestrictionRow;
using storage::keys::KeyPurpose;
namespace catalogue = storage::catalogue;

namespace {

http::Response answer(const RestrictionRow& row) {
    boost::json::object out;
    out["recording_id"] = row.recording.text();
    out["restricted_at"] = policy::text(row.set_at);
    out["erase_by"] = policy::text(row.set_at + policy::kWithdrawalErasure);
    return http::json_response(200, boost::json::serialize(out));
}

/// The steps of one request.
class Withdrawal {
  public:
    Withdrawal(RightsRequest& rights, PlayRegistry& plays)
        : rights_(rights), services_(rights.services), plays_(plays) {}

    awaitable<http::Response> run() {
        if (auto no = co_await rights_.check_role(policy::Action::kReportWithdrawal)) co_return std::move(*no);
        auto body = co_await rights_.read_body();
        if (auto* response = std::get_if<http::Response>(&body)) co_return std::move(*response);
        std::vector<policy::Fault> faults;
        auto wish = read_withdrawal(std::get<std::string>(body), faults);
        if (wish.recording_ref && !rights_.principal.sender) {
            faults.push_back({policy::FaultCode::kFieldUnexpected, "/recording_ref",
                              "A reference is its sender's own: send recording_id."});
        }
        if (!faults.empty()) co_return bad_body(rights_.request, faults);
        if (wish.recording) co_return co_await withdraw(*wish.recording, false);
        co_return co_await by_reference(std::move(*wish.recording_ref));
    }

  private:
    awaitable<http::Response> by_reference(std::string reference) {
        auto text = reference_text(*rights_.principal.sender, reference);
        const auto mac = co_await services_.keys.mac(KeyPurpose::kTombstone, std::move(text), services_.deadline());
        if (mac.has_error()) co_return rights_.fail_with(mac.error());
        const auto found = co_await services_.catalogue.recordings().find_reference(*mac, services_.deadline());
        if (found.has_error()) co_return rights_.fail_with(found.error());
        if (std::holds_alternative<catalogue::Tombstone>(*found)) co_return co_await rights_.gone();
        const auto* known = std::get_if<catalogue::KnownReference>(&*found);
        if (known == nullptr) co_return co_await rights_.not_found();
        co_return co_await withdraw(known->id, true);
    }

    awaitable<http::Response> withdraw(policy::RecordingId id, bool own) {
        auto found = co_await rights_.look_up(id, own);
        if (auto* response = std::get_if<http::Response>(&found)) co_return std::move(*response);
        std::vector<Concerned> concerned;
        concerned.push_back(std::move(std::get<Concerned>(found)));
        const auto& recording = concerned.front();
        auto decision = policy::may(rights_.principal.subject, policy::Action::kReportWithdrawal, recording.facts,
                                    rights_.asked(), rights_.rules->access);
        if (auto no = co_await rights_.require(std::move(decision), recording)) co_return std::move(*no);
        const auto before = co_await withdrawn(id);
        if (before.has_value()) co_return co_await repeat(*before, concerned);
        if (before.error().code != Code::kNotFound) co_return rights_.fail_with(before.error());
        storage::audit::LedgerEvent event;
        event.kind = storage::audit::LedgerKind::kRestrictionSet;
        event.ground = "withdrawal";
        event.references = {recording.ref_mac};
        if (auto no = co_await rights_.announce(std::move(event), concerned)) co_return std::move(*no);
        co_return co_await restrict_now(std::move(concerned));
    }

    awaitable<http::Response> restrict_now(std::vector<Concerned> concerned) {
        const auto& recording = concerned.front();
        const catalogue::NewRestriction row{RestrictionId(recording.id.bytes()), recording.id, "withdrawal",
                                            rights_.principal.subject.pseudonym};
        std::vector<catalogue::NewJob> jobs;
        jobs.push_back(erase_job(recording.id, "withdrawal",
                                 left_of_withdrawal(services_, services_.clock.now(), recording.purge_date)));
        const auto entry = rights_.entry_about(Outcome::kDone, concerned);
        const auto done =
            co_await services_.catalogue.rights().restrict(row, jobs, entry_bytes(entry), services_.deadline());
        // In doubt it may have happened: what plays must not go on either way.
        if (done.has_value() || done.error().code == Code::kInDoubt)
            plays_.end_recording(recording.id, PlayEnd::kRevoked);
        if (done.has_error() && done.error().code == Code::kNotFound) co_return co_await rights_.gone();
        if (done.has_error()) co_return rights_.fail_with(done.error());
        const auto stands = co_await withdrawn(recording.id);
        if (stands.has_error()) co_return rights_.fail_with(stands.error());
        co_return answer(*stands);
    }

    /// kNotFound: not withdrawn yet.
    awaitable<Result<RestrictionRow>> withdrawn(policy::RecordingId id) {
        const auto rows = co_await services_.catalogue.rights().restrictions(id, services_.deadline());
        if (rows.has_error()) co_return rows.error();
        const auto found = std::ranges::find(*rows, RestrictionId(id.bytes()), &RestrictionRow::id);
        if (found == rows->end()) co_return policy::fail(Code::kNotFound, "not withdrawn");
        co_return *found;
    }

    awaitable<http::Response> repeat(RestrictionRow row, const std::vector<Concerned>& concerned) {
        auto entry = rights_.entry_about(Outcome::kDone, concerned);
        entry.reason("repeat");
        const auto recorded = co_await record(services_, std::move(entry));
        if (recorded.has_error()) co_return rights_.fail_with(recorded.error());
        co_return answer(row);
    }

    RightsRequest& rights_;
    Services& services_;
    PlayRegistry& plays_;
};

}  // namespace

awaitable<http::Response> WithdrawConsent::handle(http::Request& request) {
    auto caller = co_await identify(services_, request);
    if (auto* response = std::get_if<http::Response>(&caller)) co_return std::move(*response);
    RightsRequest rights(services_, request, std::move(std::get<auth::Principal>(caller)),
                         storage::audit::Action::kWithdrawal);
    Withdrawal withdrawal(rights, plays_);
    co_return co_await withdrawal.run();
}

}  // namespace gateway::recordings
