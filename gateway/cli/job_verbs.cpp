#include "gateway/cli/job_verbs.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <string>
#include <vector>

#include "gateway/cli/render.hpp"
#include "gateway/cli/server_call.hpp"
#include "gateway/cli/verb.hpp"

namespace gateway::cli {

namespace {

struct ReviveArguments {
    std::vector<std::string> ids;
    bool all = false;
};

/// A thousand at a time, the dead ones first.
constexpr const char* kMost = "/v1/jobs?limit=1000";

boost::json::array jobs_of(const HttpAnswer& answer) {
    const auto object = object_of(answer);
    const auto* jobs = object.if_contains("jobs");
    return jobs != nullptr && jobs->is_array() ? jobs->get_array() : boost::json::array{};
}

Exit list(Context& context, const NoArguments&) {
    const auto answer = call_server(context, {"GET", kMost, {}, {}});
    if (context.json) {
        print_answer(context, answer);
    } else {
        print_table(context, {"kind", "state", "attempts", "run_at", "last_error", "recording_id", "id"},
                    jobs_of(answer), "no job waits, runs or is dead");
    }
    return Exit::kGood;
}

std::vector<std::string> dead_jobs(Context& context) {
    std::vector<std::string> out;
    for (const auto& job : jobs_of(call_server(context, {"GET", kMost, {}, {}}))) {
        if (job.at("state") == "dead") out.emplace_back(job.at("id").as_string());
    }
    return out;
}

void revive(const Context& context, const std::string& id) {
    call_server(context, {"POST", "/v1/jobs/" + percent_encoded(id) + "/revive", {}, {}});
}

Exit revive_jobs(Context& context, const ReviveArguments& arguments) {
    std::size_t revived = 0;
    auto ids = arguments.all ? dead_jobs(context) : arguments.ids;
    while (!ids.empty()) {
        for (const auto& id : ids) revive(context, id);
        revived += ids.size();
        ids = arguments.all && ids.size() == 1000 ? dead_jobs(context) : std::vector<std::string>{};
    }
    if (context.json) {
        context.streams.out << boost::json::serialize(boost::json::object{{"revived", revived}}) << '\n';
    } else {
        print_fact(context, "revived", std::to_string(revived));
    }
    return Exit::kGood;
}

}  // namespace

void add_job(CLI::App& app, Context& context) {
    CLI::App& noun = add_noun(app, "job", "Work that the server does later: what waits, and what it gave up");
    add_verb(noun, context, "list", "Jobs, dead ones first, a thousand at most", "callvault job list", &list);
    const auto revived =
        add_verb(noun, context, "revive", "Puts dead jobs back into the queue, after what ailed them was mended",
                 "callvault job revive --all", &revive_jobs);
    revived->add_option("ID", revived.arguments->ids, "Ids of dead jobs");
    revived->add_flag("--all", revived.arguments->all, "Every dead job");
    revived->require_option(1);
}

}  // namespace gateway::cli
