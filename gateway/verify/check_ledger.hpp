#pragma once

#include <span>

#include "gateway/verify/log_source.hpp"
#include "gateway/verify/note.hpp"
#include "gateway/verify/report.hpp"

namespace gateway::verify {

/// The deletion ledger: records numbered without a gap, each naming the SHA-256 of the one before, each signed.
/// Findings: ledger.cut (a record is missing), ledger.edited, ledger.resigned, ledger.malformed, ledger.reordered,
/// ledger.broken_chain, ledger.future_dated. A folder without a ledger is told as not checked.
void check_ledger(const LogSource& log, std::span<const Key> keys, const std::string& latest, Report& report);

}  // namespace gateway::verify
