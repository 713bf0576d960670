#pragma once

#include <span>
#include <string_view>

#include "gateway/verify/note.hpp"
#include "gateway/verify/report.hpp"

namespace gateway::verify {

/// A deletion certificate, offline: statement -> batch -> log entry -> signed checkpoint, and what the statement says.
/// Findings: certificate.malformed, certificate.edited (the statement is not in the batch), certificate.wrong_entry
/// (the entry is not that batch's), certificate.not_in_log, certificate.open (it says that something is left),
/// certificate.future_dated, and those of checkpoints.
void check_certificate(std::string_view bytes, std::span<const Key> keys, const std::string& latest, Report& report);

}  // namespace gateway::verify
