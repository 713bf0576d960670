#include "gateway/verify/cli.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <memory>
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
#include "gateway/verify/https_reader.hpp"
#include "gateway/verify/log_folder.hpp"
#include "gateway/verify/report.hpp"
#include "gateway/verify/witness.hpp"
#include "gateway/verify/witness_server.hpp"

namespace gateway::verify {

namespace {

constexpr std::size_t kMaxKeyFile = 64U << 10U;
constexpr std::size_t kMaxCertificate = 1U << 20U;
constexpr std::size_t kMaxStatement = 2U << 20U;
constexpr std::size_t kMaxToken = 64U << 10U;

constexpr const char* kAbout =
    "Checks the audit log, the deletion ledger and the deletion certificates of a callvault deployment.\n"
    "Needs files only, or the log's address: no database, no configuration, and no trust in whoever runs them.";

constexpr const char* kTeaching = R"(
What to give it:
  LOG      a copy of the object store's folder (it holds log/checkpoint, log/tile, ledger), or a log fetched
           from its server (checkpoint, tile/...), or the server's address: https://callvault.example/log, with
           --token-file or --certificate of an auditor. Nothing is written there.
  --key    the log's public key, got from the operator ONCE and kept by you: "name+1a2b3c4d+base64", or a file
           with one such line for each key (log and ledger have their own). Keys of witnesses are given so too.
  --quorum how many of those witnesses must have cosigned what you are shown: then nobody else was shown another
           log. Without it, only your own saved checkpoints tell.
  --since  a checkpoint that you saved the last time. With it, a rewritten or forked log cannot pass. So after
           each check keep the newest file of log/checkpoint.

Examples:
  callvault-verify log /mnt/copy --key keys.txt --since saved/2026-10.checkpoint
  callvault-verify certificate 3f0c5d.certificate --key keys.txt
  callvault-verify statement residency-2026-11 --key keys.txt
  callvault-verify consistency /mnt/copy --since saved/2026-10.checkpoint --key keys.txt
  callvault-verify entry /mnt/copy 4711 --key keys.txt --json
  callvault-verify log https://callvault.example/log --token-file token --key keys.txt --quorum 2

To be a witness of somebody's log: "callvault-verify witness --help".

Exit codes: 0 everything that could be checked holds; 1 evidence is wrong (named in the report);
            2 wrong usage; 3 something could not be read, so nothing is known.)";

constexpr const char* kWitnessTeaching = R"(
A witness remembers the newest checkpoint of a log that it saw, and signs only one that goes on from it. So whoever asks for
its signature is shown the same log as everybody else. It sees sizes and hashes, never an entry. Run it where the log's
operator has no say: a works council, an auditor, a second site.

  callvault-verify witness init /var/lib/witness --name council.example/callvault      prints its key: give it away
  callvault-verify witness serve /var/lib/witness --key log-key.txt --port 8444 --certificate server.pem

The operator of the log adds it to the configuration:  [[witness]]  url = "https://council.example:8444"  key = "..."
Keep the folder: a witness that forgot what it signed must not sign again; make another one, under another name. What a log
signed that does not go on from before lies in FOLDER/evidence: keep it, it is the proof.)";

struct Arguments {
    std::string target;
    std::string index;
    std::vector<std::string> keys;
    std::vector<std::string> since;
    std::string now;
    unsigned quorum = 0;
    HttpsOptions https;
    std::string token_file;
    std::string name;
    WitnessServerOptions server;
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
    LogQuestion question{keys_of(arguments), {}, arguments.quorum, latest_of(arguments)};
    const auto witnesses =
        std::count_if(question.keys.begin(), question.keys.end(), [](const Key& key) { return key.witness; });
    if (question.quorum > static_cast<std::size_t>(witnesses))
        throw UsageError("--quorum " + std::to_string(question.quorum) + " needs the keys of so many witnesses; " +
                         std::to_string(witnesses) + " were given");
    question.since.assign(arguments.since.begin(), arguments.since.end());
    return question;
}

std::unique_ptr<LogSource> source_of(const Arguments& arguments) {
    if (!arguments.target.starts_with("https://")) return std::make_unique<LogFolder>(arguments.target);
    HttpsOptions options = arguments.https;
    if (!arguments.token_file.empty()) {
        const auto token = read_file(arguments.token_file, kMaxToken);
        if (!token) throw Unreadable(arguments.token_file + ": there is no such file");
        options.token = token->substr(0, token->find_last_not_of(" \r\n") + 1);
    }
    return std::make_unique<LogUrl>(arguments.target, options);
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
    const auto source = source_of(arguments);
    if (command == "log") {
        check_log(*source, question, report);
        check_ledger(*source, question.keys, question.latest, report);
    } else if (command == "ledger") {
        check_ledger(*source, question.keys, question.latest, report);
    } else if (command == "consistency") {
        for (const auto& saved : question.since)
            check_consistency(*source, question.keys, question.quorum, saved, report);
    } else {
        const std::optional<std::uint64_t> index = parse_number(arguments.index);
        if (!index) throw UsageError("INDEX is the number of an entry, from 0");
        check_entry(*source, question.keys, question.quorum, *index, report);
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

/// What the commands that read a log have besides.
CLI::App* with_log(CLI::App* command, Arguments& arguments) {
    command->add_option("--quorum", arguments.quorum,
                        "So many of the witnesses whose keys are given must have cosigned");
    command->add_option("--authorities", arguments.https.authorities,
                        "Who vouches for the server (PEM), instead of the system's");
    command->add_option("--token-file", arguments.token_file, "Access token of an auditor, for the server");
    command->add_option("--certificate", arguments.https.certificate, "Client certificate of an auditor (PEM)");
    command->add_option("--certificate-key", arguments.https.certificate_key, "Its key, unless it is in the same file");
    return command;
}

void declare_witness(CLI::App& app, Arguments& arguments) {
    CLI::App* witness = app.add_subcommand("witness", "Keeps an eye on logs, for whoever cannot trust their operator");
    witness->require_subcommand(1);
    witness->footer(kWitnessTeaching);
    CLI::App* init = witness->add_subcommand("init", "Makes a witness: its folder and its key");
    init->add_option("FOLDER", arguments.target)->required();
    init->add_option("--name", arguments.name, "Its name in what it signs, such as council.example/callvault")
        ->required();
    CLI::App* serve = witness->add_subcommand("serve", "Answers the logs that it watches, until SIGTERM");
    serve->add_option("FOLDER", arguments.target)->required();
    serve->add_option("-k,--key", arguments.keys, "Key of a log to watch, or a file of such; may be repeated")
        ->required();
    serve->add_option("--address", arguments.server.address, "Where to listen")->capture_default_str();
    serve->add_option("--port", arguments.server.port, "0: any that is free")->capture_default_str();
    serve->add_option("--certificate", arguments.server.certificate, "The server's certificate (PEM)")->required();
    serve->add_option("--certificate-key", arguments.server.certificate_key, "Its key, unless it is in the same file");
}

int be_witness(const CLI::App& command, const Arguments& arguments, std::ostream& out) {
    if (command.get_name() == "init") {
        out << text_of(Witness::init(arguments.target, arguments.name)) << '\n';
        return 0;
    }
    Witness witness(arguments.target, keys_of(arguments));
    serve_witness(witness, arguments.server, out);
    return 0;
}

void declare(CLI::App& app, Arguments& arguments) {
    app.require_subcommand(1);
    app.footer(kTeaching);
    const char* since = "A checkpoint saved earlier; may be repeated";
    with_log(add_command(app, arguments, "log", "The whole log, every byte of it, and the ledger beside it", "LOG"),
             arguments)
        ->add_option("--since", arguments.since, since);
    add_command(app, arguments, "ledger", "The deletion ledger alone", "FOLDER");
    with_log(
        add_command(app, arguments, "consistency", "That the log only grew since a saved checkpoint (fast)", "LOG"),
        arguments)
        ->add_option("--since", arguments.since, since)
        ->required();
    with_log(add_command(app, arguments, "entry", "That one entry is in the log (fast); shows it", "LOG"), arguments)
        ->add_option("INDEX", arguments.index, "Number of the entry, from 0")
        ->required();
    add_command(app, arguments, "certificate", "A deletion certificate, offline", "FILE");
    add_command(app, arguments, "statement", "A statement of residency, offline", "FILE");
    declare_witness(app, arguments);
}

}  // namespace

int run(int argc, const char* const* argv, std::ostream& out, std::ostream& err) {
    CLI::App app(kAbout, "callvault-verify");
    Arguments arguments;
    declare(app, arguments);
    try {
        app.parse(argc, argv);
        const CLI::App& command = *app.get_subcommands().front();
        if (command.get_name() == "witness") return be_witness(*command.get_subcommands().front(), arguments, out);
        const Report report = answer(command.get_name(), arguments);
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
