#include "gateway/signin/pages.hpp"

#include <catch2/catch.hpp>

#include "gateway/signin/sign_in.hpp"
#include "tests/support/http_request.hpp"

namespace {

using namespace gateway::signin;

tests::RequestParts speaking(const std::string& languages) {
    tests::RequestParts parts;
    if (!languages.empty()) parts.headers = {{"Accept-Language", languages}};
    return parts;
}

Language chosen(const std::string& languages) {
    tests::HttpRequest made(speaking(languages));
    return language_of(made.request());
}

}  // namespace

TEST_CASE("A page speaks the first of our languages that the browser names") {
    CHECK(chosen("") == Language::kEnglish);
    CHECK(chosen("nl") == Language::kDutch);
    CHECK(chosen("NL-be, en;q=0.5") == Language::kDutch);
    CHECK(chosen("de-DE, fr;q=0.9, nl;q=0.8, en;q=0.1") == Language::kDutch);
    CHECK(chosen("en-GB,nl;q=0.5") == Language::kEnglish);
    CHECK(chosen("de, xx") == Language::kEnglish);
}

TEST_CASE("Every message has a title and a sentence in every language, without markup") {
    for (int i = 0; i <= static_cast<int>(Message::kTryLater); ++i) {
        for (const auto language : {Language::kEnglish, Language::kDutch}) {
            const auto text = text_of(static_cast<Message>(i), language);
            CHECK_FALSE(text.title.empty());
            CHECK(text.sentence.ends_with("."));
            CHECK(escaped(text.title).find("&lt;") == std::string::npos);
            CHECK(text.sentence.find('<') == std::string_view::npos);
        }
        CHECK(text_of(static_cast<Message>(i), Language::kDutch).sentence !=
              text_of(static_cast<Message>(i), Language::kEnglish).sentence);
    }
}

TEST_CASE("Whatever a page is given stays text, and it may load and run nothing") {
    tests::HttpRequest made(speaking("en"));
    const auto response =
        page(made.request(), 200, Message::kWelcome, {{"/a?b=\"c\"&d", "<b>'x'</b>"}}, "/a?\"><script>");
    const auto& html = std::get<std::string>(response.body);
    CHECK(html.find("<script>") == std::string::npos);
    CHECK(html.find("<a href=\"/a?b=&quot;c&quot;&amp;d\">&lt;b&gt;&#39;x&#39;&lt;/b&gt;</a>") != std::string::npos);
    CHECK(html.find("content=\"0;url=/a?&quot;&gt;&lt;script&gt;\"") != std::string::npos);
    const auto* policy = response.header("content-security-policy");
    REQUIRE(policy != nullptr);
    CHECK(policy->find("default-src 'none'") == 0);
    CHECK(policy->find("unsafe") == std::string::npos);
}

TEST_CASE("The address where a sign-in begins carries its way back") {
    CHECK(sign_in_path("staff", "/a?b=c", false) == "/auth/sign-in?issuer=staff&return=%2Fa%3Fb%3Dc");
    CHECK(sign_in_path("staff", "/", true) == "/auth/sign-in?issuer=staff&return=%2F&step_up=1");
}
