#pragma once

#include <boost/asio/awaitable.hpp>
#include <vector>

#include "gateway/recordings/personal_fields.hpp"
#include "gateway/recordings/services.hpp"
#include "policy/result.hpp"
#include "storage/catalogue/recordings.hpp"

namespace gateway::jobs {

/// A recording's secret and blind index tokens under another key; the audio and its data key are as before.
struct Rewrapped {
    storage::catalogue::Secret secret;
    std::vector<storage::catalogue::Mac> tokens;
};

/// Takes what hangs on the recording's key, of which `fields` is the part for the index, to the key `to`, under the
/// current epoch. Changes nothing: the caller enters it (catalogue::Keys::rewrapped). Errors: the vault's and the
/// catalogue's; kCorrupt, kGone and kNotFound: no key opens it any more.
boost::asio::awaitable<policy::Result<Rewrapped>> rewrap(recordings::Services& services,
                                                         const storage::catalogue::RecordingFacts& stored,
                                                         const recordings::PersonalFields& fields, policy::KeyId to);

}  // namespace gateway::jobs
