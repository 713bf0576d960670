#pragma once

#include "gateway/cli/context.hpp"
#include "gateway/cli/verb.hpp"

namespace gateway::cli {

/// callvault key move
void add_key_move(CLI::App& noun, Context& context);

}  // namespace gateway::cli
