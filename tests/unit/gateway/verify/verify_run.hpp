#pragma once

#include <boost/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "gateway/verify/cli.hpp"

namespace tests {

/// What callvault-verify answered.
struct Verdict {
    int exit = -1;
    std::string out;
    std::string err;
    std::set<std::string> codes;  ///< Of the findings, when --json was given.
};

inline Verdict verify(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "callvault-verify");
    std::vector<const char*> argv;
    for (const std::string& argument : arguments) argv.push_back(argument.c_str());
    std::ostringstream out;
    std::ostringstream err;
    Verdict verdict;
    verdict.exit = gateway::verify::run(static_cast<int>(argv.size()), argv.data(), out, err);
    verdict.out = out.str();
    verdict.err = err.str();
    if (verdict.out.starts_with('{')) {
        const boost::json::value report = boost::json::parse(verdict.out);
        for (const auto& finding : report.at("findings").as_array()) {
            verdict.codes.emplace(finding.at("code").as_string().c_str());
        }
    }
    return verdict;
}

}  // namespace tests
