#include "gateway/jobs/operate.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/recordings/admission.hpp"
#include "gateway/recordings/caller.hpp"
#include "gateway/recordings/query_values.hpp"

namespace gateway::jobs {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;
using recordings::Admitted;
using storage::audit::Action;
namespace catalogue = storage::catalogue;
namespace json = boost::json;

namespace {

constexpr std::int64_t kMostJobs = 1000;
constexpr std::int64_t kUsualJobs = 100;
constexpr int kDaysBack = 62;    ///< Day keys that were destroyed lately are shown too.
constexpr int kMonthsAhead = 6;  ///< The farthest purge date that a push can have...
constexpr int kDaysAhead = 31;   ///< ...and what the key maker makes beyond it.

std::string_view word(catalogue::KeyState state) {
    switch (state) {
        case catalogue::KeyState::kPlanned:
            return "planned";
        case catalogue::KeyState::kOpen:
            return "open";
        case catalogue::KeyState::kClosed:
            return "closed";
        case catalogue::KeyState::kDestroyed:
            return "destroyed";
    }
    return {};
}

std::string_view word(catalogue::KeyTurn turn) {
    switch (turn) {
        case catalogue::KeyTurn::kCurrent:
            return "current";
        case catalogue::KeyTurn::kFormer:
            return "former";
        case catalogue::KeyTurn::kEmptied:
            return "emptied";
    }
    return {};
}

json::object job_json(const catalogue::JobRow& job) {
    json::object out{{"id", job.id.text()},
                     {"kind", job.kind},
                     {"state", job.state},
                     {"attempts", job.attempts},
                     {"run_at", policy::text(job.run_at)}};
    if (job.recording) out["recording_id"] = job.recording->text();
    if (job.lease_until) out["lease_until"] = policy::text(*job.lease_until);
    if (!job.last_error.empty()) out["last_error"] = job.last_error;
    return out;
}

json::array days_json(const std::vector<catalogue::DayKey>& keys) {
    json::array out;
    for (const auto& key : keys) {
        out.emplace_back(json::object{{"id", key.key.text()},
                                      {"purge_date", policy::text(key.purge_date)},
                                      {"state", word(key.state)},
                                      {"turn", word(key.turn)}});
    }
    return out;
}

json::array keeps_json(const std::vector<catalogue::KeepKey>& keys) {
    json::array out;
    for (const auto& key : keys) {
        out.emplace_back(json::object{
            {"id", key.key.text()}, {"label", key.label}, {"state", word(key.state)}, {"turn", word(key.turn)}});
    }
    return out;
}

json::array epochs_json(const std::vector<catalogue::EpochKey>& keys) {
    json::array out;
    for (const auto& key : keys) {
        out.emplace_back(json::object{{"id", key.key.text()},
                                      {"epoch", key.epoch},
                                      {"state", word(key.state)},
                                      {"created_at", policy::text(key.created_at)}});
    }
    return out;
}

/// How far the keys' way out of an old vault is; nothing while none is left.
class MoveOfKeys {
  public:
    MoveOfKeys(const std::vector<storage::keys::KeyInfo>& outgoing, policy::Date today) : today_(today) {
        for (const auto& key : outgoing) {
            outgoing_.insert(key.id);
            ++stays_[key.purpose];
        }
    }

    void add(const std::vector<catalogue::DayKey>& keys) {
        for (const auto& key : keys) {
            count(key);
            if (outgoing_.contains(key.key)) last_day_ = std::max(last_day_, key.purge_date);
        }
    }
    void add(const std::vector<catalogue::KeepKey>& keys) {
        for (const auto& key : keys) count(key);
    }
    void add(const std::vector<catalogue::EpochKey>& keys) {
        if (!keys.empty() && outgoing_.contains(keys.back().key)) ++to_replace_;
    }

    std::optional<json::object> json() const {
        if (outgoing_.empty() && to_rewrap_ == 0) return std::nullopt;
        json::object stays;
        for (const auto& [purpose, keys] : stays_) stays[storage::keys::name_of(purpose)] = keys;
        json::object out{{"to_replace", to_replace_}, {"to_rewrap", to_rewrap_}, {"in_old_vault", std::move(stays)}};
        if (last_day_ != policy::Date{}) out["last_day"] = policy::text(last_day_);
        return out;
    }

  private:
    /// What is due today goes tonight and is not replaced.
    bool lives(const catalogue::DayKey& key) const { return key.purge_date > today_; }
    bool lives(const catalogue::KeepKey&) const { return true; }

    template <class Key>
    void count(const Key& key) {
        if (!lives(key)) return;
        if (key.state == catalogue::KeyState::kOpen && outgoing_.contains(key.key)) ++to_replace_;
        if (key.state == catalogue::KeyState::kClosed && key.turn == catalogue::KeyTurn::kFormer) ++to_rewrap_;
    }

    policy::Date today_;
    std::set<policy::KeyId> outgoing_;
    std::map<storage::keys::KeyPurpose, std::int64_t> stays_;
    std::int64_t to_replace_ = 0;
    std::int64_t to_rewrap_ = 0;
    policy::Date last_day_{};
};

}  // namespace

awaitable<http::Response> Operate::jobs(http::Request& request) {
    auto caller = co_await recordings::admit_caller(services_, request, policy::Action::kOperate, Action::kJobRead);
    if (auto* response = std::get_if<http::Response>(&caller)) co_return std::move(*response);
    const auto limit = recordings::whole_query(request, "limit", 1, kMostJobs, kUsualJobs);
    if (!limit) co_return recordings::malformed(request, "Send a `limit` from 1 to 1000.");
    const auto rows = co_await services_.catalogue.jobs().list(static_cast<std::int32_t>(*limit), services_.deadline());
    if (rows.has_error()) co_return recordings::failed(services_, request, rows.error());
    const auto figures = co_await services_.catalogue.status().figures(services_.today(), services_.deadline());
    if (figures.has_error()) co_return recordings::failed(services_, request, figures.error());
    json::array lines;
    for (const auto& row : *rows) lines.emplace_back(job_json(row));
    json::object counts;
    for (const auto& [name, count] : figures->jobs) counts[name] = count;
    const auto recorded = co_await recordings::record(
        services_, recordings::permitted_entry(services_, std::get<Admitted>(caller).principal, Action::kJobRead));
    if (recorded.has_error()) co_return recordings::failed(services_, request, recorded.error());
    co_return http::json_response(
        200, json::serialize(json::object{{"jobs", std::move(lines)}, {"counts", std::move(counts)}}));
}

awaitable<http::Response> Operate::revive(http::Request& request) {
    auto caller = co_await recordings::admit_caller(services_, request, policy::Action::kOperate, Action::kJobRevive);
    if (auto* response = std::get_if<http::Response>(&caller)) co_return std::move(*response);
    const auto id = policy::JobId::parse(request.param("id"));
    if (!id) co_return http::problem_response(request.id(), fail(Code::kNotFound, ""));
    auto entry = recordings::permitted_entry(services_, std::get<Admitted>(caller).principal, Action::kJobRevive);
    entry.ref("job", *id);
    const auto recorded = co_await recordings::record(services_, std::move(entry));
    if (recorded.has_error()) co_return recordings::failed(services_, request, recorded.error());
    const auto revived = co_await services_.catalogue.jobs().revive(*id, services_.deadline());
    if (revived.has_value()) co_return http::Response{204, {}, {}};
    if (revived.error().code == Code::kNotFound) co_return http::problem_response(request.id(), revived.error());
    co_return recordings::failed(services_, request, revived.error());
}

awaitable<http::Response> Operate::keys(http::Request& request) {
    auto caller = co_await recordings::admit_caller(services_, request, policy::Action::kManageKeys, Action::kKeyRead);
    if (auto* response = std::get_if<http::Response>(&caller)) co_return std::move(*response);
    const auto today = services_.today();
    const auto last = policy::add_days(policy::add_months(today, kMonthsAhead), kDaysAhead);
    const auto days =
        co_await services_.catalogue.keys().day_keys(policy::add_days(today, -kDaysBack), last, services_.deadline());
    if (days.has_error()) co_return recordings::failed(services_, request, days.error());
    const auto keeps = co_await services_.catalogue.keys().keep_keys(services_.deadline());
    if (keeps.has_error()) co_return recordings::failed(services_, request, keeps.error());
    const auto epochs = co_await services_.catalogue.keys().epochs(services_.deadline());
    if (epochs.has_error()) co_return recordings::failed(services_, request, epochs.error());
    const auto recorded = co_await recordings::record(
        services_, recordings::permitted_entry(services_, std::get<Admitted>(caller).principal, Action::kKeyRead));
    if (recorded.has_error()) co_return recordings::failed(services_, request, recorded.error());
    json::object out{{"days", days_json(*days)}, {"keeps", keeps_json(*keeps)}, {"epochs", epochs_json(*epochs)}};
    auto& vault = services_.vault;
    const auto outgoing = co_await services_.vault_pool.run([&vault] { return vault.outgoing(); });
    if (outgoing.has_error()) {
        services_.log.warning("keys.old_vault", {{"what", outgoing.error().what}});
        out["old_vault"] = "unavailable";
    } else {
        MoveOfKeys move(*outgoing, today);
        move.add(*days);
        move.add(*keeps);
        move.add(*epochs);
        if (auto way = move.json()) out["move"] = std::move(*way);
    }
    co_return http::json_response(200, json::serialize(out));
}

}  // namespace gateway::jobs
