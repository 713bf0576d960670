#pragma once

#include <filesystem>

#include "gateway/app/load_settings.hpp"

namespace gateway::app {

/// Runs the gateway until SIGTERM or SIGINT; SIGHUP reads the configuration and the certificates anew. Logs to stderr.
/// Returns the exit code: 0 when it stopped in order; 1 when it could not start (the log says why), 3 when
/// a token refused the PIN, and no further try must be made before somebody looked.
/// `file`: where `loaded` was read from, for the next reading.
int serve(const std::filesystem::path& file, LoadedSettings loaded);

}  // namespace gateway::app
