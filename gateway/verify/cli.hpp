#pragma once

#include <iosfwd>

namespace gateway::verify {

/// The program: reads the arguments, prints the report on `out` and complaints on `err`, returns the exit code
/// (0 good, 1 bad evidence, 2 usage, 3 could not read).
int run(int argc, const char* const* argv, std::ostream& out, std::ostream& err);

}  // namespace gateway::verify
