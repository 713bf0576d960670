#include "gateway/cli/purge_verbs.hpp"

#include <boost/json/serialize.hpp>
#include <chrono>
#include <ostream>
#include <thread>

#include "gateway/cli/purge_preview.hpp"
#include "gateway/cli/render.hpp"
#include "gateway/cli/server_call.hpp"
#include "gateway/cli/verb.hpp"

namespace gateway::cli {

namespace {

constexpr const char* kRuns = "/v1/purge-runs";
constexpr std::chrono::milliseconds kPollEvery{500};

struct RunArguments {
    bool dry_run = false;
    bool wait = false;
    unsigned wait_seconds = 3600;
};

struct ListArguments {
    unsigned limit = 31;
};

struct IdArguments {
    std::string id;
};

struct ContinueArguments {
    std::string reason;
};

std::string state_of(const boost::json::object& run) {
    const auto* state = run.if_contains("state");
    return state != nullptr ? words_of(*state) : std::string();
}

/// Done is good; a run that the brake stopped, or that failed, is not.
Exit judge(Context& context, const boost::json::object& run) {
    const std::string state = state_of(run);
    if (state == "stopped") {
        context.streams.err << "callvault: the brake stopped this purge. Find out why; then two people continue it:\n"
                               "  callvault purge continue --reason CASE, and another: callvault proposal approve ID\n";
    }
    return state == "stopped" || state == "failed" ? Exit::kFailed : Exit::kGood;
}

HttpAnswer wait_for_end(const Context& context, HttpAnswer answer, unsigned seconds) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
    while (true) {
        const auto run = object_of(answer);
        const std::string state = state_of(run);
        if (state != "queued" && state != "running") return answer;
        if (std::chrono::steady_clock::now() > give_up) {
            throw CommandError(Exit::kUnavailable,
                               "the purge still runs after " + std::to_string(seconds) + " s; it goes on by itself");
        }
        std::this_thread::sleep_for(kPollEvery);
        const auto* id = run.if_contains("id");
        answer = call_server(
            context, {"GET", std::string(kRuns) + '/' + percent_encoded(id == nullptr ? "" : words_of(*id)), {}, {}});
    }
}

Exit run_purge(Context& context, const RunArguments& arguments) {
    if (arguments.dry_run) {
        const auto answer = call_server(context, {"POST", std::string(kRuns) + "?dry_run=true", {}, {}});
        if (context.json) {
            print_answer(context, answer);
        } else {
            context.streams.out << purge_preview_text(object_of(answer));
        }
        return Exit::kGood;
    }
    auto answer = call_server(context, {"POST", kRuns, {}, {}});
    if (arguments.wait) answer = wait_for_end(context, std::move(answer), arguments.wait_seconds);
    print_answer(context, answer);
    return judge(context, object_of(answer));
}

Exit list(Context& context, const ListArguments& arguments) {
    const auto answer =
        call_server(context, {"GET", std::string(kRuns) + "?limit=" + std::to_string(arguments.limit), {}, {}});
    if (context.json) {
        print_answer(context, answer);
        return Exit::kGood;
    }
    const auto object = object_of(answer);
    const auto* runs = object.if_contains("runs");
    print_table(context, {"date", "state", "due", "purged", "kept", "failed", "brake", "id"},
                runs != nullptr && runs->is_array() ? runs->get_array() : boost::json::array{}, "no purge has run yet");
    return Exit::kGood;
}

Exit show(Context& context, const IdArguments& arguments) {
    print_answer(context,
                 call_server(context, {"GET", std::string(kRuns) + '/' + percent_encoded(arguments.id), {}, {}}));
    return Exit::kGood;
}

Exit continue_purge(Context& context, const ContinueArguments& arguments) {
    const boost::json::object body{{"case", given_or_read(context, arguments.reason)}};
    print_answer(context,
                 call_server(context, {"POST", std::string(kRuns) + "/continue", {}, boost::json::serialize(body)}));
    return Exit::kGood;
}

}  // namespace

void add_purge(CLI::App& app, Context& context) {
    CLI::App& noun = add_noun(app, "purge", "Makes due recordings disappear, and says what it did");
    const auto run =
        add_verb(noun, context, "run",
                 "Purges what is due now. It takes only what the rules have made due; the daily run does the same",
                 "callvault purge run --dry-run", &run_purge);
    run->add_flag("--dry-run", run.arguments->dry_run,
                  "Changes nothing: says how many, how old, and what is kept and why");
    run->add_flag("--wait", run.arguments->wait,
                  "Returns when the run has ended; exit code 1 when it did not end well");
    run->add_option("--wait-seconds", run.arguments->wait_seconds, "How long --wait waits (3600)")
        ->check(CLI::Range(1, 86400));
    const auto listed =
        add_verb(noun, context, "list", "The runs, newest first", "callvault purge list --limit 7", &list);
    listed->add_option("--limit", listed.arguments->limit, "At most so many (31)")->check(CLI::Range(1, 400));
    const auto shown =
        add_verb(noun, context, "show", "One run", "callvault purge show 9f2c1a4be07d4c55a1b3d6e8f0917263", &show);
    shown->add_option("ID", shown.arguments->id, "Id of the run")->required();
    const auto continued = add_verb(noun, context, "continue",
                                    "Proposes to go on with a purge that the brake stopped; another person approves",
                                    "echo CASE-17 | callvault purge continue --reason -", &continue_purge);
    continued
        ->add_option("--reason", continued.arguments->reason, "Case that explains it; - reads it from standard input")
        ->required();
}

}  // namespace gateway::cli
