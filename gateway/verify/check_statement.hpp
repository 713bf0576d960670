#pragma once

#include <span>
#include <string_view>

#include "gateway/verify/note.hpp"
#include "gateway/verify/report.hpp"

namespace gateway::verify {

/// A statement of residency, offline: that it is one, and signed by one of the keys. What it says is shown; whether it
/// is true, no signature tells. Findings: statement.malformed, statement.unknown_key, statement.edited,
/// statement.future_dated, statement.faults (a look found something outside).
void check_statement(std::string_view bytes, std::span<const Key> keys, const std::string& latest, Report& report);

}  // namespace gateway::verify
