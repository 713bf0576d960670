#pragma once

#include <chrono>
#include <string_view>

#include "gateway/cli/context.hpp"

namespace gateway::cli {

/// How far long work is, on the error stream: on a terminal one line that changes at most once a second, elsewhere a
/// line every 10 s at most. Nothing in the first second.
class ProgressLine {
  public:
    explicit ProgressLine(const Context& context);
    ~ProgressLine() { clear(); }
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    void show(std::string_view sentence);
    /// Takes the line off a terminal, for what is said next.
    void clear();

  private:
    const Context& context_;
    const bool terminal_;
    bool shown_ = false;
    std::chrono::steady_clock::time_point next_;
};

}  // namespace gateway::cli
