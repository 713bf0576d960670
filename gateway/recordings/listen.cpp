#include "gateway/recordings/listen.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <span>
#include <string>
#include <utility>

#include "gateway/http/range.hpp"
#include "gateway/json/object_reader.hpp"
#include "gateway/recordings/adopt_play.hpp"
#include "gateway/recordings/caller.hpp"
#include "gateway/recordings/outline_source.hpp"
#include "gateway/recordings/play_source.hpp"
#include "gateway/recordings/rights_bodies.hpp"
#include "storage/crypto/encoding.hpp"
#include "storage/crypto/sha256.hpp"
#include "transcode/measure/outline.hpp"

namespace gateway::recordings {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;

namespace {

constexpr std::size_t kMaxPositionInBytes = 256;
constexpr std::int64_t kLongestSoundMs = std::int64_t{7} * 24 * 3600 * 1000;

/// {"at_ms": ...}
std::optional<std::chrono::milliseconds> read_position(std::string_view text, std::vector<policy::Fault>& faults) {
    const auto object = json::parse_object(text, faults);
    if (!object) return std::nullopt;
    json::ObjectReader reader(*object, "", faults);
    reader.need("at_ms");
    const auto at = reader.whole_number("at_ms", 0, kLongestSoundMs);
    reader.done();
    return faults.empty() && at ? std::optional(std::chrono::milliseconds(*at)) : std::nullopt;
}

http::Response no_such_play(const http::Request& request) {
    return http::problem_response(request.id(), fail(Code::kNotFound, ""));
}

http::Response play_is_over(const http::Request& request, std::string_view why) {
    const bool corrupt = why == text(PlayEnd::kCorrupt);
    auto problem = http::problem_of(corrupt ? Code::kCorrupt : Code::kGone);
    if (!corrupt) problem.detail = "This play has ended (" + std::string(why) + "): open a new one to go on listening.";
    return http::problem_response(request.id(), std::move(problem));
}

/// The lease could not be renewed: the play is not over by that, and another gateway may be better off.
http::Response not_renewed(const http::Request& request) {
    auto problem = http::problem_of(Code::kUnavailable);
    problem.detail = "This gateway cannot serve the play now: ask again, for the same bytes, on a new connection.";
    auto response = http::problem_response(request.id(), std::move(problem));
    response.close = true;
    return response;
}

bool is_over(const storage::catalogue::PlayRow& row) {
    return row.closed_at || !row.close_reason.empty();
}

/// The same for all plays of a recording within a session, so that a player may resume with If-Range; tells nothing.
std::string entity_tag(const Play& play) {
    storage::crypto::Sha256 hash;
    hash.update(play.terms().session);
    hash.update(std::as_bytes(std::span(play.terms().recording.bytes())));
    const auto digest = hash.finish();
    return '"' + storage::crypto::to_hex(std::span(digest).first(16)) + '"';
}

boost::json::object state_of(const Play& play) {
    const auto& terms = play.terms();
    const auto end = play.ended();
    boost::json::object out{{"id", terms.id.text()}, {"recording_id", terms.recording.text()}};
    out["state"] = end ? "ended" : "open";
    if (end) out["reason"] = text(*end);
    out["opened_at"] = policy::text(terms.opened_at);
    out["expires_at"] = policy::text(terms.expires_at);
    out["served_bytes"] = play.served_bytes();
    return out;
}

boost::json::object state_of(const storage::catalogue::PlayRow& row) {
    boost::json::object out{{"id", row.id.text()}, {"recording_id", row.recording.text()}};
    out["state"] = is_over(row) ? "ended" : "open";
    if (is_over(row)) out["reason"] = row.close_reason;
    out["opened_at"] = policy::text(row.opened_at);
    out["served_bytes"] = row.served_bytes;
    return out;
}

/// Whether the caller still has every role and team that the play was opened with: a newer token of the same session
/// may come with fewer.
bool grants_as_much(const auth::Principal& principal, const PlayTerms& terms) {
    const auto has = [](const auto& all, const auto& one) { return std::ranges::find(all, one) != all.end(); };
    const auto roles = actor_of(principal).roles;
    return std::ranges::all_of(terms.actor.roles, [&](const auto& role) { return has(roles, role); }) &&
           std::ranges::all_of(terms.teams, [&](const auto& team) { return has(principal.subject.teams, team); });
}

}  // namespace

std::array<std::byte, 32> credentials_of(const http::Request& request) {
    const auto token = request.header("authorization");
    if (!token || !request.peer().certificate) return {};
    storage::crypto::Sha256 hash;
    hash.update(std::as_bytes(std::span(request.peer().certificate->sha256)));
    hash.update(std::as_bytes(std::span(*token)));
    return hash.finish();
}

/// The play, if it is the caller's own: the same session, proven again. The very credentials that opened it were
/// verified then and are good until the session expires, which the play knows; any others are verified now.
awaitable<std::variant<Listen::Found, http::Response>> Listen::play_of(http::Request& request) {
    const auto id = policy::PlayId::parse(request.param("id"));
    auto play = id ? plays_.find(*id) : nullptr;
    if (play && play->ended() == PlayEnd::kIdle) {  // here; other gateways may go on with it
        const auto left = co_await plays_.close(play, PlayEnd::kIdle);
        if (left.has_error()) co_return failed(services_, request, left.error());
        if (plays_.find(*id)) co_return not_renewed(request);
        play = nullptr;
    }
    const auto credentials = credentials_of(request);
    const bool known = play && credentials != std::array<std::byte, 32>{} && credentials == play->terms().credentials &&
                       services_.clock.now() < play->terms().expires_at;
    if (known) {
        request.set_actor(play->terms().actor.pseudonym.text());
        co_return Found{std::move(play), {}, {}};
    }
    auto caller = co_await identify(services_, request);
    if (auto* response = std::get_if<http::Response>(&caller)) co_return std::move(*response);
    const auto& principal = std::get<auth::Principal>(caller);
    const auto& session = principal.session.id;
    const auto subject = actor_of(principal).pseudonym;
    if (play && play->terms().session == session && play->terms().actor.pseudonym == subject) {
        if (!grants_as_much(principal, play->terms())) play->end(PlayEnd::kRevoked);
        co_return Found{std::move(play), {}, {}};
    }
    std::optional<policy::PlayId> others;  // whose it is stays untold; the log names it
    if (play) others = id;
    if (!play && id) {
        auto row = co_await services_.catalogue.plays().get(*id, services_.deadline());
        if (row.has_error() && row.error().code != Code::kNotFound) co_return failed(services_, request, row.error());
        if (row.has_value() && row->session == session && row->subject == subject.text())
            co_return Found{nullptr, std::move(*row), principal};
        if (row.has_value()) others = id;
    }
    auto response = no_such_play(request);
    co_return co_await deny(request, actor_of(principal), others, "not_found", std::move(response));
}

awaitable<std::variant<std::shared_ptr<Play>, http::Response>> Listen::sounding(http::Request& request) {
    const auto generation = plays_.generation();
    auto found = co_await play_of(request);
    if (auto* response = std::get_if<http::Response>(&found)) co_return std::move(*response);
    auto play = std::get<Found>(found).play;
    if (!play) {
        auto taken = co_await take_up(request, std::move(std::get<Found>(found)), generation);
        if (std::holds_alternative<http::Response>(taken)) co_return taken;
        play = std::get<std::shared_ptr<Play>>(std::move(taken));
    }
    if (const auto end = play->ended()) co_return play_is_over(request, text(*end));
    if (services_.clock.now() >= play->terms().expires_at) co_return play_is_over(request, text(PlayEnd::kExpired));
    if (!play->may_flow(std::chrono::steady_clock::now(), services_.clock.now())) co_return not_renewed(request);
    co_return play;
}

awaitable<std::variant<std::shared_ptr<Play>, http::Response>> Listen::take_up(http::Request& request, Found found,
                                                                               std::uint64_t generation) {
    auto& row = *found.remembered;
    if (is_over(row)) co_return play_is_over(request, row.close_reason);
    auto actor = actor_of(*found.principal);
    const auto id = row.id;
    Adopter adopter{std::move(*found.principal), credentials_of(request), generation};
    auto taken = co_await adopt_play(services_, plays_, std::move(row), std::move(adopter));
    if (taken.has_value()) co_return std::move(*taken);
    if (taken.error().code == Code::kGone) co_return play_is_over(request, text(PlayEnd::kRevoked));
    if (taken.error().code != Code::kDenied) co_return failed(services_, request, taken.error());
    auto response = play_is_over(request, text(PlayEnd::kRevoked));
    co_return co_await deny(request, std::move(actor), id, "revoked", std::move(response));
}

/// A denial of a known subject stands in the log before it is answered.
awaitable<http::Response> Listen::deny(const http::Request& request, storage::audit::Actor actor,
                                       std::optional<policy::PlayId> play, storage::audit::Word reason,
                                       http::Response response) {
    storage::audit::Entry denied(services_.clock.now(), std::move(actor), storage::audit::Action::kPlayOpen,
                                 storage::audit::Outcome::kDeny);
    denied.reason(reason);
    if (play) denied.ref("play", *play);
    const auto recorded = co_await record(services_, std::move(denied));
    if (recorded.has_error()) co_return failed(services_, request, recorded.error());
    co_return response;
}

awaitable<http::Response> Listen::audio(http::Request& request) {
    auto found = co_await sounding(request);
    if (auto* response = std::get_if<http::Response>(&found)) co_return std::move(*response);
    auto play = std::get<std::shared_ptr<Play>>(std::move(found));
    const auto tag = entity_tag(*play);
    const auto size = play->file().size_in_bytes();
    const auto if_range = request.header("if-range");
    const auto field = if_range && *if_range != tag ? std::nullopt : request.header("range");
    const auto range = http::parse_range(field, size);

    http::Response response;
    response.headers = {{"Content-Type", std::string(play->file().media_type())},
                        {"Accept-Ranges", "bytes"},
                        {"ETag", tag},
                        {"Cache-Control", "no-store"}};
    if (std::holds_alternative<http::Unsatisfiable>(range)) {
        http::Problem problem;
        problem.status = 416;
        problem.code = "range-not-satisfiable";
        problem.title = "Range not satisfiable";
        problem.detail = "Ask for bytes that lie within the file.";
        problem.headers = {{"Content-Range", http::unsatisfied_content_range(size)}};
        co_return http::problem_response(request.id(), std::move(problem));
    }
    http::ByteRange wanted{0, size - 1};
    if (const auto* part = std::get_if<http::ByteRange>(&range)) {
        wanted = *part;
        response.status = 206;
        response.headers.push_back({"Content-Range", http::content_range(wanted, size)});
    }
    response.body = std::make_unique<PlaySource>(services_, std::move(play), wanted);
    co_return response;
}

awaitable<http::Response> Listen::peaks(http::Request& request) {
    return outline(request, OutlinePart::kPeaks);
}

awaitable<http::Response> Listen::silence(http::Request& request) {
    return outline(request, OutlinePart::kSilence);
}

awaitable<http::Response> Listen::outline(http::Request& request, OutlinePart part) {
    auto found = co_await sounding(request);
    if (auto* response = std::get_if<http::Response>(&found)) co_return std::move(*response);
    auto play = std::get<std::shared_ptr<Play>>(std::move(found));
    auto reader = play->outline(services_);
    if (reader.has_error() && reader.error().code == Code::kDenied)
        co_return play_is_over(request, text(play->ended().value_or(PlayEnd::kClosed)));
    if (reader.has_error()) co_return failed(services_, request, reader.error());
    const auto start = co_await reader->read(0, transcode::measure::kPeaksHeaderInBytes);
    if (start.has_error()) co_return failed(services_, request, start.error());
    const auto size = reader->size_in_bytes();
    const auto parts = transcode::measure::read_outline(*start, static_cast<std::size_t>(size));
    if (parts.has_error()) co_return failed(services_, request, fail(Code::kCorrupt, parts.error().what));
    const bool peaks = part == OutlinePart::kPeaks;
    http::Response response;
    response.headers = {{"Content-Type", peaks ? "application/octet-stream" : "application/json"},
                        {"Cache-Control", "no-store"}};
    const auto first = peaks ? 0 : parts->peaks_in_bytes;
    const auto end = peaks ? parts->peaks_in_bytes : size;
    response.body = std::make_unique<OutlineSource>(services_, std::move(play), std::move(*reader), first, end);
    co_return response;
}

awaitable<http::Response> Listen::state(http::Request& request) {
    auto found = co_await play_of(request);
    if (auto* response = std::get_if<http::Response>(&found)) co_return std::move(*response);
    const auto& [held, remembered, principal] = std::get<Found>(found);
    co_return http::json_response(200, boost::json::serialize(held ? state_of(*held) : state_of(*remembered)));
}

awaitable<http::Response> Listen::position(http::Request& request) {
    auto found = co_await play_of(request);
    if (auto* response = std::get_if<http::Response>(&found)) co_return std::move(*response);
    const auto& [held, remembered, principal] = std::get<Found>(found);
    const auto body = co_await request.body().read_all(kMaxPositionInBytes);
    if (body.has_error()) co_return http::problem_response(request.id(), body.error());
    std::vector<policy::Fault> faults;
    const auto at = read_position(*body, faults);
    if (!at) co_return bad_body(request, faults);
    if (!held && is_over(*remembered)) co_return play_is_over(request, remembered->close_reason);
    if (held && held->ended()) co_return play_is_over(request, text(*held->ended()));
    if (held) held->sought(*at);  // else no answer of it is under way here
    http::Response response;
    response.status = 204;
    co_return response;
}

awaitable<http::Response> Listen::close(http::Request& request) {
    auto found = co_await play_of(request);
    if (auto* response = std::get_if<http::Response>(&found)) co_return std::move(*response);
    const auto& [held, remembered, principal] = std::get<Found>(found);
    auto closing = held ? plays_.close(held, PlayEnd::kClosed)
                        : services_.catalogue.plays().end(remembered->id, std::string(text(PlayEnd::kClosed)),
                                                          services_.deadline());
    const auto closed = co_await std::move(closing);
    if (closed.has_error()) co_return failed(services_, request, closed.error());
    http::Response response;
    response.status = 204;
    co_return response;
}

}  // namespace gateway::recordings
