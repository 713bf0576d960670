#include "gateway/cli/proposal_verbs.hpp"

#include <string>

#include "gateway/cli/render.hpp"
#include "gateway/cli/server_call.hpp"
#include "gateway/cli/verb.hpp"

namespace gateway::cli {

namespace {

constexpr const char* kProposals = "/v1/proposals";

struct ProposalArguments {
    std::string id;
};

std::string path_of(const ProposalArguments& arguments) {
    return std::string(kProposals) + '/' + percent_encoded(arguments.id);
}

Exit list_proposals(Context& context, const NoArguments&) {
    const auto answer = call_server(context, {"GET", kProposals, {}, {}});
    if (context.json) {
        print_answer(context, answer);
        return Exit::kGood;
    }
    const auto object = object_of(answer);
    const auto* proposals = object.if_contains("proposals");
    print_table(context, {"kind", "proposed_at", "expires_at", "proposed_by", "id"},
                proposals != nullptr && proposals->is_array() ? proposals->get_array() : boost::json::array{},
                "nothing waits for a second person");
    return Exit::kGood;
}

Exit show_proposal(Context& context, const ProposalArguments& arguments) {
    print_answer(context, call_server(context, {"GET", path_of(arguments), {}, {}}));
    return Exit::kGood;
}

Exit approve(Context& context, const ProposalArguments& arguments) {
    print_answer(context, call_server(context, {"POST", path_of(arguments) + "/approval", {}, {}}));
    return Exit::kGood;
}

}  // namespace

void add_proposal(CLI::App& app, Context& context) {
    CLI::App& noun = add_noun(app, "proposal", "What waits for a second person");
    add_verb(noun, context, "list", "The open proposals, oldest first", "callvault proposal list", &list_proposals);
    const auto shown = add_verb(noun, context, "show", "A proposal as it stands",
                                "callvault proposal show 9f2c1a4be07d4c55a1b3d6e8f0917263", &show_proposal);
    shown->add_option("ID", shown.arguments->id, "Id of the proposal")->required();
    const auto approved =
        add_verb(noun, context, "approve", "Approves what another person proposed; it is executed at once",
                 "callvault proposal approve 9f2c1a4be07d4c55a1b3d6e8f0917263", &approve);
    approved->add_option("ID", approved.arguments->id, "Id of the proposal")->required();
}

}  // namespace gateway::cli
