#include "gateway/cli/find_verbs.hpp"

#include <unistd.h>

#include <boost/json/serialize.hpp>
#include <cerrno>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "gateway/cli/render.hpp"
#include "gateway/cli/search_times.hpp"
#include "gateway/cli/server_call.hpp"
#include "gateway/cli/verb.hpp"
#include "gateway/observe/system_clock.hpp"

namespace gateway::cli {

namespace {

struct FactsArguments {
    std::string id;
    std::string purpose;
    std::string case_id;
};

struct SearchArguments {
    std::string purpose;
    std::string case_id;
    std::string from;
    std::string to;
    std::vector<std::string> teams;
    std::string agent;
    std::string number;
    unsigned limit = 50;
    std::string after;
};

struct CertificateArguments {
    std::string id;
    std::string file;
};

Exit show_facts(Context& context, const FactsArguments& arguments) {
    HttpQuestion question{"GET", "/v1/recordings/" + percent_encoded(arguments.id), {}, {}};
    if (!arguments.purpose.empty()) question.target += "?purpose=" + percent_encoded(arguments.purpose);
    if (!arguments.case_id.empty())
        question.headers.push_back({"Callvault-Case", given_or_read(context, arguments.case_id)});
    print_answer(context, call_server(context, question));
    return Exit::kGood;
}

/// The clock of the deployment's zone; null when this user may not read the configuration.
std::unique_ptr<const observe::Clock> zone_of(const Context& context) {
    if (::access(context.config.c_str(), R_OK) != 0) return nullptr;
    return value_or_end(observe::SystemClock::create(load(context).settings.deployment.time_zone));
}

boost::json::object search_body(const Context& context, const SearchArguments& arguments) {
    const auto zone = zone_of(context);
    boost::json::object body{{"purpose", arguments.purpose},
                             {"from", search_from(arguments.from, zone.get())},
                             {"to", search_to(arguments.to, zone.get())},
                             {"limit", arguments.limit}};
    if (!arguments.case_id.empty()) body["case"] = given_or_read(context, arguments.case_id);
    if (!arguments.teams.empty()) body["teams"] = boost::json::array(arguments.teams.begin(), arguments.teams.end());
    if (!arguments.agent.empty()) body["agent"] = given_or_read(context, arguments.agent);
    if (!arguments.number.empty()) body["number"] = given_or_read(context, arguments.number);
    if (!arguments.after.empty()) body["after"] = arguments.after;
    return body;
}

Exit search(Context& context, const SearchArguments& arguments) {
    const auto body = boost::json::serialize(search_body(context, arguments));
    const auto answer = call_server(context, {"POST", "/v1/searches", {}, body});
    if (context.json) {
        print_answer(context, answer);
        return Exit::kGood;
    }
    const auto page = object_of(answer);
    const auto* found = page.if_contains("recordings");
    print_table(context,
                {"started_at", "duration_ms", "team.id", "agent.id", "caller.number", "callee.number", "state", "id"},
                found != nullptr && found->is_array() ? found->get_array() : boost::json::array{}, "nothing was found");
    if (const auto* next = page.if_contains("next")) {
        context.streams.out << "There is more: the same again with --after " << printable(words_of(*next)) << '\n';
    }
    return Exit::kGood;
}

Exit certificate(Context& context, const CertificateArguments& arguments) {
    const auto answer =
        call_server(context, {"GET", "/v1/recordings/" + percent_encoded(arguments.id) + "/certificate", {}, {}});
    if (answer.head.status == 202) {
        throw CommandError(
            Exit::kUnavailable,
            "the recording is gone; its certificate waits for the next checkpoint of the audit log: ask again");
    }
    deliver_document(context, answer, "certificate", arguments.file);
    return Exit::kGood;
}

void add_show(CLI::App& noun, Context& context) {
    const auto verb =
        add_verb(noun, context, "show", "What is known of a recording; numbers are masked",
                 "callvault recording show 9f2c1a4be07d4c55a1b3d6e8f0917263 --purpose quality", &show_facts);
    verb->add_option("ID", verb.arguments->id, "Id of the recording")->required();
    verb->add_option("--purpose", verb.arguments->purpose, "Why you look (quality, training, complaint, ...)")
        ->required();
    verb->add_option("--case", verb.arguments->case_id,
                     "Case; a privacy officer needs one; - reads it from standard input");
}

void add_search(CLI::App& noun, Context& context) {
    const auto verb = add_verb(noun, context, "search", "Finds calls by period, team, agent or number, newest first",
                               "echo +31201234567 | callvault recording search --purpose quality --from 2026-11-01 "
                               "--to 2026-11-07 --number -",
                               &search);
    SearchArguments& out = *verb;
    verb->add_option("--purpose", out.purpose, "Why you search (quality, training, complaint, ...)")->required();
    verb->add_option("--from", out.from, "First day, or a time with its offset")->required();
    verb->add_option("--to", out.to,
                     "Last day (it is searched too), or a time with its offset, before which calls began")
        ->required();
    verb->add_option("--team", out.teams, "Only this one of your teams; may be repeated");
    verb->add_option("--agent", out.agent, "Id of the agent; - reads it from standard input");
    verb->add_option("--number", out.number, "Of caller or callee; - reads it from standard input");
    verb->add_option("--case", out.case_id, "Case; a privacy officer needs one; - reads it from standard input");
    verb->add_option("--limit", out.limit, "At most so many (50)")->check(CLI::Range(1, 100));
    verb->add_option("--after", out.after, "Goes on after an earlier page");
}

void add_certificate(CLI::App& noun, Context& context) {
    const auto verb =
        add_verb(noun, context, "certificate", "The deletion certificate of a recording that is gone",
                 "callvault recording certificate 9f2c1a4be07d4c55a1b3d6e8f0917263 -o call.certificate", &certificate);
    verb->add_option("ID", verb.arguments->id, "Id of the recording")->required();
    verb->add_option("-o,--output", verb.arguments->file, "File to write; printed when it is left out");
}

}  // namespace

void add_find_verbs(CLI::App& noun, Context& context) {
    add_show(noun, context);
    add_search(noun, context);
    add_certificate(noun, context);
}

}  // namespace gateway::cli
