#include "gateway/auth/challenge.hpp"

#include <utility>

#include "gateway/auth/refusal.hpp"
#include "gateway/http/problem.hpp"

namespace gateway::auth {

namespace {

constexpr std::string_view kRealm = "Bearer realm=\"callvault\"";

bool is_about_the_token(const Refusal& refusal) {
    return refusal.code.starts_with("token-");
}

/// Configured values in a quoted-string: quotes and backslashes cannot stand in one unescaped, so they are left out.
std::string joined(const std::vector<std::string>& values) {
    std::string text;
    for (const std::string& value : values) {
        if (!text.empty()) text += ' ';
        for (const char c : value) {
            if (c > 0x20 && c < 0x7f && c != '"' && c != '\\') text += c;
        }
    }
    return text;
}

}  // namespace

http::Response unauthenticated_response(const policy::RequestId& id, const policy::Error& error) {
    const Refusal* refusal = refusal_of(error);
    if (refusal == nullptr) return http::problem_response(id, error);
    http::Problem problem = http::problem_of(error.code);
    problem.code = refusal->code;
    problem.detail = refusal->sentence;
    if (error.code == policy::Code::kUnauthenticated) {
        std::string challenge(kRealm);
        if (is_about_the_token(*refusal)) challenge += ", error=\"invalid_token\"";
        problem.headers.push_back({"WWW-Authenticate", std::move(challenge)});
    }
    return http::problem_response(id, std::move(problem));
}

http::Response step_up_response(const policy::RequestId& id, const StepUp& step_up) {
    http::Problem problem = http::problem_of(policy::Code::kStepUp);
    problem.status = 401;
    problem.code = "insufficient-user-authentication";
    problem.detail = "Sign in again with a second factor, not longer than " + std::to_string(step_up.max_age.count()) +
                     " seconds before the request, and repeat it with the new token.";
    std::string challenge(kRealm);
    challenge += ", error=\"insufficient_user_authentication\"";
    const std::string acr_values = joined(step_up.acr_values);
    if (!acr_values.empty()) challenge += ", acr_values=\"" + acr_values + "\"";
    challenge += ", max_age=\"" + std::to_string(step_up.max_age.count()) + "\"";
    problem.headers.push_back({"WWW-Authenticate", std::move(challenge)});
    return http::problem_response(id, std::move(problem));
}

}  // namespace gateway::auth
