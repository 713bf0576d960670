#include "gateway/recordings/adopt_play.hpp"

#include <utility>

#include "gateway/recordings/caller.hpp"
#include "gateway/recordings/prepared_play.hpp"
#include "gateway/recordings/stored_recording.hpp"

namespace gateway::recordings {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;
using policy::Result;
namespace catalogue = storage::catalogue;

namespace {

/// What does not open any more is no play; whoever opens a new one finds out why, and raises the alarm.
policy::Error gone_if_dark(const policy::Error& error) {
    return is_dark(error.code) ? fail(Code::kGone, error.what) : error;
}

/// What a play with these terms may do now; its terms as far as they follow from that.
Result<PlayTerms> decide(Services& services, const catalogue::PlayRow& row, const policy::RecordingFacts& facts,
                         const Adopter& adopter) {
    const auto& principal = adopter.principal;
    auto asked = asked_now(services);
    asked.purpose = policy::parse_access_purpose(row.purpose);
    asked.case_given = !row.case_ref.empty();
    auto subject = principal.subject;
    subject.mfa = {true, asked.now};
    const auto decision = policy::may(subject, policy::Action::kPlay, facts, asked, services.rules.current()->access);
    const auto* permit = std::get_if<policy::Permit>(&decision);
    if (permit == nullptr || !asked.purpose) return fail(Code::kDenied, "policy would not open this play now");
    PlayTerms out;
    out.id = row.id;
    out.recording = row.recording;
    out.session = row.session;
    out.actor = actor_of(principal);
    out.teams = principal.subject.teams;
    out.purpose = *asked.purpose;
    out.opened_at = row.opened_at;
    out.expires_at = principal.session.expires.value_or(row.opened_at + PlayTerms::kLongest);
    out.pace = permit->pace;
    out.credentials = adopter.credentials;
    return out;
}

}  // namespace

awaitable<Result<std::shared_ptr<Play>>> adopt_play(Services& services, PlayRegistry& plays, catalogue::PlayRow row,
                                                    Adopter adopter) {
    const auto stored = co_await services.catalogue.recordings().facts(row.recording, services.deadline());
    if (stored.has_error()) co_return gone_if_dark(stored.error());
    const auto facts = co_await facts_to_play(services, *stored, adopter.principal);
    if (facts.has_error()) co_return facts.error();
    auto terms = decide(services, row, *facts, adopter);
    if (terms.has_error()) co_return terms.error();
    auto prepared = co_await prepare_play(services, *stored);
    if (prepared.has_error()) co_return gone_if_dark(prepared.error());
    terms->log_id = prepared->log_id;
    const auto held = co_await services.catalogue.plays().hold(row.id, services.gateway, services.deadline());
    if (held.has_error()) co_return gone_if_dark(held.error());
    terms->age = held->age;
    auto play = std::make_shared<Play>(std::move(*terms), std::move(prepared->source), std::move(prepared->outline),
                                       std::move(prepared->data_key), prepared->file, Play::Steady::min());
    play->served_elsewhere(held->row.ranges);
    play = plays.add(std::move(play), adopter.generation);
    std::vector<std::shared_ptr<Play>> one{play};
    const auto renewed = co_await plays.renew(std::move(one));
    if (renewed.has_error()) co_return renewed.error();
    services.metrics.counter("callvault_plays_adopted_total", "Plays of other gateways that were taken up.").add();
    co_return play;
}

}  // namespace gateway::recordings
