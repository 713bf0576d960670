#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>

#include "gateway/auth/principal.hpp"
#include "gateway/recordings/played_file.hpp"
#include "gateway/recordings/sealed_file.hpp"
#include "gateway/recordings/services.hpp"
#include "policy/access.hpp"
#include "storage/catalogue/recordings.hpp"
#include "storage/crypto/secret.hpp"

namespace gateway::recordings {

/// A recording that is ready to be heard.
struct PreparedPlay {
    policy::LogId log_id;
    PlayedFile file;
    storage::crypto::Key256 data_key;
    SealedFile source;
    std::optional<SealedFile> outline;
};

/// Opens what is played, checks that it opens with its key and that its end is its end. To be called once policy has
/// permitted it: what is due may have lost its keys already. kConflict: it has no playable form. kCorrupt: alarm.
boost::asio::awaitable<policy::Result<PreparedPlay>> prepare_play(Services& services,
                                                                  const storage::catalogue::RecordingFacts& stored);

/// The facts that a play is decided on, as of the row that was read; with rule 47: who erases a call does not play it,
/// from the proposal on until it is gone.
boost::asio::awaitable<policy::Result<policy::RecordingFacts>> facts_to_play(
    Services& services, const storage::catalogue::RecordingFacts& stored, const auth::Principal& principal);

}  // namespace gateway::recordings
