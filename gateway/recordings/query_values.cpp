#include "gateway/recordings/query_values.hpp"

#include <charconv>
#include <utility>

#include "gateway/http/problem.hpp"

namespace gateway::recordings {

std::optional<std::int64_t> whole_query(const http::Request& request, std::string_view name, std::int64_t least,
                                        std::int64_t most, std::int64_t otherwise) {
    const auto text = request.query_parameter(name);
    if (!text) return otherwise;
    std::int64_t value = 0;
    const char* const end = text->data() + text->size();
    const auto read = std::from_chars(text->data(), end, value);
    if (read.ec != std::errc() || read.ptr != end || value < least || value > most) return std::nullopt;
    return value;
}

std::optional<bool> flag_query(const http::Request& request, std::string_view name) {
    const auto text = request.query_parameter(name);
    if (!text || *text == "false") return false;
    return *text == "true" ? std::optional(true) : std::nullopt;
}

http::Response malformed(const http::Request& request, std::string detail) {
    http::Problem problem;
    problem.status = 400;
    problem.code = "malformed-request";
    problem.title = "Malformed request";
    problem.detail = std::move(detail);
    return http::problem_response(request.id(), std::move(problem));
}

}  // namespace gateway::recordings
