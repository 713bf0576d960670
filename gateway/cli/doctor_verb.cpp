#include "gateway/cli/doctor_verb.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <ostream>

#include "gateway/cli/finding.hpp"
#include "gateway/cli/verb.hpp"
#include "gateway/observe/system_clock.hpp"

namespace gateway::cli {

namespace {

constexpr std::array kChecks{check_certificates, check_law,     check_process,  check_vault,
                             check_old_vault,    check_objects, check_database, check_server};

void print(const Context& context, const Finding& finding) {
    std::string line(name_of(finding.level));
    line.resize(8, ' ');
    line += printable(finding.check + ": " + finding.sentence) + '\n';
    if (!finding.advice.empty()) line += "        -> " + printable(finding.advice) + '\n';
    context.streams.out << line << std::flush;
}

boost::json::object json_of(const Finding& finding) {
    boost::json::object out{
        {"check", finding.check}, {"level", name_of(finding.level)}, {"sentence", finding.sentence}};
    if (!finding.advice.empty()) out["advice"] = finding.advice;
    return out;
}

Exit doctor(Context& context, const NoArguments&) {
    const app::LoadedSettings loaded = load(context);
    const auto clock = value_or_end(observe::SystemClock::create(loaded.settings.deployment.time_zone));
    const Patient patient{loaded, clock->now(), clock->local_date(clock->now())};
    Findings all{good("configuration", context.config + ", digest " + loaded.digest)};
    if (!context.json) print(context, all.front());
    for (const auto check : kChecks) {
        for (Finding& finding : check(patient)) {
            if (!context.json) print(context, finding);
            all.push_back(std::move(finding));
        }
    }
    const bool sound = std::ranges::none_of(all, [](const Finding& one) { return one.level == Level::kFailed; });
    if (context.json) {
        boost::json::array list;
        for (const Finding& finding : all) list.push_back(json_of(finding));
        context.streams.out << boost::json::serialize(
                                   boost::json::object{{"sound", sound}, {"findings", std::move(list)}})
                            << '\n';
    }
    return sound ? Exit::kGood : Exit::kFailed;
}

}  // namespace

void add_doctor(CLI::App& app, Context& context) {
    add_verb(app, context, "doctor",
             "Looks at everything that the service needs and says what to do; exit code 1 when a check failed. Run it "
             "as the "
             "service's user",
             "callvault doctor", &doctor);
}

}  // namespace gateway::cli
