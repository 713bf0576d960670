#include "gateway/jobs/witnessing.hpp"

#include <algorithm>
#include <utility>

#include "storage/async/crash_point.hpp"
#include "storage/audit/witness.hpp"
#include "storage/objects/object_name.hpp"
#include "storage/objects/whole_object.hpp"

namespace gateway::jobs {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;
using policy::Result;
using std::chrono::milliseconds;
namespace audit = storage::audit;
namespace catalogue = storage::catalogue;
namespace net = storage::net;

namespace {

constexpr milliseconds kLookEvery{1000};
constexpr milliseconds kLeadFor{15'000};
constexpr milliseconds kPatience{5000};
/// For all witnesses together: less than the lead, so that no other gateway is at it meanwhile.
constexpr milliseconds kRound{10'000};
constexpr milliseconds kFirstBackOff{2000};
constexpr milliseconds kLongestBackOff{300'000};
constexpr std::string_view kSizeType = "text/x.tlog.size";
/// After the size that it answered with, and once more should another gateway have been there in between.
constexpr int kTries = 3;

}  // namespace

Witnessing::Witnessing(recordings::Services& services, const audit::LogReader& log, std::vector<Witness> witnesses,
                       std::size_t quorum)
    : services_(services), log_(log), quorum_(quorum) {
    for (auto& witness : witnesses) states_.push_back({std::move(witness), 0, {}, {}});
}

awaitable<Result<void>> Witnessing::compare() {
    if (states_.empty()) co_return Result<void>{};
    const auto head = co_await services_.catalogue.audit_log().head(services_.deadline());
    if (head.has_error()) co_return head.error();
    if (head->published_size == 0) co_return Result<void>{};
    const auto newest =
        co_await log_.checkpoint(static_cast<std::uint64_t>(head->published_size), services_.deadline());
    // A gateway beside this one has published more since: it runs, so it has looked.
    if (newest.has_error() && newest.error().code == Code::kNotFound) co_return Result<void>{};
    if (newest.has_error()) co_return newest.error();
    const auto deadline = std::chrono::steady_clock::now() + kRound;
    for (auto& state : states_) {
        const auto line = co_await ask(state, *newest, deadline);
        if (line.has_error() && line.error().code == Code::kConflict)
            co_return fail(Code::kCorrupt,
                           "the witness " + state.witness.key.name + ": " + line.error().what +
                               ". Bring back the newest copies of store and database and run `callvault "
                               "audit recover`; operations.md says what to do when they are lost");
    }
    co_return Result<void>{};
}

awaitable<Result<milliseconds>> Witnessing::step() {
    if (states_.empty()) co_return std::chrono::hours(1);
    const auto lead =
        co_await services_.catalogue.jobs().lead("witnessing", services_.gateway, kLeadFor, services_.deadline());
    if (lead.has_error()) co_return lead.error();
    if (!lead->held) {
        for (const auto& state : states_) {
            show_answers(state, -1);
            show_conflict(state, -1);
        }
        co_return kLeadFor / 2;
    }
    const auto head = co_await services_.catalogue.audit_log().head(services_.deadline());
    if (head.has_error()) co_return head.error();
    const auto seen = co_await services_.catalogue.audit_log().witnessed(services_.deadline());
    if (seen.has_error()) co_return seen.error();
    if (head->published_size == 0 || (*seen && (*seen)->size == head->published_size)) co_return kLookEvery;
    const auto newest =
        co_await log_.checkpoint(static_cast<std::uint64_t>(head->published_size), services_.deadline());
    // It was cleaned away behind a newer one.
    if (newest.has_error() && newest.error().code == Code::kNotFound) co_return kLookEvery;
    if (newest.has_error()) co_return newest.error();

    const auto deadline = std::chrono::steady_clock::now() + kRound;
    std::string note = newest->note;
    std::size_t good = 0;
    for (auto& state : states_) {
        if (std::chrono::steady_clock::now() < state.not_before) continue;
        const auto line = co_await ask(state, *newest, deadline);
        if (line.has_error()) continue;
        note += *line;
        ++good;
    }
    if (good < std::max<std::size_t>(quorum_, 1)) co_return kLookEvery;
    const auto kept = co_await keep(*newest, std::move(note));
    if (kept.has_error()) co_return kept.error();
    co_return kLookEvery;
}

awaitable<Result<std::string>> Witnessing::ask(State& state, const audit::SignedCheckpoint& newest,
                                               storage::async::Deadline deadline) {
    auto line = co_await ask_once(state, newest, deadline);
    if (line.has_value()) {
        report(state, nullptr);
        state.size = newest.checkpoint.size;
        state.back_off = {};
    } else {
        const auto why = line.error();
        report(state, &why);
        state.back_off = std::clamp(state.back_off * 2, kFirstBackOff, kLongestBackOff);
        state.not_before = std::chrono::steady_clock::now() + state.back_off;
    }
    co_return line;
}

awaitable<Result<std::string>> Witnessing::ask_once(State& state, const audit::SignedCheckpoint& newest,
                                                    storage::async::Deadline deadline) {
    const auto& key = state.witness.key;
    const auto size = newest.checkpoint.size;
    // It has seen more than there is here: only its own word for that, asked for anew, says that it still has.
    if (state.size > size) state.size = 0;
    for (int tries = 0; tries < kTries; ++tries) {
        std::vector<audit::Hash> proof;
        if (state.size > 0 && state.size < size) {
            const auto root = co_await log_.root_at(state.size, size, services_.deadline());
            if (root.has_error()) co_return root.error();
            audit::Checkpoint earlier = newest.checkpoint;
            earlier.size = state.size;
            earlier.root = *root;
            auto found = co_await log_.consistency(std::move(earlier), newest.checkpoint, services_.deadline());
            if (found.has_error()) co_return found.error();
            proof = std::move(*found);
        }
        net::Request request;
        request.method = "POST";
        request.url = state.witness.submission;
        request.url.target += "/add-checkpoint";
        request.fields.push_back({"Content-Type", "text/plain; charset=utf-8"});
        request.body = audit::add_checkpoint_body(state.size, proof, newest.note);
        const auto until = std::min<storage::async::Deadline>(deadline, std::chrono::steady_clock::now() + kPatience);
        const auto reply = co_await state.witness.client->send(std::move(request), until);
        if (reply.has_error()) co_return reply.error();
        if (reply->status == 200) {
            const auto lines = audit::good_lines(reply->body, audit::text_of(newest.checkpoint), std::span(&key, 1));
            if (lines.has_error()) co_return fail(Code::kUnavailable, "its answer is no cosignature");
            if (lines->empty()) co_return fail(Code::kUnavailable, "it signed with another key than configured");
            co_return lines->front();
        }
        if (reply->status != 409 || reply->media_type != kSizeType) {
            if (reply->status == 409 || reply->status == 422)
                co_return fail(Code::kConflict, "it knows another log of this name, of size " +
                                                    std::to_string(state.size) + " (status " +
                                                    std::to_string(reply->status) + ")");
            co_return fail(Code::kUnavailable, "it answered with status " + std::to_string(reply->status));
        }
        const auto known = audit::parse_known_size(reply->body);
        if (!known) co_return fail(Code::kUnavailable, "it answered with a size that is none");
        state.size = *known;
        if (*known > size) {
            // Another gateway may have published more meanwhile: then the next look has it.
            const auto head = co_await services_.catalogue.audit_log().head(services_.deadline());
            if (head.has_error()) co_return head.error();
            if (static_cast<std::uint64_t>(head->size) < *known)
                co_return fail(Code::kConflict, "it has seen " + std::to_string(*known) +
                                                    " entries, which is more than this log has: was it set back?");
            co_return fail(Code::kUnavailable, "it is ahead of this look");
        }
    }
    co_return fail(Code::kUnavailable, "the size that it knows keeps changing");
}

/// Beside the log, for whoever takes a copy of it, and in the catalogue, for whoever asks.
awaitable<Result<void>> Witnessing::keep(const audit::SignedCheckpoint& newest, std::string note) {
    const auto name = storage::objects::log_witnessed(newest.checkpoint.size);
    const auto stored = co_await storage::objects::put_once(services_.objects, name, std::as_bytes(std::span(note)),
                                                            services_.deadline());
    // Another gateway was first, at another second: its note is as good, and then it tells the catalogue.
    if (stored.has_error() && stored.error().code != Code::kConflict) co_return stored.error();
    CALLVAULT_CRASH_POINT("witness.note_durable");
    const auto size = static_cast<std::int64_t>(newest.checkpoint.size);
    const auto before = co_await services_.catalogue.audit_log().witness(size, note, services_.deadline());
    if (before.has_error()) co_return before.error();
    if (*before && **before < size &&
        audit::is_superseded(static_cast<std::uint64_t>(**before), newest.checkpoint.size)) {
        std::vector<storage::objects::ObjectName> old;
        old.push_back(storage::objects::log_witnessed(static_cast<std::uint64_t>(**before)));
        static_cast<void>(co_await services_.objects.remove_many(std::move(old), services_.deadline()));
    }
    co_return Result<void>{};
}

void Witnessing::report(const State& state, const policy::Error* error) {
    const auto& name = state.witness.key.name;
    const bool conflict = error != nullptr && error->code == Code::kConflict;
    if (conflict) {
        services_.log.error("witness.conflict", {{"witness", name}, {"what", error->what}});
    } else if (error != nullptr) {
        services_.log.warning("witness.silent", {{"witness", name}, {"what", error->what}});
    }
    show_answers(state, error == nullptr ? 1 : 0);
    // A silence after a conflict mends nothing.
    if (conflict || error == nullptr) show_conflict(state, conflict ? 1 : 0);
}

void Witnessing::show(const State& state, const char* name, const char* help, std::int64_t value) {
    services_.metrics.gauge(name, help, {{"witness", state.witness.key.name}}).set(value);
}

void Witnessing::show_answers(const State& state, std::int64_t value) {
    show(state, "callvault_witness_answers", "1 while the witness cosigns, 0 when not; -1: another gateway asks.",
         value);
}

void Witnessing::show_conflict(const State& state, std::int64_t value) {
    show(state, "callvault_witness_conflict",
         "1 when the witness knows another log of this name, or more of it; -1: another gateway asks.", value);
}

}  // namespace gateway::jobs
