#pragma once

namespace CLI {
class App;
}

namespace gateway::cli {

struct Context;

/// `callvault key init | new-root | list | rotate-root | add-copy`.
void add_key(CLI::App& app, Context& context);

}  // namespace gateway::cli
