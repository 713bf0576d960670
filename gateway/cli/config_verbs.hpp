#pragma once

namespace CLI {
class App;
}

namespace gateway::cli {

struct Context;

/// `callvault config check | reference | default`.
void add_config(CLI::App& app, Context& context);

}  // namespace gateway::cli
