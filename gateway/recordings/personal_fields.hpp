#pragma once

#include <string_view>

#include "policy/claim.hpp"
#include "policy/ids.hpp"
#include "policy/result.hpp"
#include "storage/crypto/secret.hpp"
#include "storage/crypto/sha256.hpp"

namespace gateway::recordings {

/// What identifies people, and what links a recording to its audio or to the log: sealed as one blob beside the wrapped
/// data key, and gone with it. Nothing of it stands in a column, a log or a URL.
struct PersonalFields {
    policy::LogId log_id;                 ///< The recording's id in the audit log.
    storage::crypto::Digest256 digest{};  ///< SHA-256 of the body as pushed.
    std::string rule;                     ///< The rule that set the purge date, in words, for the receipt.
    policy::Claim claim;  ///< The metadata as admitted: references, numbers, names, evidence of the basis.
};

/// JSON; at most a few KiB more than the metadata was.
storage::crypto::SecretBytes encode(const PersonalFields& fields);
/// kCorrupt: not what encode() wrote.
policy::Result<PersonalFields> personal_fields_from(const storage::crypto::SecretBytes& bytes);

}  // namespace gateway::recordings
