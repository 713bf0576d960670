#include "gateway/cli/serve_verb.hpp"

#include "gateway/cli/verb.hpp"

namespace gateway::cli {

namespace {

Exit serve(Context& context, const NoArguments&) {
    return static_cast<Exit>(context.serve(context.config, load(context)));
}

}  // namespace

void add_serve(CLI::App& app, Context& context) {
    add_verb(app, context, "serve",
             "Runs the gateway until SIGTERM; SIGHUP reads configuration and certificates anew. Logs to stderr",
             "callvault serve --config /etc/callvault/callvault.toml", &serve);
}

}  // namespace gateway::cli
