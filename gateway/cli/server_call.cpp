#include "gateway/cli/server_call.hpp"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "gateway/app/setting_table.hpp"
#include "gateway/json/object_reader.hpp"

namespace gateway::cli {

using policy::Code;
using policy::fail;
using policy::Result;

namespace {

constexpr std::chrono::seconds kServerPatience{60};

std::filesystem::path default_socket() {
    for (const app::Section& section : app::setting_sections()) {
        if (section.name != "server") continue;
        const auto found = std::ranges::find(section.settings, "socket", &app::Setting::key);
        if (found != section.settings.end() && found->fallback) return std::string(*found->fallback);
    }
    throw CommandError(Exit::kUsage, "give the server's socket with --socket");
}

std::string user_name() {
    const passwd* user = ::getpwuid(::geteuid());
    return user != nullptr ? user->pw_name : std::to_string(::geteuid());
}

std::string not_connected(const std::filesystem::path& socket, const policy::Error& error) {
    const std::string place = "the server's socket " + socket.string();
    switch (error.code) {
        case Code::kNotFound:
            return place +
                   " is not there: is the server running? Start it with: callvault serve (or: systemctl start "
                   "callvault)";
        case Code::kDenied:
            return place + " may not be used by user " + user_name() + ": its folder is closed to this user";
        case Code::kUnavailable:
            return "nobody answers at " + place + " (" + error.what +
                   "): the server has ended; start it with: callvault serve (or: systemctl start callvault)";
        default:
            return place + ": " + error.what;
    }
}

std::string text_at(const boost::json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::string faults_text(const boost::json::object& problem) {
    std::string out;
    const auto* faults = problem.if_contains("faults");
    if (faults == nullptr || !faults->is_array()) return out;
    for (const auto& fault : faults->get_array()) {
        if (!fault.is_object()) continue;
        const auto pointer = text_at(fault.get_object(), "pointer");
        out +=
            "\n  " + printable((pointer.empty() ? "(all)" : pointer) + ": " + text_at(fault.get_object(), "sentence"));
    }
    return out;
}

std::string way_out(int status, std::string_view type) {
    if (type.ends_with(":insufficient-user-authentication")) {
        return "\n  on this socket a second factor is a matter of the configuration: second_factor of [[local_user]]";
    }
    if (status == 401) {
        return "\n  user " + user_name() +
               " is not known here: the configuration needs a [[local_user]] with user = \"" + user_name() +
               "\" and its roles";
    }
    return {};
}

}  // namespace

std::filesystem::path socket_path(const Context& context) {
    if (!context.socket.empty()) return context.socket;
    if (::access(context.config.c_str(), R_OK) != 0 && errno == EACCES) return default_socket();
    return load(context).settings.server.socket;
}

Result<HttpAnswer> ask(const std::filesystem::path& socket, const HttpQuestion& question,
                       std::chrono::seconds patience) {
    const Deadline deadline = std::chrono::steady_clock::now() + patience;
    auto connection = LocalSocket::connect(socket, deadline);
    if (connection.has_error()) {
        const Code code = connection.error().code == Code::kNotFound ? Code::kUnavailable : connection.error().code;
        return fail(code, not_connected(socket, connection.error()));
    }
    return exchange(*connection, question, deadline);
}

std::string problem_text(const HttpAnswer& answer) {
    std::vector<policy::Fault> ignored;
    const auto problem = json::parse_object(answer.body, ignored);
    if (!problem) return "the server answered " + std::to_string(answer.head.status);
    const std::string title = text_at(*problem, "title");
    const std::string detail = text_at(*problem, "detail");
    std::string out = title.empty() ? "the server answered " + std::to_string(answer.head.status) : title;
    if (!detail.empty()) out += ": " + detail;
    std::string shown = printable(out);
    shown += faults_text(*problem);
    shown += way_out(answer.head.status, text_at(*problem, "type"));
    if (const auto wait = answer.head.header("Retry-After")) shown += "\n  try again in " + printable(*wait) + " s";
    if (const auto id = text_at(*problem, "request_id"); !id.empty()) shown += "\n  request " + printable(id);
    return shown;
}

HttpAnswer call_server(const Context& context, const HttpQuestion& question, int also) {
    auto answer = ask(socket_path(context), question, kServerPatience);
    if (answer.has_error()) throw CommandError(answer.error());
    const Exit exit = exit_of_status(answer->head.status);
    if (exit != Exit::kGood && answer->head.status != also) throw CommandError(exit, problem_text(*answer));
    return std::move(*answer);
}

boost::json::object object_of(const HttpAnswer& answer) {
    std::vector<policy::Fault> faults;
    auto object = json::parse_object(answer.body, faults);
    if (!object)
        throw CommandError(Exit::kFailed, "the server's answer is no JSON object: is this another program's socket?");
    return std::move(*object);
}

}  // namespace gateway::cli
