#include "gateway/cli/cli.hpp"

#include <CLI/CLI.hpp>
#include <ostream>
#include <utility>

#include "gateway/cli/audit_verbs.hpp"
#include "gateway/cli/config_verbs.hpp"
#include "gateway/cli/doctor_verb.hpp"
#include "gateway/cli/hold_verbs.hpp"
#include "gateway/cli/job_verbs.hpp"
#include "gateway/cli/key_verbs.hpp"
#include "gateway/cli/ledger_verbs.hpp"
#include "gateway/cli/proposal_verbs.hpp"
#include "gateway/cli/purge_verbs.hpp"
#include "gateway/cli/recording_verbs.hpp"
#include "gateway/cli/residency_verbs.hpp"
#include "gateway/cli/serve_verb.hpp"
#include "gateway/cli/store_verbs.hpp"
#include "gateway/cli/verb.hpp"

namespace gateway::cli {

namespace {

constexpr const char* kAbout =
    "callvault keeps call recordings for as long as the law allows, lets the right people listen, and makes them\n"
    "disappear on their day. This program is its server and its command line.";

constexpr const char* kTeaching = R"(
Where commands act:
  serve, config, doctor, store move, key init, new-root, rotate-root, add-copy, audit key and recover use the
  configuration and the machine's files. Everything else asks the running server over its Unix socket ([server] socket): you act under
  your own user name, with the roles that a [[local_user]] of the configuration gives you, and it is audited.

First start:
  callvault config default > /etc/callvault/callvault.toml     then fill in what is marked "needed"
  callvault config check
  callvault key init
  callvault doctor
  callvault serve

Names, numbers and case ids do not belong on a command line, where every user of the machine can read them: give "-"
and they are read from standard input.

Exit codes: 0 done; 1 failed, or no such thing; 2 wrong usage, configuration or request; 3 refused: not known here,
            or not allowed; 4 server, database or another part does not answer: try again.
"callvault NOUN VERB --help" says more, with an example.)";

void declare(CLI::App& app, Context& context) {
    app.require_subcommand(1);
    app.fallthrough();  // the shared options may stand behind the verb
    app.footer(kTeaching);
    app.add_option("-c,--config", context.config, "The configuration file")
        ->envname("CALLVAULT_CONFIG")
        ->default_str("/etc/callvault/callvault.toml");
    app.add_option("--socket", context.socket, "The server's Unix socket, instead of that of the configuration")
        ->envname("CALLVAULT_SOCKET");
    app.add_flag("--json", context.json, "JSON instead of words");
    add_serve(app, context);
    add_config(app, context);
    add_doctor(app, context);
    add_recording(app, context);
    add_hold(app, context);
    add_proposal(app, context);
    add_purge(app, context);
    add_ledger(app, context);
    add_audit(app, context);
    add_key(app, context);
    add_store(app, context);
    add_job(app, context);
    add_residency(app, context);
}

}  // namespace

CLI::App& add_noun(CLI::App& app, const std::string& name, const std::string& about) {
    CLI::App* noun = app.add_subcommand(name, about);
    noun->require_subcommand(1);
    return *noun;
}

int run(int argc, const char* const* argv, Streams streams, Serve serve) {
    CLI::App app(kAbout, "callvault");
    Context context{streams, std::move(serve), "/etc/callvault/callvault.toml", {}, false, {}};
    declare(app, context);
    try {
        app.parse(argc, argv);
        return static_cast<int>(context.action());
    } catch (const CLI::ParseError& error) {
        return app.exit(error, streams.out, streams.err) == 0 ? 0 : static_cast<int>(Exit::kUsage);
    } catch (const CommandError& error) {
        streams.err << "callvault: " << error.what() << '\n';
        return static_cast<int>(error.exit());
    } catch (const std::exception& error) {
        streams.err << "callvault: " << error.what() << '\n';
        return static_cast<int>(Exit::kFailed);
    }
}

}  // namespace gateway::cli
