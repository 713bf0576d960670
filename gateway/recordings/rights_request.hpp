#pragma once

#include <boost/asio/awaitable.hpp>
#include <initializer_list>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "gateway/auth/principal.hpp"
#include "gateway/http/request.hpp"
#include "gateway/http/response.hpp"
#include "gateway/recordings/caller.hpp"
#include "gateway/recordings/services.hpp"
#include "policy/access.hpp"
#include "storage/audit/deletion_ledger.hpp"
#include "storage/catalogue/recordings.hpp"
#include "storage/catalogue/rights.hpp"

namespace gateway::recordings {

/// A recording that a request about rights names, as far as policy must know it.
struct Concerned {
    policy::RecordingId id;
    bool live = false;  ///< False: purged or purging; then only id and facts are set.
    policy::LogId log_id;
    storage::catalogue::Mac ref_mac{};
    policy::Date purge_date{};
    policy::RecordingFacts facts;  ///< `restriction`: of several open ones, one by which the person opposes erasure.
};

/// What all requests about rights share: the caller, the recordings, and the one way to refuse. A refusal stands in the
/// log before it is answered; without that entry the answer is 503.
///
/// Lifetime: services and request must outlive it. Belongs to the request's loop.
class RightsRequest {
  public:
    /// An answer that ends the request, or nothing.
    using Step = boost::asio::awaitable<std::optional<http::Response>>;
    template <class T>
    using Or = boost::asio::awaitable<std::variant<T, http::Response>>;

    RightsRequest(Services& all, http::Request& asks, auth::Principal caller, storage::audit::Action what)
        : services(all), request(asks), principal(std::move(caller)), rules(all.rules.current()), action(what) {}

    /// Whether a role of the caller's allows the one or the other at all, asked before anything is looked up: a refusal
    /// by role tells nothing about what exists.
    Step check_role(policy::Action one, std::optional<policy::Action> other = {});
    bool role_allows(policy::Action wanted) const;

    Or<std::string> read_body();

    /// The recording, or 404. `own`: the caller proved to be its sender by its reference.
    Or<Concerned> look_up(policy::RecordingId id, bool own = false);
    /// All of them, in the order given, or the answer about the first that is not to be had.
    Or<std::vector<Concerned>> look_up_all(std::vector<policy::RecordingId> ids);

    /// Of `decision`: nothing when it permits a recording that is live, else the audited answer.
    Step require(policy::Decision decision, const Concerned& recording);

    boost::asio::awaitable<http::Response> turn_away(policy::Decision decision, std::optional<policy::LogId> log_id);
    /// A refusal that is not policy's: not found, gone, state moved on.
    boost::asio::awaitable<http::Response> deny(storage::audit::Word reason, http::Response response,
                                                std::optional<policy::LogId> log_id = {});
    boost::asio::awaitable<http::Response> not_found();
    boost::asio::awaitable<http::Response> gone();
    boost::asio::awaitable<http::Response> conflict(storage::audit::Word reason, std::string detail);
    http::Response fail_with(const policy::Error& error) { return failed(services, request, error); }

    /// Announces in the deletion ledger what is done next (formats.md: before it is done).
    /// `event` names all but the time and the recordings.
    Step announce(storage::audit::LedgerEvent event, const std::vector<Concerned>& recordings);
    /// Tells the ledger what was lifted, once it is: told before, a copy of yesterday would lift what was refused in
    /// the end. If the ledger does not take it a copy keeps the protection, and people lift it again.
    boost::asio::awaitable<void> announce_lift(storage::audit::LedgerEvent event,
                                               const std::vector<Concerned>& recordings);

    storage::audit::Entry entry(storage::audit::Outcome outcome) const;
    /// entry() that names these: one by its log id, several by their number.
    storage::audit::Entry entry_about(storage::audit::Outcome outcome, const std::vector<Concerned>& recordings) const;
    policy::Request asked() const;

    Services& services;
    http::Request& request;
    const auth::Principal principal;
    const std::shared_ptr<const Rules> rules;
    const storage::audit::Action action;

  private:
    boost::asio::awaitable<policy::Result<void>> weigh_restrictions(policy::RecordingId id,
                                                                    policy::RecordingFacts& facts);
};

storage::audit::LedgerEvent about_hold(storage::audit::LedgerKind kind, policy::HoldId hold);
std::vector<policy::RecordingId> ids_of(const std::vector<Concerned>& recordings);

}  // namespace gateway::recordings
