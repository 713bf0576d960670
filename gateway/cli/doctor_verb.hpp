#pragma once

namespace CLI {
class App;
}

namespace gateway::cli {

struct Context;

/// `callvault doctor`.
void add_doctor(CLI::App& app, Context& context);

}  // namespace gateway::cli
