#include "gateway/auth/login_attempt.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "storage/crypto/encoding.hpp"
#include "storage/crypto/sha256.hpp"

namespace {

using namespace gateway::auth;
using std::chrono::minutes;
using std::chrono::seconds;

const policy::Instant kAttemptedAt{seconds(1'800'000'000)};

LoginGoal goal() {
    LoginGoal out;
    out.issuer = "staff";
    out.return_path = "/recordings/1?at=2";
    out.step_up = true;
    out.before.emplace();
    out.before->fill(std::byte{7});
    out.begun_at = kAttemptedAt;
    return out;
}

}  // namespace

TEST_CASE("A sign-in is found again by its cookie and its state, and by nothing else") {
    const auto one = begin_login(goal());
    const auto found = resume_login(one.cookie_value, one.state, kAttemptedAt + minutes(9));
    REQUIRE(found);
    CHECK(found->goal == one.goal);
    CHECK(found->nonce == one.nonce);
    CHECK(found->verifier == one.verifier);
    CHECK(found->cookie_name == login_cookie_name(one.state));

    const auto two = begin_login(goal());
    CHECK_FALSE(resume_login(one.cookie_value, two.state, kAttemptedAt));
    CHECK_FALSE(resume_login(two.cookie_value, one.state, kAttemptedAt));
    CHECK_FALSE(resume_login(one.cookie_value, "", kAttemptedAt));
    CHECK_FALSE(resume_login("", one.state, kAttemptedAt));
    CHECK_FALSE(resume_login(".", one.state, kAttemptedAt));
    CHECK_FALSE(resume_login(std::string(5000, 'A'), one.state, kAttemptedAt));
}

TEST_CASE("A sign-in counts for ten minutes") {
    const auto one = begin_login(goal());
    CHECK(resume_login(one.cookie_value, one.state, kAttemptedAt + minutes(10) - seconds(1)));
    CHECK_FALSE(resume_login(one.cookie_value, one.state, kAttemptedAt + minutes(10)));
    CHECK_FALSE(resume_login(one.cookie_value, one.state, kAttemptedAt - minutes(2)));
}

TEST_CASE("A goal that was changed in the cookie does not fit its state") {
    const auto one = begin_login(goal());
    const auto dot = one.cookie_value.find('.');
    const auto bytes = storage::crypto::from_base64url(one.cookie_value.substr(dot + 1));
    REQUIRE(bytes);
    auto text = storage::crypto::text_of(*bytes);
    text.replace(text.find("/recordings"), 11, "//evil.test");
    const auto changed =
        one.cookie_value.substr(0, dot + 1) + storage::crypto::to_base64url(storage::crypto::bytes_of(text));
    CHECK_FALSE(resume_login(changed, one.state, kAttemptedAt));
}

TEST_CASE("State, nonce and verifier of a thousand sign-ins are all different, and 256 bits each") {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        const auto one = begin_login(goal());
        for (const auto& text : {one.state, one.nonce, one.verifier}) {
            CHECK(text.size() == 43);
            CHECK(seen.insert(text).second);
        }
    }
}

TEST_CASE("The challenge is the S256 of the verifier, and the cookie fits into any browser") {
    auto longest = goal();
    longest.return_path = "/" + std::string(511, 'a');
    longest.issuer = std::string(40, 'b');
    const auto one = begin_login(longest);
    CHECK(one.challenge ==
          storage::crypto::to_base64url(storage::crypto::sha256(storage::crypto::bytes_of(one.verifier))));
    CHECK(set_login_cookie(one).size() < 2048);
    CHECK(set_login_cookie(one).ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=600"));
    CHECK(resume_login(one.cookie_value, one.state, kAttemptedAt));
}

TEST_CASE("Only paths of ours are returned to") {
    for (const auto* good : {"/", "/a", "/a/b?c=d&e=%2F#f", "/~x"}) CHECK(safe_return_path(good) == good);
    for (const auto* bad : {"", "a", "//evil.test", "/\\evil.test", "\\/evil", "https://evil.test", "/a b",
                            "/a\r\nb: c", "/a\\b", "/\x7f", "/caf\xc3\xa9", "javascript:alert(1)"})
        CHECK(safe_return_path(bad) == "/");
    CHECK(safe_return_path("/" + std::string(512, 'a')) == "/");
}
