#include "gateway/cli/progress_line.hpp"

#include <unistd.h>

#include <ostream>

namespace gateway::cli {

namespace {

constexpr std::chrono::seconds kFirst{1};
constexpr std::chrono::seconds kOnTerminal{1};
constexpr std::chrono::seconds kElsewhere{10};
constexpr const char* kLineStart = "\r\x1b[K";

}  // namespace

ProgressLine::ProgressLine(const Context& context)
    : context_(context), terminal_(::isatty(STDERR_FILENO) == 1), next_(std::chrono::steady_clock::now() + kFirst) {}

void ProgressLine::show(std::string_view sentence) {
    if (std::chrono::steady_clock::now() < next_) return;
    next_ = std::chrono::steady_clock::now() + (terminal_ ? kOnTerminal : kElsewhere);
    shown_ = true;
    context_.streams.err << (terminal_ ? kLineStart : "") << sentence << (terminal_ ? "" : "\n") << std::flush;
}

void ProgressLine::clear() {
    if (terminal_ && shown_) context_.streams.err << kLineStart << std::flush;
    shown_ = false;
}

}  // namespace gateway::cli
