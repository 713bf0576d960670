#pragma once

namespace CLI {
class App;
}

namespace gateway::cli {

struct Context;

/// `callvault audit key | checkpoint | entries | recover`.
void add_audit(CLI::App& app, Context& context);

}  // namespace gateway::cli
