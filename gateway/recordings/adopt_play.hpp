#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "gateway/auth/principal.hpp"
#include "gateway/recordings/play.hpp"
#include "gateway/recordings/play_registry.hpp"
#include "gateway/recordings/services.hpp"
#include "storage/catalogue/plays.hpp"

namespace gateway::recordings {

/// Who asks for a play that this gateway does not hold.
struct Adopter {
    auth::Principal principal;
    std::array<std::byte, 32> credentials{};  ///< As PlayTerms::credentials.
    std::uint64_t generation = 0;             ///< Of the registry, before the caller was looked at.
};

/// Takes up a play that another gateway opened: decides on recording and caller as they are now, but for the second
/// factor, which was fresh when the play was opened; has the data key unwrapped anew, joins the gateways that hold it,
/// and serves once its own renewal says so. What was served elsewhere counts for its pace and its closing entry.
///
/// `row`: the caller's own, open. kDenied: policy would not open it now. kGone: it has ended, or the recording has.
/// Others: a part does not answer; the play is not lost by that.
boost::asio::awaitable<policy::Result<std::shared_ptr<Play>>> adopt_play(Services& services, PlayRegistry& plays,
                                                                         storage::catalogue::PlayRow row,
                                                                         Adopter adopter);

}  // namespace gateway::recordings
