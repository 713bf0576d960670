#pragma once

namespace CLI {
class App;
}

namespace gateway::cli {

struct Context;

/// `callvault ledger call | person`: who heard what.
void add_ledger(CLI::App& app, Context& context);

}  // namespace gateway::cli
