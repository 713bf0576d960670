#pragma once

#include <boost/asio/awaitable.hpp>
#include <string_view>
#include <vector>

#include "gateway/auth/principal.hpp"
#include "gateway/recordings/personal_fields.hpp"
#include "gateway/recordings/services.hpp"
#include "policy/access.hpp"
#include "storage/catalogue/recordings.hpp"
#include "storage/catalogue/search.hpp"
#include "storage/crypto/secret.hpp"

namespace gateway::recordings {

// A recording that is in the catalogue: what it takes to decide about it and to open it. Failures of the seal are
// kCorrupt, which the caller alarms and never retries.

/// The facts as policy sees them, for a caller whose own history with the recording does not matter (rule 47 is looked
/// at by open_play and by erasure). kInternal: a word in the row that policy does not know.
policy::Result<policy::RecordingFacts> facts_for_policy(const storage::catalogue::RecordingFacts& stored,
                                                        const auth::Principal& principal);
/// The same for a row that a search found.
policy::Result<policy::RecordingFacts> facts_for_policy(const storage::catalogue::RecordingRow& row,
                                                        const storage::catalogue::AccessState& access,
                                                        const auth::Principal& principal);

/// Something of a stored recording failed its seal, is missing, or cannot be: counted for the alarm, and logged as
/// `event`.
void alarm_damaged(Services& services, std::string_view event, const policy::RecordingId& recording,
                   const policy::Error& error);

/// Whether such a failure means that no key opens it any more, as opposed to a vault that does not answer.
constexpr bool is_dark(policy::Code code) {
    return code == policy::Code::kNotFound || code == policy::Code::kGone || code == policy::Code::kCorrupt;
}

/// The personal fields; unwraps nothing of the audio.
boost::asio::awaitable<policy::Result<PersonalFields>> open_fields(Services& services,
                                                                   const storage::catalogue::RecordingFacts& stored);

/// The personal fields of what a search found, in one call of the vault; in the order of `found`, each with its own
/// failure: kGone or kNotFound where the purge was quicker.
boost::asio::awaitable<policy::Result<std::vector<policy::Result<PersonalFields>>>> open_fields(
    Services& services, const std::vector<storage::catalogue::Found>& found);

/// What opens the audio.
struct AudioAccess {
    storage::crypto::Key256 data_key;
    policy::LogId log_id;  ///< The recording's name in the log.
};

/// From memory when it was unwrapped in the last minute, else by one call of the vault.
boost::asio::awaitable<policy::Result<AudioAccess>> open_audio(Services& services,
                                                               const storage::catalogue::RecordingFacts& stored);

}  // namespace gateway::recordings
