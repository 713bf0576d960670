#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <variant>

#include "gateway/auth/principal.hpp"
#include "gateway/http/request.hpp"
#include "gateway/http/response.hpp"
#include "gateway/recordings/play_registry.hpp"
#include "gateway/recordings/services.hpp"
#include "storage/audit/entry.hpp"
#include "storage/catalogue/plays.hpp"

namespace gateway::recordings {

/// The requests of a listener who has a play: its audio, its state, its end. They may come to any gateway.
class Listen {
  public:
    Listen(Services& services, PlayRegistry& plays) : services_(services), plays_(plays) {}

    /// GET and HEAD /v1/plays/{id}/audio.wav and audio.m4a: whichever the play has, by either name.
    boost::asio::awaitable<http::Response> audio(http::Request& request);
    /// GET /v1/plays/{id}/peaks.dat and silence.json
    boost::asio::awaitable<http::Response> peaks(http::Request& request);
    boost::asio::awaitable<http::Response> silence(http::Request& request);
    /// GET /v1/plays/{id}
    boost::asio::awaitable<http::Response> state(http::Request& request);
    /// POST /v1/plays/{id}/position
    boost::asio::awaitable<http::Response> position(http::Request& request);
    /// DELETE /v1/plays/{id}
    boost::asio::awaitable<http::Response> close(http::Request& request);

  private:
    enum class OutlinePart { kPeaks, kSilence };
    boost::asio::awaitable<http::Response> outline(http::Request& request, OutlinePart part);
    /// The caller's own play: held here, or as the catalogue remembers it, with who asks for it.
    struct Found {
        std::shared_ptr<Play> play;
        std::optional<storage::catalogue::PlayRow> remembered;
        std::optional<auth::Principal> principal;
    };
    boost::asio::awaitable<std::variant<Found, http::Response>> play_of(http::Request& request);
    /// The same, where bytes may flow now; taken up from another gateway if need be.
    boost::asio::awaitable<std::variant<std::shared_ptr<Play>, http::Response>> sounding(http::Request& request);
    boost::asio::awaitable<std::variant<std::shared_ptr<Play>, http::Response>> take_up(http::Request& request,
                                                                                        Found found,
                                                                                        std::uint64_t generation);
    boost::asio::awaitable<http::Response> deny(const http::Request& request, storage::audit::Actor actor,
                                                std::optional<policy::PlayId> play, storage::audit::Word reason,
                                                http::Response response);

    Services& services_;
    PlayRegistry& plays_;
};

/// What a caller proved who they are with, hashed: the Authorization header and the client certificate. Zero when there
/// is no such header: a certificate or a local user is looked up each time, which asks nobody; a session cookie too,
/// for it may have been replaced, or its session ended, since the play was opened.
std::array<std::byte, 32> credentials_of(const http::Request& request);

}  // namespace gateway::recordings
