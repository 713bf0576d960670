#pragma once

namespace CLI {
class App;
}

namespace gateway::cli {

struct Context;

/// `callvault proposal list | show | approve`.
void add_proposal(CLI::App& app, Context& context);

}  // namespace gateway::cli
