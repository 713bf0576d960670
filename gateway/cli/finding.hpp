#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/app/load_settings.hpp"
#include "policy/result.hpp"
#include "policy/time.hpp"

namespace gateway::cli {

enum class Level { kOk, kWarn, kFailed };

std::string_view name_of(Level level);  ///< "ok", "warn", "FAILED"

/// What one check of `doctor` found.
struct Finding {
    Level level = Level::kOk;
    std::string check;
    std::string sentence;  ///< What is the case.
    std::string advice;    ///< What to do; empty when all is well.
};

inline Finding good(std::string check, std::string sentence) {
    return {Level::kOk, std::move(check), std::move(sentence), {}};
}
inline Finding warning(std::string check, std::string sentence, std::string advice) {
    return {Level::kWarn, std::move(check), std::move(sentence), std::move(advice)};
}
inline Finding failed(std::string check, std::string sentence, std::string advice) {
    return {Level::kFailed, std::move(check), std::move(sentence), std::move(advice)};
}

/// What the checks look at.
struct Patient {
    const app::LoadedSettings& loaded;
    policy::Instant now;
    policy::Date today;  ///< In the deployment's zone.
};

using Findings = std::vector<Finding>;

/// How a date stands: past is failed, within `days` a warning.
Finding expiry(std::string check, const std::string& thing, policy::Instant until, policy::Instant now, int days,
               const std::string& advice);

// Each blocks, and never throws for what it looks at.
Findings check_certificates(const Patient& patient);
Findings check_law(const Patient& patient);      ///< Residency list, assessments.
Findings check_process(const Patient& patient);  ///< Secret memory, limits.
Findings check_vault(const Patient& patient);
Findings check_old_vault(const Patient& patient);
Findings check_objects(const Patient& patient);
Findings check_database(const Patient& patient);
Findings check_server(const Patient& patient);

}  // namespace gateway::cli
