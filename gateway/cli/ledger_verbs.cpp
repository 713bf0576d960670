#include "gateway/cli/ledger_verbs.hpp"

#include <boost/json/array.hpp>
#include <string>

#include "gateway/cli/render.hpp"
#include "gateway/cli/server_call.hpp"
#include "gateway/cli/verb.hpp"

namespace gateway::cli {

namespace {

struct CallArguments {
    std::string id;
    bool for_subject = false;
};

struct PersonArguments {
    std::string subject;
    unsigned days = 31;
};

/// "0:05-1:30"
std::string clock_of(std::int64_t ms) {
    const auto seconds = ms / 1000;
    const auto rest = std::to_string(seconds % 60);
    return std::to_string(seconds / 60) + (rest.size() < 2 ? ":0" : ":") + rest;
}

/// What was heard, in the words of a clock, for the table.
void put_heard_in_words(boost::json::object& play) {
    const auto* ranges = play.if_contains("heard");
    if (ranges == nullptr || !ranges->is_array()) return;
    std::string words;
    for (const auto& range : ranges->get_array()) {
        words += (words.empty() ? "" : ", ") + clock_of(range.at("from_ms").to_number<std::int64_t>()) + '-' +
                 clock_of(range.at("to_ms").to_number<std::int64_t>());
    }
    const auto* complete = play.if_contains("complete");
    if (complete != nullptr && *complete == true) words += " (all)";
    play["heard"] = words.empty() ? "nothing" : words;
}

Exit show(Context& context, const std::string& target, std::vector<std::string> columns) {
    const auto answer = call_server(context, {"GET", target, {}, {}});
    if (context.json) {
        print_answer(context, answer);
        return Exit::kGood;
    }
    auto page = object_of(answer);
    boost::json::array plays;
    if (auto* found = page.if_contains("listening"); found != nullptr && found->is_array())
        plays = std::move(found->get_array());
    for (auto& play : plays) {
        if (play.is_object()) put_heard_in_words(play.get_object());
    }
    print_table(context, columns, plays, "nobody listened");
    if (const auto* more = page.if_contains("more"); more != nullptr && *more == true)
        context.streams.out << "These are the newest 1000.\n";
    return Exit::kGood;
}

Exit of_call(Context& context, const CallArguments& arguments) {
    auto target = "/v1/recordings/" + percent_encoded(arguments.id) + "/listening";
    if (arguments.for_subject)
        return show(context, target + "?form=subject", {"opened_at", "roles", "teams", "purpose", "heard"});
    return show(context, target, {"opened_at", "by", "roles", "purpose", "heard", "state", "reason"});
}

Exit of_person(Context& context, const PersonArguments& arguments) {
    return show(
        context,
        "/v1/listening?subject=" + percent_encoded(arguments.subject) + "&days=" + std::to_string(arguments.days),
        {"opened_at", "recording_id", "purpose", "heard", "state", "reason"});
}

}  // namespace

void add_ledger(CLI::App& app, Context& context) {
    CLI::App& noun = add_noun(app, "ledger", "Who heard what");
    const auto call = add_verb(noun, context, "call", "Who listened to a call, and to which seconds of it",
                               "callvault ledger call 9f2c1a4be07d4c55a1b3d6e8f0917263", &of_call);
    call->add_option("ID", call.arguments->id, "Id of the recording")->required();
    call->add_flag("--for-subject", call.arguments->for_subject,
                   "For the person on the call: roles and teams, no names, no cases");
    const auto person = add_verb(noun, context, "person", "What one person heard, of calls that are still there",
                                 "callvault ledger person 687bd9b33a7259bddb3bd680e645842c --days 92", &of_person);
    person->add_option("SUBJECT", person.arguments->subject, "Their pseudonym: \"by\" in `ledger call`")->required();
    person->add_option("--days", person.arguments->days, "Of the last so many days (31)")->check(CLI::Range(1, 366));
}

}  // namespace gateway::cli
