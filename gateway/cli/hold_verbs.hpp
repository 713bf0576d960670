#pragma once

namespace CLI {
class App;
}

namespace gateway::cli {

struct Context;

/// `callvault hold show | release`.
void add_hold(CLI::App& app, Context& context);

}  // namespace gateway::cli
