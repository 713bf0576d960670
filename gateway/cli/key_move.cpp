#include "gateway/cli/key_move.hpp"

#include <boost/json/serialize.hpp>
#include <chrono>
#include <ostream>
#include <string>
#include <thread>

#include "gateway/cli/progress_line.hpp"
#include "gateway/cli/render.hpp"
#include "gateway/cli/server_call.hpp"

namespace gateway::cli {

namespace {

constexpr std::chrono::seconds kPollEvery{10};  ///< Each look is an entry of the log.

constexpr const char* kTeaching = R"(
From a file vault into an HSM, or from one vault to another, while the service runs; the audio is not touched:

  1. In the configuration of every gateway, rename [vault] to [vault.old], and write the new vault as [vault].
  2. Restart the gateways, all of them: those with the new configuration wait until the last with the old one has ended.
     From then on new keys are made in the new vault, and one gateway does the rest by itself: every purge date and hold
     gets a new key there, and what hangs on the old ones is opened and wrapped anew.
  3. callvault key move --wait      says how far it is, and ends when no recording hangs on the old vault any more.

[vault.old] stays in the configuration: its day keys are destroyed on their days, with those in their place, because
old copies of the database hang on them; and the keys under which tombstones and pseudonyms were made stay there for good.
callvault doctor lists them.

Exit codes: 0 nothing hangs on the old vault; 1 something does still: look again, or see the log for move.failed.

Example:
  callvault key move --wait)";

struct MoveArguments {
    bool wait = false;
    unsigned wait_seconds = 86400;
};

std::int64_t number_in(const boost::json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

/// Where the server says the move is; an empty object: nothing is being left.
boost::json::object look(const Context& context) {
    auto answer = object_of(call_server(context, {"GET", "/v1/keys", {}, {}}));
    if (answer.contains("old_vault"))
        throw CommandError(Exit::kUnavailable, "the vault that keys move from does not answer: look at [vault.old]");
    auto* move = answer.if_contains("move");
    return move != nullptr && move->is_object() ? std::move(move->get_object()) : boost::json::object();
}

std::int64_t left(const boost::json::object& move) {
    return number_in(move, "to_replace") + number_in(move, "to_rewrap");
}

Exit move(Context& context, const MoveArguments& arguments) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(arguments.wait_seconds);
    auto state = look(context);
    if (arguments.wait) {
        ProgressLine progress(context);
        while (left(state) > 0 && std::chrono::steady_clock::now() < give_up) {
            progress.show(std::to_string(number_in(state, "to_replace")) +
                          " keys to replace, recordings to rewrap under " +
                          std::to_string(number_in(state, "to_rewrap")) + " keys");
            std::this_thread::sleep_for(kPollEvery);
            state = look(context);
        }
    }
    if (context.json) {
        state["done"] = left(state) == 0;
        context.streams.out << boost::json::serialize(state) << '\n';
    } else if (state.empty()) {
        context.streams.out << "No keys are being moved: the configuration has no [vault.old], or nothing is in it.\n";
    } else {
        print_object(context, state);
        if (left(state) == 0) context.streams.out << "No recording hangs on the old vault any more.\n";
    }
    return left(state) == 0 ? Exit::kGood : Exit::kFailed;
}

}  // namespace

void add_key_move(CLI::App& noun, Context& context) {
    const auto moved =
        add_verb(noun, context, "move",
                 "How far the keys' move from [vault.old] to [vault] is; it goes on by itself while the service runs",
                 "", &move);
    moved->footer(kTeaching);
    moved->add_flag("--wait", moved.arguments->wait, "Returns when no recording hangs on the old vault any more");
    moved->add_option("--wait-seconds", moved.arguments->wait_seconds, "How long --wait waits (86400)")
        ->check(CLI::Range(1, 7 * 86400));
}

}  // namespace gateway::cli
