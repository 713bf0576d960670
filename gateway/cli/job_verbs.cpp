#include "gateway/cli/job_verbs.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <set>
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

Exit list_jobs(Context& context, const NoArguments&) {
    const auto answer = call_server(context, {"GET", kMost, {}, {}});
    if (context.json) {
        print_answer(context, answer);
    } else {
        print_table(context, {"kind", "state", "attempts", "run_at", "last_error", "recording_id", "id"},
                    jobs_of(answer), "no job waits, runs or is dead");
    }
    return Exit::kGood;
}

/// Dead jobs that are not in `known`, and puts them there: one that dies again at once is tried once.
std::vector<std::string> more_dead_jobs(Context& context, std::set<std::string>& known) {
    std::vector<std::string> out;
    for (const auto& job : jobs_of(call_server(context, {"GET", kMost, {}, {}}))) {
        if (job.at("state") != "dead") continue;
        std::string id(job.at("id").as_string());
        if (known.insert(id).second) out.push_back(std::move(id));
    }
    return out;
}

HttpQuestion revival(const std::string& id) {
    return {"POST", "/v1/jobs/" + percent_encoded(id) + "/revive", {}, {}};
}

/// How many. One that somebody else revived meanwhile is not there any more.
std::size_t revive_all(Context& context) {
    std::size_t revived = 0;
    std::set<std::string> known;
    for (auto ids = more_dead_jobs(context, known); !ids.empty(); ids = more_dead_jobs(context, known)) {
        for (const auto& id : ids) revived += call_server(context, revival(id), 404).head.status == 404 ? 0U : 1U;
    }
    return revived;
}

Exit revive_jobs(Context& context, const ReviveArguments& arguments) {
    std::size_t revived = arguments.ids.size();
    for (const auto& id : arguments.ids) call_server(context, revival(id));
    if (arguments.all) revived = revive_all(context);
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
    add_verb(noun, context, "list", "Jobs, dead ones first, a thousand at most", "callvault job list", &list_jobs);
    const auto revived =
        add_verb(noun, context, "revive", "Puts dead jobs back into the queue, after what ailed them was mended",
                 "callvault job revive --all", &revive_jobs);
    revived->add_option("ID", revived.arguments->ids, "Ids of dead jobs");
    revived->add_flag("--all", revived.arguments->all, "Every dead job");
    revived->require_option(1);
}

}  // namespace gateway::cli
