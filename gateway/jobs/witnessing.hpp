#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gateway/recordings/services.hpp"
#include "policy/result.hpp"
#include "storage/audit/log_reader.hpp"
#include "storage/audit/note.hpp"
#include "storage/net/https_client.hpp"
#include "storage/net/url.hpp"

namespace gateway::jobs {

/// Somebody outside who keeps the newest checkpoint they saw of this log, and signs only what goes on from it
/// (c2sp.org/tlog-witness).
struct Witness {
    storage::net::Url submission;  ///< The address that "/add-checkpoint" is put after.
    storage::audit::VerifierKey key;
    std::shared_ptr<const storage::net::HttpsClient> client;
};

/// Has the newest checkpoint cosigned, and makes it the one that outsiders are given once a quorum of witnesses has.
/// The log itself waits for nobody: an act is answered, numbered and published whether a witness answers or not.
///
/// A witness that does not answer is asked less and less often. One that knows a larger log, or another one of the same
/// size, has seen what this log has lost or never had: an alarm, and nothing that it can mend by itself.
class Witnessing {
  public:
    Witnessing(recordings::Services& services, const storage::audit::LogReader& log, std::vector<Witness> witnesses,
               std::size_t quorum);

    /// Before anything is opened: kCorrupt when a witness has seen more of this log than there is, or another one of
    /// the same size: it was set back, and going on would fork it. A witness that does not answer says nothing.
    boost::asio::awaitable<policy::Result<void>> compare();

    /// Leads by "witnessing"; says when to look again.
    boost::asio::awaitable<policy::Result<std::chrono::milliseconds>> step();

  private:
    struct State {
        Witness witness;
        std::uint64_t size = 0;  ///< What it knows, as far as this process has heard.
        std::chrono::steady_clock::time_point not_before{};
        std::chrono::milliseconds back_off{};
    };

    /// The witness's line, or why there is none. kConflict: it knows another log.
    boost::asio::awaitable<policy::Result<std::string>> ask(State& state,
                                                            const storage::audit::SignedCheckpoint& newest,
                                                            storage::async::Deadline deadline);
    boost::asio::awaitable<policy::Result<std::string>> ask_once(State& state,
                                                                 const storage::audit::SignedCheckpoint& newest,
                                                                 storage::async::Deadline deadline);
    boost::asio::awaitable<policy::Result<void>> keep(const storage::audit::SignedCheckpoint& newest, std::string note);
    void report(const State& state, const policy::Error* error);
    void show(const State& state, const char* name, const char* help, std::int64_t value);
    void show_answers(const State& state, std::int64_t value);
    void show_conflict(const State& state, std::int64_t value);

    recordings::Services& services_;
    const storage::audit::LogReader& log_;
    std::vector<State> states_;
    std::size_t quorum_;
};

}  // namespace gateway::jobs
