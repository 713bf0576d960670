#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "gateway/cli/context.hpp"

namespace gateway::cli {

/// A verb as it was declared: its parser, and where its arguments are read into.
template <class Arguments>
struct Verb {
    CLI::App* app;
    std::shared_ptr<Arguments> arguments;

    CLI::App* operator->() const { return app; }
    Arguments& operator*() const { return *arguments; }
};

struct NoArguments {};

/// Declares the verb `name` of `group`: what it is for in one sentence, an example to copy, and what it does.
/// `group` and `context` must outlive the run.
template <class Arguments>
Verb<Arguments> add_verb(CLI::App& group, Context& context, const std::string& name, const std::string& about,
                         const std::string& example, Exit (*act)(Context&, const Arguments&)) {
    Verb<Arguments> verb{group.add_subcommand(name, about), std::make_shared<Arguments>()};
    verb.app->footer("\nExample:\n  " + example);
    verb.app->callback([&context, arguments = verb.arguments, act] {
        context.action = [&context, arguments, act] { return act(context, *arguments); };
    });
    return verb;
}

/// Declares a noun; one of its verbs must be given.
CLI::App& add_noun(CLI::App& app, const std::string& name, const std::string& about);

}  // namespace gateway::cli
