#include "gateway/http/problem.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>
#include <string>

namespace {

using namespace gateway::http;
using policy::Code;

const policy::RequestId kId(policy::RequestId::Bytes{1, 2, 3, 4});

boost::json::object body_of(const Response& response) {
    return boost::json::parse(std::get<std::string>(response.body)).as_object();
}

TEST_CASE("Each code has its status, name and, where a repeat helps, a time to wait") {
    struct Row {
        Code code;
        unsigned status;
        std::string name;
        std::string retry_after;
    };
    const Row rows[] = {{Code::kInvalid, 422, "invalid", ""},
                        {Code::kUnauthenticated, 401, "unauthenticated", ""},
                        {Code::kStepUp, 401, "step-up", ""},
                        {Code::kDenied, 403, "denied", ""},
                        {Code::kNotFound, 404, "not-found", ""},
                        {Code::kConflict, 409, "conflict", ""},
                        {Code::kGone, 410, "gone", ""},
                        {Code::kTooLarge, 413, "too-large", ""},
                        {Code::kUnsupported, 415, "unsupported", ""},
                        {Code::kOverloaded, 503, "overloaded", "5"},
                        {Code::kUnavailable, 503, "unavailable", "5"},
                        {Code::kDeadline, 504, "deadline", "5"},
                        {Code::kInDoubt, 503, "in-doubt", "2"},
                        {Code::kCorrupt, 500, "corrupt", ""},
                        {Code::kInternal, 500, "internal", ""}};
    for (const auto& row : rows) {
        INFO(row.name);
        REQUIRE(status_of(row.code) == row.status);
        const auto response = problem_response(kId, policy::fail(row.code, "vault slot 3 said CKR_DEVICE_ERROR"));
        REQUIRE(response.status == row.status);
        REQUIRE(*response.header("content-type") == "application/problem+json");
        const auto body = body_of(response);
        REQUIRE(body.at("type").as_string() == "urn:callvault:problem:" + row.name);
        REQUIRE(body.at("status").as_int64() == row.status);
        REQUIRE_FALSE(body.at("title").as_string().empty());
        REQUIRE_FALSE(body.at("detail").as_string().empty());
        REQUIRE(body.at("request_id").as_string() == kId.text());
        const auto* retry_after = response.header("Retry-After");
        REQUIRE((retry_after == nullptr ? "" : *retry_after) == row.retry_after);
    }
}

TEST_CASE("What went wrong inside never reaches the client") {
    const auto response = problem_response(kId, policy::fail(Code::kInternal, "password=hunter2 at /var/lib"));
    REQUIRE(std::get<std::string>(response.body).find("hunter2") == std::string::npos);
    REQUIRE(std::get<std::string>(response.body).find("/var/lib") == std::string::npos);
}

TEST_CASE("Every fault stands in the problem with code, pointer and sentence, whatever characters it holds") {
    Problem problem = problem_of(Code::kInvalid);
    problem.faults = {{"basis-missing", "/basis", "Send a \"basis\".\n"},
                      {"field-unknown", "/a~1\xFF", "Leave it out."}};
    problem.headers.push_back({"X-Extra", "1"});
    const auto response = problem_response(kId, std::move(problem));
    const auto body = body_of(response);
    const auto& faults = body.at("faults").as_array();
    REQUIRE(faults.size() == 2);
    REQUIRE(faults[0].at("code").as_string() == "basis-missing");
    REQUIRE(faults[0].at("sentence").as_string() == "Send a \"basis\".\n");
    REQUIRE(faults[1].at("pointer").as_string() == "/a~1\xEF\xBF\xBD");
    REQUIRE(*response.header("x-extra") == "1");
}

}  // namespace
