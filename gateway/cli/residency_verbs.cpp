#include "gateway/cli/residency_verbs.hpp"

#include <chrono>
#include <string>

#include "gateway/cli/render.hpp"
#include "gateway/cli/server_call.hpp"
#include "gateway/cli/verb.hpp"
#include "policy/time.hpp"

namespace gateway::cli {

namespace {

struct ReportArguments {
    std::string month;
    std::string file;
};

/// "2026-11", by UTC.
std::string this_month() {
    const auto now = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    return policy::text(policy::Date{now}).substr(0, 7);
}

Exit report(Context& context, const ReportArguments& arguments) {
    const std::string month = arguments.month.empty() ? this_month() : arguments.month;
    const auto answer = call_server(context, {"GET", "/v1/residency/" + percent_encoded(month), {}, {}});
    deliver_document(context, answer, "statement", arguments.file);
    return Exit::kGood;
}

}  // namespace

void add_residency(CLI::App& app, Context& context) {
    CLI::App& noun = add_noun(app, "residency", "Where recordings lie, and the proof of it");
    const auto verb = add_verb(noun, context, "report", "The signed statement of a month",
                               "callvault residency report 2026-11 -o residency-2026-11", &report);
    verb->add_option("MONTH", verb.arguments->month, "As 2026-11, by UTC (the present one)");
    verb->add_option("-o,--output", verb.arguments->file, "File to write; printed when it is left out");
}

}  // namespace gateway::cli
