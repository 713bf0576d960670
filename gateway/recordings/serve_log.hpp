#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/http/request.hpp"
#include "gateway/http/response.hpp"
#include "gateway/recordings/services.hpp"
#include "policy/result.hpp"
#include "storage/audit/note.hpp"

namespace gateway::recordings {

/// The audit log for outsiders, over HTTPS, as c2sp.org/tlog-tiles has it: what they verify it with needs nothing of
/// callvault. Checkpoint and hash tiles hold no word of anybody; entry bundles are the log itself, and each one read is
/// an entry.
class ServeLog {
  public:
    struct Options {
        bool open = false;  ///< Checkpoint and hash tiles for everyone, who need not say who they are.
        /// The checkpoint that so many of them have cosigned, instead of the newest; none: the newest.
        std::size_t quorum = 0;
        std::vector<storage::audit::VerifierKey> witnesses;
    };

    ServeLog(Services& services, Options options) : services_(services), options_(std::move(options)) {}

    /// GET /log/checkpoint: a signed note. 404: there is none yet, or none that enough of the present witnesses
    /// cosigned.
    boost::asio::awaitable<http::Response> checkpoint(http::Request& request);
    /// GET /log/tile/{path...}: a hash tile, or a bundle of entries (for auditors). 404: no such tile, or a partial one
    /// whose full one is there: ask for that.
    boost::asio::awaitable<http::Response> tile(http::Request& request);

  private:
    /// Reads of heads by callers who said nothing of themselves, at once; more are told to come again.
    static constexpr unsigned kMostAnonymous = 16;
    /// A place among them, for as long as the request lasts.
    class Turn;

    bool has_quorum(std::string_view note) const;
    /// Empty: there is none.
    boost::asio::awaitable<policy::Result<std::string>> note() const;
    boost::asio::awaitable<std::optional<http::Response>> turned_away_from_heads(http::Request& request,
                                                                                 const Turn& turn);

    Services& services_;
    Options options_;
    std::atomic<unsigned> anonymous_{0};
};

}  // namespace gateway::recordings
