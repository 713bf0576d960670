#pragma once

#include <filesystem>
#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>

#include "gateway/app/load_settings.hpp"
#include "gateway/cli/exit_code.hpp"

namespace gateway::cli {

/// Where a command reads and prints. Must outlive the run.
struct Streams {
    std::istream& in;
    std::ostream& out;
    std::ostream& err;
};

/// gateway::app::serve, handed in by main: the rest of the command line does not need the server.
using Serve = std::function<int(const std::filesystem::path& file, app::LoadedSettings loaded)>;

/// What every verb gets.
struct Context {
    Streams streams;
    Serve serve;
    std::string config;  ///< Path of the configuration file.
    std::string socket;  ///< --socket; empty when it was not given.
    bool json = false;
    std::function<Exit()> action;  ///< What the verb that was named does; the parser sets it.
};

/// The configuration of --config. Ends the command with every fault, one a line, when it is wrong.
app::LoadedSettings load(const Context& context);

/// `text`, or the first line of standard input when it is "-": for what must not stand on a command line, which every
/// user of the machine can read.
std::string given_or_read(const Context& context, const std::string& text);

/// `text` with everything that could steer a terminal replaced: what is printed may come from a telephony platform.
std::string printable(std::string_view text);

/// One line "name: value" of a verb's answer in words; names are padded so that the values stand under each other.
void print_fact(const Context& context, std::string_view name, std::string_view value);

}  // namespace gateway::cli
