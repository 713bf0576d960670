#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "gateway/cli/cli.hpp"

namespace tests {

/// What callvault answered.
struct Ran {
    int exit = -1;
    std::string out;
    std::string err;
};

inline Ran callvault(std::vector<std::string> arguments, const std::string& input = {},
                     gateway::cli::Serve serve = {}) {
    arguments.insert(arguments.begin(), "callvault");
    std::vector<const char*> argv;
    for (const std::string& argument : arguments) argv.push_back(argument.c_str());
    std::istringstream in(input);
    std::ostringstream out;
    std::ostringstream err;
    const int exit = gateway::cli::run(static_cast<int>(argv.size()), argv.data(), {in, out, err}, std::move(serve));
    return {exit, out.str(), err.str()};
}

inline bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace tests
