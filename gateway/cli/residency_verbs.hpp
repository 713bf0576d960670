#pragma once

namespace CLI {
class App;
}

namespace gateway::cli {

struct Context;

/// `callvault residency report`.
void add_residency(CLI::App& app, Context& context);

}  // namespace gateway::cli
