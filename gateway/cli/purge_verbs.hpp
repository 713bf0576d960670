#pragma once

namespace CLI {
class App;
}

namespace gateway::cli {

struct Context;

/// `callvault purge run | list | show | continue`.
void add_purge(CLI::App& app, Context& context);

}  // namespace gateway::cli
