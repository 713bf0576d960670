#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <filesystem>
#include <string_view>

#include "gateway/cli/context.hpp"
#include "gateway/cli/http_client.hpp"

namespace gateway::cli {

/// The server's Unix socket: --socket, else [server] socket of the configuration; of a configuration that this user may
/// not read, its default place.
std::filesystem::path socket_path(const Context& context);

/// Connects and asks, in the caller's own name. kUnavailable and kDenied say what the operator does about it.
policy::Result<HttpAnswer> ask(const std::filesystem::path& socket, const HttpQuestion& question,
                               std::chrono::seconds patience);

/// Asks the server and gives its good answer, or one of the status `also`. Ends the command on any other, in words that
/// tell what to do.
HttpAnswer call_server(const Context& context, const HttpQuestion& question, int also = 0);

/// What an answer that is no success means, in words: title, detail, every fault, request id.
std::string problem_text(const HttpAnswer& answer);

/// The body as a JSON object. Ends the command when it is none.
boost::json::object object_of(const HttpAnswer& answer);

}  // namespace gateway::cli
