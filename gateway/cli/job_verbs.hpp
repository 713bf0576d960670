#pragma once

namespace CLI {
class App;
}

namespace gateway::cli {

struct Context;

/// `callvault job list | revive`.
void add_job(CLI::App& app, Context& context);

}  // namespace gateway::cli
