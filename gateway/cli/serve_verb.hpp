#pragma once

namespace CLI {
class App;
}

namespace gateway::cli {

struct Context;

/// `callvault serve`.
void add_serve(CLI::App& app, Context& context);

}  // namespace gateway::cli
