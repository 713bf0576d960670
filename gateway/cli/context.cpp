#include "gateway/cli/context.hpp"

#include <algorithm>
#include <istream>
#include <ostream>
#include <utility>
#include <variant>

#include "gateway/observe/system_clock.hpp"

namespace gateway::cli {

namespace {

constexpr std::size_t kNameWidth = 18;
constexpr std::size_t kMaxLine = 4096;

std::string sentence_of(const std::vector<app::SettingFault>& faults) {
    std::string out = faults.size() == 1 ? "the configuration has a fault:" : "the configuration has faults:";
    for (const auto& fault : faults) out += "\n  " + fault.text();
    return out;
}

}  // namespace

app::LoadedSettings load(const Context& context) {
    const auto clock = value_or_end(observe::SystemClock::create("Etc/UTC"));
    auto loaded = app::load_settings(context.config, clock->local_date(clock->now()));
    if (const auto* faults = std::get_if<std::vector<app::SettingFault>>(&loaded)) {
        throw CommandError(Exit::kUsage, sentence_of(*faults));
    }
    return std::get<app::LoadedSettings>(std::move(loaded));
}

std::string given_or_read(const Context& context, const std::string& text) {
    if (text != "-") return text;
    std::string line;
    if (!std::getline(context.streams.in, line) || line.empty() || line.size() > kMaxLine) {
        throw CommandError(Exit::kUsage, "\"-\" stands for a line of standard input, and none came");
    }
    if (line.back() == '\r') line.pop_back();
    return line;
}

std::string printable(std::string_view text) {
    std::string out(text);
    for (std::size_t at = 0; at < out.size(); ++at) {
        const auto byte = static_cast<unsigned char>(out[at]);
        // C1 controls are 0xC2 0x80..0x9F in UTF-8; terminals obey them too.
        const bool c1 = byte == 0xC2 && at + 1 < out.size() && static_cast<unsigned char>(out[at + 1]) < 0xA0;
        if (byte < 0x20 || byte == 0x7F) out[at] = '?';
        if (c1) out.replace(at, 2, "?");
    }
    return out;
}

void print_fact(const Context& context, std::string_view name, std::string_view value) {
    std::string line(name);
    line += ':';
    line.resize(std::max(line.size() + 1, kNameWidth), ' ');
    context.streams.out << line << printable(value) << '\n';
}

}  // namespace gateway::cli
