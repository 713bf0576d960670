#pragma once

#include "gateway/cli/context.hpp"

namespace gateway::cli {

/// The program: reads the arguments, does what they say, prints on `streams`, and returns the exit code
/// (exit_code.hpp).
int run(int argc, const char* const* argv, Streams streams, Serve serve);

}  // namespace gateway::cli
