#include "gateway/recordings/search_recordings.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/recordings/admission.hpp"
#include "gateway/recordings/caller.hpp"
#include "gateway/recordings/case_ref.hpp"
#include "gateway/recordings/facts_json.hpp"
#include "gateway/recordings/phone_number.hpp"
#include "gateway/recordings/search_question.hpp"
#include "gateway/recordings/search_tokens.hpp"
#include "gateway/recordings/stored_recording.hpp"

namespace gateway::recordings {

using boost::asio::awaitable;
using policy::Code;
using policy::Result;
using storage::audit::Action;
using storage::audit::Word;
using storage::keys::KeyPurpose;
namespace catalogue = storage::catalogue;

namespace {

constexpr std::size_t kMaxQueryInBytes = std::size_t{32} * 1024;

/// Teams that are asked for and may be seen. Nothing: all.
std::optional<std::vector<std::string>> teams_of(const policy::Permit& permit, const SearchQuestion& question) {
    if (!permit.only_teams) return question.teams;
    auto out = *permit.only_teams;
    if (question.teams) {
        std::erase_if(out, [&](const std::string& team) {
            return std::ranges::find(*question.teams, team) == question.teams->end();
        });
    }
    return out;
}

/// Tokens of a number, and the keys that the vault did not know.
struct Tokens {
    std::vector<catalogue::Mac> found;
    std::vector<policy::KeyId> missing;
};

Result<Tokens> tokens_under(storage::keys::KeyVault& vault, const std::vector<policy::KeyId>& keys,
                            const std::string& form) {
    Tokens out;
    for (const auto key : keys) {
        const auto token = number_token(vault, key, form);
        if (token.has_value()) {
            out.found.push_back(*token);
        } else if (token.error().code == Code::kNotFound || token.error().code == Code::kGone) {
            out.missing.push_back(key);
        } else {
            return token.error();
        }
    }
    return out;
}

/// Tokens of the number under every living key. A key that went meanwhile has nothing left to find; one that the
/// catalogue still counts on has, and the search fails rather than leave that out (kUnavailable).
awaitable<Result<std::vector<catalogue::Mac>>> tokens_of(Services& services, std::string number) {
    const auto keys = co_await services.keys.index_keys(services.today(), services.deadline());
    if (keys.has_error()) co_return keys.error();
    const auto form = search_form(number, services.rules.current()->deployment.country);
    auto& vault = services.vault;
    auto tokens = co_await services.vault_pool.run([&vault, &keys, &form] { return tokens_under(vault, *keys, form); });
    if (tokens.has_error()) co_return tokens.error();
    if (!tokens->missing.empty()) {
        const auto now = co_await services.keys.index_keys(services.today(), services.deadline());
        if (now.has_error()) co_return now.error();
        for (const auto key : tokens->missing) {
            if (std::ranges::find(*now, key) != now->end())
                co_return policy::fail(Code::kUnavailable, "the vault does not know the key " + key.text());
        }
    }
    co_return std::move(tokens->found);
}

/// The steps of one search; members are what they hand on.
class Searching {
  public:
    Searching(Services& services, http::Request& request, Admitted admitted, SearchQuestion question)
        : services_(services), request_(request), admitted_(std::move(admitted)), question_(std::move(question)) {}

    awaitable<http::Response> run() {
        if (question_.after) {
            const auto ours = co_await is_ours(*question_.after);
            if (ours.has_error()) co_return failed(services_, request_, ours.error());
            if (!*ours) co_return foreign_token();
        }
        const auto page = co_await find();
        if (page.has_error()) co_return failed(services_, request_, page.error());
        auto body = co_await body_of(*page);
        if (body.has_error()) co_return failed(services_, request_, body.error());
        const auto recorded = co_await record_search(page->found.size());
        if (recorded.has_error()) co_return failed(services_, request_, recorded.error());
        co_return http::json_response(200, boost::json::serialize(*body));
    }

  private:
    awaitable<Result<catalogue::Mac>> mac_of(catalogue::Cursor cursor) {
        auto message = page_message(admitted_.principal.subject.pseudonym, identity_of(question_), cursor);
        co_return co_await services_.keys.mac(KeyPurpose::kSession, std::move(message), services_.deadline());
    }

    awaitable<Result<bool>> is_ours(PageToken token) {
        const auto mac = co_await mac_of(token.cursor);
        if (mac.has_error()) co_return mac.error();
        co_return proves(*mac, token);
    }

    http::Response foreign_token() const {
        return refused(request_, "invalid", "The input breaks a rule",
                       {{policy::FaultCode::kFieldFormat, "/after",
                         "Send the `next` of the page before, with everything else as it was."}});
    }

    awaitable<Result<catalogue::Page>> find() {
        catalogue::Query query;
        query.today = admitted_.asked.today;
        query.from = question_.from;
        query.to = question_.to;
        query.teams = teams_of(admitted_.permit, question_);
        query.agent = question_.agent.value_or("");
        query.queue = question_.queue.value_or("");
        query.show_restricted = admitted_.permit.restricted_too;
        query.show_kept = admitted_.permit.restricted_too;
        if (question_.number) {
            auto tokens = co_await tokens_of(services_, *question_.number);
            if (tokens.has_error()) co_return tokens.error();
            if (tokens->empty()) co_return catalogue::Page{};  // no key lives: no tokens would mean any number
            query.tokens = std::move(*tokens);
        }
        std::optional<catalogue::Cursor> after;
        if (question_.after) after = question_.after->cursor;
        co_return co_await services_.catalogue.search().page(query, after, question_.limit, services_.deadline());
    }

    awaitable<Result<boost::json::object>> body_of(const catalogue::Page& page) {
        auto opened = co_await open_fields(services_, page.found);
        if (opened.has_error()) co_return opened.error();
        const auto view = view_for(admitted_.principal.subject);
        const auto home = services_.rules.current()->deployment.country;
        boost::json::array lines;
        for (std::size_t i = 0; i < page.found.size(); ++i) {
            const auto& [row, access, day_key, secret] = page.found[i];
            const auto& fields = (*opened)[i];
            if (fields.has_error()) {
                const auto left_out = leave_out(row.id, fields.error());
                if (left_out.has_error()) co_return left_out.error();
                continue;
            }
            auto line = facts_json(row, access, *fields, view, home);
            if (line.has_error()) {
                const auto left_out = leave_out(row.id, policy::fail(Code::kCorrupt, line.error().what));
                if (left_out.has_error()) co_return left_out.error();
                continue;
            }
            lines.emplace_back(std::move(*line));
        }
        boost::json::object out;
        out["recordings"] = std::move(lines);
        if (page.next) {
            const auto mac = co_await mac_of(*page.next);
            if (mac.has_error()) co_return mac.error();
            out["next"] = text_of(page_token(*page.next, *mac));
        }
        co_return out;
    }

    /// One line that does not open hides no other: a purge that was quicker is silent, damage is alarmed.
    Result<void> leave_out(policy::RecordingId id, const policy::Error& error) {
        if (error.code == Code::kGone || error.code == Code::kNotFound) return {};
        if (error.code != Code::kCorrupt) return error;
        alarm_damaged(services_, "search.unreadable", id, error);
        return {};
    }

    awaitable<Result<void>> record_search(std::size_t found) {
        auto entry = permitted_entry(services_, admitted_.principal, Action::kRecordingSearch);
        entry.purpose(Word::of(question_.purpose)).number("found", static_cast<std::int64_t>(found));
        if (question_.teams) entry.code("by_team", "given");
        if (question_.agent) entry.code("by_agent", "given");
        if (question_.queue) entry.code("by_queue", "given");
        if (question_.number) entry.code("by_number", "given");
        if (question_.after) entry.code("page", "further");
        if (question_.case_number) {
            const auto sealed = co_await case_id(services_, "case", *question_.case_number);
            if (sealed.has_error()) co_return sealed.error();
            entry.case_ref(*sealed);
        }
        co_return co_await record(services_, std::move(entry));
    }

    Services& services_;
    http::Request& request_;
    Admitted admitted_;
    SearchQuestion question_;
};

}  // namespace

awaitable<http::Response> SearchRecordings::handle(http::Request& request) {
    auto caller = co_await admit_caller(services_, request, policy::Action::kSearch, Action::kRecordingSearch);
    if (auto* response = std::get_if<http::Response>(&caller)) co_return std::move(*response);
    const auto text = co_await request.body().read_all(kMaxQueryInBytes);
    if (text.has_error()) co_return http::problem_response(request.id(), text.error());
    std::vector<policy::Fault> faults;
    auto question = read_search(*text, faults);
    if (!question) co_return refused(request, "invalid", "The input breaks a rule", faults);
    Searching searching(services_, request, std::move(std::get<Admitted>(caller)), std::move(*question));
    co_return co_await searching.run();
}

}  // namespace gateway::recordings
