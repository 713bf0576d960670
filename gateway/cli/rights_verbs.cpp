#include "gateway/cli/rights_verbs.hpp"

#include <boost/json/serialize.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "gateway/cli/render.hpp"
#include "gateway/cli/server_call.hpp"
#include "gateway/cli/verb.hpp"

namespace gateway::cli {

namespace {

constexpr const char* kReadsCase = "The case; - reads it from standard input";

struct WithdrawArguments {
    std::string id;
    std::string reference;
};

struct RestrictArguments {
    std::string id;
    std::string ground;
    std::string case_id;
};

struct LiftArguments {
    std::string id;
    std::string restriction;
    std::string notice;
};

struct HoldArguments {
    std::vector<std::string> ids;
    std::string matter;
    std::string owner;
    std::string review;
};

struct EraseArguments {
    std::vector<std::string> ids;
    std::string ground;
    std::string case_id;
};

Exit post(const Context& context, const std::string& target, const boost::json::object& body) {
    print_answer(context, call_server(context, {"POST", target, {}, boost::json::serialize(body)}));
    return Exit::kGood;
}

std::string path_of(const std::string& id) {
    return "/v1/recordings/" + percent_encoded(id);
}

Exit withdraw(Context& context, const WithdrawArguments& arguments) {
    if (arguments.id.empty() == arguments.reference.empty()) {
        throw CommandError(Exit::kUsage, "name the recording by its id or by --ref, not both");
    }
    if (!arguments.id.empty()) return post(context, "/v1/withdrawals", {{"recording_id", arguments.id}});
    return post(context, "/v1/withdrawals", {{"recording_ref", given_or_read(context, arguments.reference)}});
}

Exit restrict_it(Context& context, const RestrictArguments& arguments) {
    return post(context, path_of(arguments.id) + "/restrictions",
                {{"ground", arguments.ground}, {"case", given_or_read(context, arguments.case_id)}});
}

Exit lift(Context& context, const LiftArguments& arguments) {
    const std::string target = path_of(arguments.id) + "/restrictions/" + percent_encoded(arguments.restriction) +
                               "?notice=" + percent_encoded(given_or_read(context, arguments.notice));
    call_server(context, {"DELETE", target, {}, {}});
    context.streams.out << (context.json ? "{\"lifted\":true}\n" : "lifted\n");
    return Exit::kGood;
}

Exit hold(Context& context, const HoldArguments& arguments) {
    return post(context, "/v1/holds",
                {{"recordings", boost::json::array(arguments.ids.begin(), arguments.ids.end())},
                 {"matter", given_or_read(context, arguments.matter)},
                 {"owner", given_or_read(context, arguments.owner)},
                 {"review_on", arguments.review}});
}

Exit erase(Context& context, const EraseArguments& arguments) {
    return post(context, "/v1/erasures",
                {{"recordings", boost::json::array(arguments.ids.begin(), arguments.ids.end())},
                 {"ground", arguments.ground},
                 {"case", given_or_read(context, arguments.case_id)}});
}

void add_withdraw(CLI::App& noun, Context& context) {
    const auto verb =
        add_verb(noun, context, "withdraw",
                 "Reports that consent was withdrawn: restricts at once, and sets the erasure within 72 hours",
                 "callvault recording withdraw 9f2c1a4be07d4c55a1b3d6e8f0917263", &withdraw);
    verb->add_option("ID", verb.arguments->id, "Id of the recording");
    verb->add_option("--ref", verb.arguments->reference,
                     "The sender's reference instead; - reads it from standard input");
}

void add_restrictions(CLI::App& noun, Context& context) {
    const auto verb =
        add_verb(noun, context, "restrict", "Restricts a recording (Art. 18, 21): nobody plays it, nothing purges it",
                 "echo CASE-17 | callvault recording restrict 9f2c1a4be07d4c55a1b3d6e8f0917263 --ground accuracy "
                 "--case -",
                 &restrict_it);
    verb->add_option("ID", verb.arguments->id, "Id of the recording")->required();
    verb->add_option("--ground", verb.arguments->ground, "accuracy, unlawful, claims or objection")
        ->required()
        ->check(CLI::IsMember({"accuracy", "unlawful", "claims", "objection"}));
    verb->add_option("--case", verb.arguments->case_id, kReadsCase)->required();
    const auto lifted =
        add_verb(noun, context, "lift", "Lifts a restriction, after the letter that says so was sent",
                 "callvault recording lift 9f2c1a4be07d4c55a1b3d6e8f0917263 1b6e... --notice LETTER-4", &lift);
    lifted->add_option("ID", lifted.arguments->id, "Id of the recording")->required();
    lifted->add_option("RESTRICTION", lifted.arguments->restriction, "Id of the restriction")->required();
    lifted->add_option("--notice", lifted.arguments->notice, "Id of the letter; - reads it from standard input")
        ->required();
}

void add_holding(CLI::App& noun, Context& context) {
    const auto verb =
        add_verb(noun, context, "hold",
                 "Puts recordings under a legal hold, all or none; as a supervisor, asks a privacy officer for one",
                 "callvault recording hold 9f2c1a4be07d4c55a1b3d6e8f0917263 --matter - --owner legal "
                 "--review-on 2027-04-30 < matter",
                 &hold);
    verb->add_option("ID", verb.arguments->ids, "Ids of the recordings")->required();
    verb->add_option("--matter", verb.arguments->matter, "The matter; - reads it from standard input")->required();
    verb->add_option("--owner", verb.arguments->owner, "Who owns it; - reads it from standard input")->required();
    verb->add_option("--review-on", verb.arguments->review, "Day of its review, at most six months ahead")->required();
}

void add_erasing(CLI::App& noun, Context& context) {
    const auto verb =
        add_verb(noun, context, "erase",
                 "Proposes an erasure (Art. 17), all or none; a second privacy officer approves, then it happens",
                 "echo CASE-17 | callvault recording erase 9f2c1a4be07d4c55a1b3d6e8f0917263 --ground objection "
                 "--case -",
                 &erase);
    verb->add_option("ID", verb.arguments->ids, "Ids of the recordings")->required();
    verb->add_option("--ground", verb.arguments->ground,
                     "no_longer_needed, consent_withdrawn, objection, unlawful, legal_obligation or child")
        ->required()
        ->check(CLI::IsMember(
            {"no_longer_needed", "consent_withdrawn", "objection", "unlawful", "legal_obligation", "child"}));
    verb->add_option("--case", verb.arguments->case_id, kReadsCase)->required();
}

}  // namespace

void add_rights_verbs(CLI::App& noun, Context& context) {
    add_withdraw(noun, context);
    add_restrictions(noun, context);
    add_holding(noun, context);
    add_erasing(noun, context);
}

}  // namespace gateway::cli
