#include "gateway/cli/hold_verbs.hpp"

#include <boost/json/serialize.hpp>
#include <string>

#include "gateway/cli/render.hpp"
#include "gateway/cli/server_call.hpp"
#include "gateway/cli/verb.hpp"

namespace gateway::cli {

namespace {

struct HoldArguments {
    std::string id;
};

struct ReleaseArguments {
    std::string id;
    std::string reason;
};

Exit show_hold(Context& context, const HoldArguments& arguments) {
    print_answer(context, call_server(context, {"GET", "/v1/holds/" + percent_encoded(arguments.id), {}, {}}));
    return Exit::kGood;
}

Exit release(Context& context, const ReleaseArguments& arguments) {
    const boost::json::object body{{"case", given_or_read(context, arguments.reason)}};
    const std::string target = "/v1/holds/" + percent_encoded(arguments.id) + "/release";
    print_answer(context, call_server(context, {"POST", target, {}, boost::json::serialize(body)}));
    return Exit::kGood;
}

}  // namespace

void add_hold(CLI::App& app, Context& context) {
    CLI::App& noun = add_noun(app, "hold", "Legal holds; \"recording hold\" makes one");
    const auto shown = add_verb(noun, context, "show", "A hold and its recordings",
                                "callvault hold show 9f2c1a4be07d4c55a1b3d6e8f0917263", &show_hold);
    shown->add_option("ID", shown.arguments->id, "Id of the hold")->required();
    const auto released =
        add_verb(noun, context, "release", "Proposes to release a hold; a second privacy officer approves",
                 "echo CASE-17 | callvault hold release 9f2c1a4be07d4c55a1b3d6e8f0917263 --case -", &release);
    released->add_option("ID", released.arguments->id, "Id of the hold")->required();
    released->add_option("--case", released.arguments->reason, "Why; - reads it from standard input")->required();
}

}  // namespace gateway::cli
