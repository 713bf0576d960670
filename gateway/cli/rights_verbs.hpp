#pragma once

namespace CLI {
class App;
}

namespace gateway::cli {

struct Context;

/// `callvault recording withdraw | restrict | lift | hold | erase`.
void add_rights_verbs(CLI::App& noun, Context& context);

}  // namespace gateway::cli
