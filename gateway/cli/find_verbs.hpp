#pragma once

namespace CLI {
class App;
}

namespace gateway::cli {

struct Context;

/// `callvault recording show | search | certificate`.
void add_find_verbs(CLI::App& noun, Context& context);

}  // namespace gateway::cli
