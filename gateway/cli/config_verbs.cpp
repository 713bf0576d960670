#include "gateway/cli/config_verbs.hpp"

#include <ostream>
#include <string>

#include "gateway/app/settings_reference.hpp"
#include "gateway/cli/verb.hpp"

namespace gateway::cli {

namespace {

struct CheckArguments {
    std::string file;
};

Exit check(Context& context, const CheckArguments& arguments) {
    if (!arguments.file.empty()) context.config = arguments.file;
    const app::LoadedSettings loaded = load(context);
    if (context.json) {
        context.streams.out << R"({"good":true,"digest":")" << loaded.digest << "\"}\n";
    } else {
        context.streams.out << printable(context.config) << " is good\n";
        print_fact(context, "digest", loaded.digest);
    }
    return Exit::kGood;
}

Exit reference(Context& context, const NoArguments&) {
    context.streams.out << app::settings_reference();
    return Exit::kGood;
}

Exit default_file(Context& context, const NoArguments&) {
    context.streams.out << app::default_configuration();
    return Exit::kGood;
}

}  // namespace

void add_config(CLI::App& app, Context& context) {
    CLI::App& noun = add_noun(app, "config", "The configuration file");
    const auto checked = add_verb(noun, context, "check",
                                  "Says every fault of the file with line, key and allowed values; for a good file its "
                                  "digest, as the audit log has it",
                                  "callvault config check /etc/callvault/callvault.toml", &check);
    checked->add_option("FILE", checked.arguments->file, "The file; that of --config when it is left out");
    add_verb(noun, context, "reference", "Prints every setting with its bounds and its default, as Markdown",
             "callvault config reference | less", &reference);
    add_verb(noun, context, "default", "Prints a file to start from: every setting, those with a default commented out",
             "callvault config default > callvault.toml", &default_file);
}

}  // namespace gateway::cli
