#include "gateway/http/problem.hpp"

#include <array>
#include <utility>

#include "gateway/observe/json_text.hpp"

namespace gateway::http {
namespace {

using policy::Code;
using std::chrono::seconds;

struct Row {
    Code code;
    unsigned status;
    std::string_view name;
    std::string_view title;
    std::string_view detail;
    int retry_after_in_seconds;  ///< 0: no Retry-After.
};

/// The one table of code to status. The sentences go to clients: they say what to do and nothing of the inside.
constexpr std::array<Row, 15> kRows = {{
    {Code::kInvalid, 422, "invalid", "The input breaks a rule", "Correct the named faults and send it again.", 0},
    {Code::kUnauthenticated, 401, "unauthenticated", "Who is asking is not known",
     "Present a client certificate or a token that this gateway accepts.", 0},
    {Code::kStepUp, 401, "step-up", "A fresh second factor is needed",
     "Sign in again with the second factor and repeat the request.", 0},
    {Code::kDenied, 403, "denied", "Not allowed", "Your roles do not allow this.", 0},
    {Code::kNotFound, 404, "not-found", "Not found", "There is no such thing, or it is not yours to know of.", 0},
    {Code::kConflict, 409, "conflict", "In conflict with what is stored",
     "Something else stands under this name, or its state has moved on.", 0},
    {Code::kGone, 410, "gone", "Destroyed", "This was here and was destroyed. Do not send it again.", 0},
    {Code::kTooLarge, 413, "too-large", "Too large", "The body is over the limit of this gateway.", 0},
    {Code::kUnsupported, 415, "unsupported", "Not supported", "This format or feature is not accepted here.", 0},
    {Code::kOverloaded, 503, "overloaded", "Too much at once", "Repeat the request after the time in Retry-After.", 5},
    {Code::kUnavailable, 503, "unavailable", "A needed part does not answer",
     "Nothing was done. Repeat the request after the time in Retry-After.", 5},
    {Code::kDeadline, 504, "deadline", "Took too long", "Repeat the request after the time in Retry-After.", 5},
    {Code::kInDoubt, 503, "in-doubt", "It may or may not have been done",
     "Repeat the same request after the time in Retry-After: the repeat finds out.", 2},
    {Code::kCorrupt, 500, "corrupt", "Stored data is damaged", "The operators have been alarmed. Do not retry.", 0},
    {Code::kInternal, 500, "internal", "An error of this gateway", "Tell the operators the request id.", 0},
}};

const Row& row_of(Code code) {
    for (const Row& row : kRows) {
        if (row.code == code) return row;
    }
    return kRows.back();
}

void append_member(std::string& out, std::string_view name, std::string_view value) {
    if (out.back() != '{') out.push_back(',');
    observe::append_json_string(out, name);
    out.push_back(':');
    observe::append_json_string(out, value);
}

std::string json_of(const policy::RequestId& id, const Problem& problem) {
    std::string out = "{";
    append_member(out, "type", "urn:callvault:problem:" + problem.code);
    append_member(out, "title", problem.title);
    out += ",\"status\":" + std::to_string(problem.status);
    if (!problem.detail.empty()) append_member(out, "detail", problem.detail);
    append_member(out, "request_id", id.text());
    if (!problem.faults.empty()) {
        out += ",\"faults\":[";
        for (const ProblemFault& fault : problem.faults) {
            if (out.back() != '[') out.push_back(',');
            out.push_back('{');
            append_member(out, "code", fault.code);
            append_member(out, "pointer", fault.pointer);
            append_member(out, "sentence", fault.sentence);
            out.push_back('}');
        }
        out.push_back(']');
    }
    out += "}\n";
    return out;
}

}  // namespace

Response problem_response(const policy::RequestId& id, Problem problem) {
    Response response = text_response(problem.status, "application/problem+json", json_of(id, problem));
    if (problem.retry_after) {
        response.headers.push_back({"Retry-After", std::to_string(problem.retry_after->count())});
    }
    for (Header& header : problem.headers) response.headers.push_back(std::move(header));
    return response;
}

Response problem_response(const policy::RequestId& id, const policy::Error& error) {
    return problem_response(id, problem_of(error.code));
}

Problem problem_of(Code code) {
    const Row& row = row_of(code);
    Problem problem;
    problem.status = row.status;
    problem.code = std::string(row.name);
    problem.title = std::string(row.title);
    problem.detail = std::string(row.detail);
    if (row.retry_after_in_seconds > 0) problem.retry_after = seconds(row.retry_after_in_seconds);
    return problem;
}

unsigned status_of(Code code) {
    return row_of(code).status;
}

}  // namespace gateway::http
