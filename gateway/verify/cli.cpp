#include "gateway/verify/cli.hpp"

#include <CLI/CLI.hpp>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "gateway/verify/check_certificate.hpp"
#include "gateway/verify/check_ledger.hpp"
#include "gateway/verify/check_log.hpp"
#include "gateway/verify/check_proofs.hpp"
#include "gateway/verify/check_statement.hpp"
#include "gateway/verify/encoding.hpp"
#include "gateway/verify/report.hpp"

namespace gateway::verify {

namespace {

constexpr std::size_t kMaxKeyFile = 64U << 10U;
constexpr std::size_t kMaxCertificate = 1U << 20U;
constexpr std::size_t kMaxStatement = 2U << 20U;

constexpr const char* kAbout =
    "Checks the audit log, the deletion ledger and the deletion certificates of a callvault deployment.\n"
    "Needs files only: no server, no database, no configuration, and no trust in whoever runs them.";

constexpr const char* kTeaching = R"(
What to give it:
  FOLDER   a copy of the object store's folder (it holds log/checkpoint, log/tile, ledger), or a log fetched
           from its server (checkpoint, tile/...). Nothing in it is written.
  --key    the log's public key, got from the operator ONCE and kept by you: "name+1a2b3c4d+base64", or a file
           with one such line for each key (log and ledger have their own).
  --since  a checkpoint that you saved the last time. With it, a rewritten or forked log cannot pass. So after
           each check keep the newest file of log/checkpoint.

Examples:
  callvault-verify log /mnt/copy --key keys.txt --since saved/2026-10.checkpoint
  callvault-verify certificate 3f0c5d.certificate --key keys.txt
  callvault-verify statement residency-2026-11 --key keys.txt
  callvault-verify consistency /mnt/copy --since saved/2026-10.checkpoint --key keys.txt
  callvault-verify entry /mnt/copy 4711 --key keys.txt --json

Exit codes: 0 everything that could be checked holds; 1 evidence is wrong (named in the report);
            2 wrong usage; 3 something could not be read, so nothing is known.)";

struct Arguments {
    std::string target;
    std::string index;
    std::vector<std::string> keys;
    std::vector<std::string> since;
    std::string now;
    bool json = false;
};

class UsageError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

Key key_of(std::string_view text) {
    const std::optional<Key> key = parse_key(text);
    if (!key) {
        throw UsageError(
            "\"" + std::string(text.substr(0, 200)) +
            "\" is not a verifier key (name+8 hexadecimal digits+base64), or its middle part does not fit");
    }
    return *key;
}

void add_keys_of_file(const std::string& file, std::vector<Key>& keys) {
    std::optional<std::string> bytes = read_file(file, kMaxKeyFile);
    if (!bytes) throw Unreadable(file + " is neither a verifier key nor a file");
    if (!bytes->ends_with('\n')) *bytes += '\n';
    std::string_view rest = *bytes;
    while (const auto line = take_line(rest)) {
        if (!line->empty() && line->front() != '#') keys.push_back(key_of(*line));
    }
}

std::vector<Key> keys_of(const Arguments& arguments) {
    std::vector<Key> keys;
    for (const std::string& text : arguments.keys) {
        if (text.find('+') != std::string::npos && !std::filesystem::exists(text)) {
            keys.push_back(key_of(text));
        } else {
            add_keys_of_file(text, keys);
        }
    }
    if (keys.empty()) throw UsageError("no key was given");
    return keys;
}

// Five minutes after now: what is dated later was dated falsely, or by a clock that is wrong.
std::string latest_of(const Arguments& arguments) {
    if (!arguments.now.empty()) {
        if (arguments.now.size() != 24) throw UsageError("--now is like 2026-11-24T04:35:00.000Z");
        return arguments.now;
    }
    const std::time_t limit =
        std::chrono::system_clock::to_time_t(std::chrono::system_clock::now() + std::chrono::minutes(5));
    std::tm parts{};
    ::gmtime_r(&limit, &parts);
    char text[sizeof "2026-11-24T04:35:00.000Z"]{};
    static_cast<void>(std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.000Z", &parts));
    return text;
}

LogQuestion question_of(const Arguments& arguments) {
    LogQuestion question{keys_of(arguments), {}, latest_of(arguments)};
    question.since.assign(arguments.since.begin(), arguments.since.end());
    return question;
}

Report answer(const std::string& command, const Arguments& arguments) {
    const LogQuestion question = question_of(arguments);
    Report report(command + " " + arguments.target);
    if (command == "certificate") {
        const std::optional<std::string> bytes = read_file(arguments.target, kMaxCertificate);
        if (!bytes) throw Unreadable(arguments.target + ": there is no such file");
        check_certificate(*bytes, question.keys, question.latest, report);
        return report;
    }
    if (command == "statement") {
        const std::optional<std::string> bytes = read_file(arguments.target, kMaxStatement);
        if (!bytes) throw Unreadable(arguments.target + ": there is no such file");
        check_statement(*bytes, question.keys, question.latest, report);
        return report;
    }
    const LogFolder folder(arguments.target);
    if (command == "log") {
        check_log(folder, question, report);
        check_ledger(folder, question.keys, question.latest, report);
    } else if (command == "ledger") {
        check_ledger(folder, question.keys, question.latest, report);
    } else if (command == "consistency") {
        for (const auto& saved : question.since) check_consistency(folder, question.keys, saved, report);
    } else {
        const std::optional<std::uint64_t> index = parse_number(arguments.index);
        if (!index) throw UsageError("INDEX is the number of an entry, from 0");
        check_entry(folder, question.keys, *index, report);
    }
    return report;
}

CLI::App* add_command(CLI::App& app, Arguments& arguments, const char* name, const char* about, const char* target) {
    CLI::App* command = app.add_subcommand(name, about);
    command->add_option(target, arguments.target)->required();
    command->add_option("-k,--key", arguments.keys, "Verifier key of log or ledger, or a file of such; may be repeated")
        ->required();
    command->add_option("--now", arguments.now, "Check as of this moment (UTC, 2026-11-24T04:35:00.000Z)");
    command->add_flag("--json", arguments.json, "One line of JSON instead of words");
    return command;
}

void declare(CLI::App& app, Arguments& arguments) {
    app.require_subcommand(1);
    app.footer(kTeaching);
    const char* since = "A checkpoint saved earlier; may be repeated";
    add_command(app, arguments, "log", "The whole log, every byte of it, and the ledger beside it", "FOLDER")
        ->add_option("--since", arguments.since, since);
    add_command(app, arguments, "ledger", "The deletion ledger alone", "FOLDER");
    add_command(app, arguments, "consistency", "That the log only grew since a saved checkpoint (fast)", "FOLDER")
        ->add_option("--since", arguments.since, since)
        ->required();
    add_command(app, arguments, "entry", "That one entry is in the log (fast); shows it", "FOLDER")
        ->add_option("INDEX", arguments.index, "Number of the entry, from 0")
        ->required();
    add_command(app, arguments, "certificate", "A deletion certificate, offline", "FILE");
    add_command(app, arguments, "statement", "A statement of residency, offline", "FILE");
}

}  // namespace

int run(int argc, const char* const* argv, std::ostream& out, std::ostream& err) {
    CLI::App app(kAbout, "callvault-verify");
    Arguments arguments;
    declare(app, arguments);
    try {
        app.parse(argc, argv);
        const Report report = answer(app.get_subcommands().front()->get_name(), arguments);
        if (arguments.json) {
            report.print_json(out);
        } else {
            report.print_words(out);
        }
        return static_cast<int>(report.exit());
    } catch (const CLI::ParseError& error) {
        return app.exit(error, out, err) == 0 ? 0 : static_cast<int>(Exit::kUsage);
    } catch (const UsageError& error) {
        err << "callvault-verify: " << error.what() << '\n';
        return static_cast<int>(Exit::kUsage);
    } catch (const std::exception& error) {
        err << "callvault-verify: " << error.what() << '\n';
        return static_cast<int>(Exit::kUnreadable);
    }
}

}  // namespace gateway::verify
