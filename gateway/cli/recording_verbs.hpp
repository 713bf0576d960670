#pragma once

namespace CLI {
class App;
}

namespace gateway::cli {

struct Context;

/// `callvault recording show | search | withdraw | restrict | lift | hold | erase | certificate`.
void add_recording(CLI::App& app, Context& context);

}  // namespace gateway::cli
