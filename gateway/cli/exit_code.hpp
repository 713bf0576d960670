#pragma once

#include <stdexcept>
#include <string>

#include "policy/result.hpp"

namespace gateway::cli {

/// What every verb answers to the shell. The numbers stand in --help and never change meaning.
enum class Exit {
    kGood = 0,
    kFailed = 1,       ///< It was tried and did not work; what was asked for does not exist, or moved on.
    kUsage = 2,        ///< Wrong usage, a wrong configuration, or a request whose content breaks a rule.
    kRefused = 3,      ///< The caller is not known here, or may not do this.
    kUnavailable = 4,  ///< The server or a part that it needs does not answer: try again.
};

Exit exit_of(policy::Code code);
/// Of an HTTP status from 100 to 599.
Exit exit_of_status(int status);

/// Ends a command: the sentence goes to the error stream, the code to the shell.
class CommandError : public std::runtime_error {
  public:
    CommandError(Exit exit, const std::string& sentence) : std::runtime_error(sentence), exit_(exit) {}
    explicit CommandError(const policy::Error& error) : CommandError(exit_of(error.code), error.what) {}
    Exit exit() const noexcept { return exit_; }

  private:
    Exit exit_;
};

/// The value, or the end of the command.
template <class T>
T value_or_end(policy::Result<T> result) {
    if (result.has_error()) throw CommandError(result.error());
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

}  // namespace gateway::cli
