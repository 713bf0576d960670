#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gateway/recordings/services.hpp"
#include "policy/result.hpp"
#include "storage/async/deadline.hpp"

namespace gateway::jobs {

/// Looks again and again whether everything lies where it may (rule 42), as the start did: the bucket's region, copies
/// and rules, and the countries that the configuration declares, by today's date. What is wrong stops new recordings,
/// and nothing else, until a look finds it right. Each look stands in the audit log and in the catalogue.
///
/// A store that does not answer proves nothing: the verdict before stays for a time; then nothing new is stored until
/// it answers.
class ResidencyWatch {
  public:
    /// What is wrong, each as a sentence for the operator.
    using Look =
        std::function<boost::asio::awaitable<policy::Result<std::vector<std::string>>>(storage::async::Deadline)>;

    static constexpr std::chrono::hours kTrusted{26};  ///< A night's look, and two hours.

    /// `trusted`: how long a verdict stays without an answer.
    ResidencyWatch(recordings::Services& services, Look look, std::chrono::milliseconds every,
                   std::chrono::milliseconds trusted = kTrusted)
        : services_(services), look_(std::move(look)), every_(every), trusted_(trusted) {}

    /// One look; when the next one is due: after `every`, or within a minute while something is wrong.
    boost::asio::awaitable<policy::Result<std::chrono::milliseconds>> step();

  private:
    void judge(bool good);
    boost::asio::awaitable<policy::Result<void>> note(const std::vector<std::string>& faults);

    recordings::Services& services_;
    Look look_;
    const std::chrono::milliseconds every_;
    const std::chrono::milliseconds trusted_;
    std::chrono::steady_clock::time_point answered_ = std::chrono::steady_clock::now();  ///< The start looked.
};

}  // namespace gateway::jobs
