#pragma once

namespace CLI {
class App;
}

namespace gateway::cli {

struct Context;

/// `callvault store move`.
void add_store(CLI::App& app, Context& context);

}  // namespace gateway::cli
