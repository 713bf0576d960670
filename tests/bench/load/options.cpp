#include "tests/bench/load/options.hpp"

#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>

namespace bench {

namespace {

constexpr const char* kUsage =
    "https_load --port N --requests FILE --file FILE [--mode ranges|whole|paced|put] [--connections N]\n"
    "           [--seconds S] [--warm S] [--shortest BYTES] [--longest BYTES] [--period S] [--rate BYTES]\n"
    "           [--answer TEXT] [--authority PEM] [--certificate PEM --key PEM] [--server PID]...\n";

[[noreturn]] void misuse(const std::string& what) {
    std::cerr << "https_load: " << what << "\n" << kUsage;
    std::exit(2);  // NOLINT(concurrency-mt-unsafe): one thread
}

Mode mode_of(const std::string& name) {
    static const std::map<std::string, Mode> kModes{
        {"ranges", Mode::kRanges}, {"whole", Mode::kWhole}, {"paced", Mode::kPaced}, {"put", Mode::kPut}};
    const auto found = kModes.find(name);
    if (found == kModes.end()) misuse("no mode " + name);
    return found->second;
}

using Setters = std::map<std::string, std::function<void(const std::string&)>>;

Setters setters_of(Options& out) {
    return {
        {"--mode", [&](const std::string& v) { out.mode = mode_of(v); }},
        {"--address", [&](const std::string& v) { out.address = v; }},
        {"--port", [&](const std::string& v) { out.port = static_cast<std::uint16_t>(std::stoul(v)); }},
        {"--connections", [&](const std::string& v) { out.connections = std::stoul(v); }},
        {"--seconds", [&](const std::string& v) { out.seconds = std::stod(v); }},
        {"--warm", [&](const std::string& v) { out.warm_seconds = std::stod(v); }},
        {"--requests", [&](const std::string& v) { out.requests = v; }},
        {"--file", [&](const std::string& v) { out.file = v; }},
        {"--shortest", [&](const std::string& v) { out.shortest = std::stoull(v); }},
        {"--longest", [&](const std::string& v) { out.longest = std::stoull(v); }},
        {"--period", [&](const std::string& v) { out.period_seconds = std::stod(v); }},
        {"--rate", [&](const std::string& v) { out.bytes_per_second = std::stod(v); }},
        {"--answer", [&](const std::string& v) { out.answer = v; }},
        {"--authority", [&](const std::string& v) { out.authority = v; }},
        {"--certificate", [&](const std::string& v) { out.certificate = v; }},
        {"--key", [&](const std::string& v) { out.key = v; }},
        {"--server", [&](const std::string& v) { out.server.push_back(static_cast<pid_t>(std::stol(v))); }},
    };
}

}  // namespace

Options read_options(int argc, char** argv) {
    Options out;
    const Setters setters = setters_of(out);
    for (int i = 1; i + 1 < argc; i += 2) {
        const auto setter = setters.find(argv[i]);
        if (setter == setters.end()) misuse(std::string("no option ") + argv[i]);
        try {
            setter->second(argv[i + 1]);
        } catch (const std::exception&) {
            misuse(std::string("not a number: ") + argv[i] + " " + argv[i + 1]);
        }
    }
    if (argc % 2 == 0) misuse("an option without its value");
    if (out.port == 0 || out.requests.empty() || out.file.empty() || out.connections == 0)
        misuse("too little was given");
    if (out.shortest == 0 || out.longest < out.shortest) misuse("lengths of ranges");
    return out;
}

}  // namespace bench
