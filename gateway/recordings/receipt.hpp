#pragma once

#include <string>

#include "gateway/recordings/media_facts.hpp"
#include "gateway/recordings/personal_fields.hpp"
#include "policy/result.hpp"
#include "storage/catalogue/recordings.hpp"

namespace gateway::recordings {

/// The receipt of a push (deploy/openapi.yaml, schema Receipt): made from what is stored, so that the answer to a
/// repeat is the same for ever.
policy::Result<std::string> receipt_json(const storage::catalogue::RecordingRow& row, const PersonalFields& fields);

}  // namespace gateway::recordings
