#include "gateway/cli/recording_verbs.hpp"

#include "gateway/cli/find_verbs.hpp"
#include "gateway/cli/rights_verbs.hpp"
#include "gateway/cli/verb.hpp"

namespace gateway::cli {

void add_recording(CLI::App& app, Context& context) {
    CLI::App& noun = add_noun(app, "recording", "Finds recordings, and acts on the rights of those who were recorded");
    add_find_verbs(noun, context);
    add_rights_verbs(noun, context);
}

}  // namespace gateway::cli
