#include "gateway/signin/pages.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "gateway/http/ascii.hpp"
#include "gateway/http/content_policy.hpp"
#include "storage/crypto/bytes.hpp"
#include "storage/crypto/encoding.hpp"
#include "storage/crypto/sha256.hpp"

namespace gateway::signin {

namespace {

// In the order of the enumerators.
constexpr std::array kEnglish = std::to_array<PageText>({
    {"Sign in", "Choose where you sign in."},
    {"Signed in", "You are signed in and go on by yourself; if not, follow the link."},
    {"Nobody signs in here", "There is no such place to sign in. Ask your administrator for the right address."},
    {"Begin again",
     "This sign-in took too long, was used before, or began in another browser. Nothing happened; begin again."},
    {"Not signed in", "Your organisation's sign-in did not let you in. Begin again, or ask your administrator."},
    {"Sign-in does not answer",
     "Your organisation's sign-in does not answer at the moment. Try again in a few minutes; whoever is signed in "
     "already can go on."},
    {"Not signed in",
     "What your organisation's sign-in said could not be relied on, so you are not signed in. Begin again; if it "
     "stays, tell your administrator."},
    {"No access", "You are who you say, but you have no role in this service. Ask your administrator for one."},
    {"Somebody else",
     "You confirmed as somebody else than who is signed in. Nothing changed; sign out first to change persons."},
    {"Signed out", "You are signed out here and go on to your organisation's sign-out; if not, follow the link."},
    {"Second factor needed",
     "This needs a fresh sign-in with a second factor, and none was used. Begin again and use it; if you were not "
     "asked, tell your administrator."},
    {"Signed out meanwhile",
     "Your organisation ended your sign-in while you were on the way here, so you are not signed in. Begin again; if "
     "you did not sign out yourself, tell your administrator."},
    {"Try again later",
     "A part of this service does not answer at the moment, so you are not signed in. Try again in a few minutes."},
});

constexpr std::array kDutch = std::to_array<PageText>({
    {"Inloggen", "Kies waar u inlogt."},
    {"Ingelogd", "U bent ingelogd en gaat vanzelf verder; zo niet, volg dan de link."},
    {"Hier logt niemand in", "Deze inlogplek bestaat niet. Vraag uw beheerder om het juiste adres."},
    {"Begin opnieuw",
     "Dit inloggen duurde te lang, was al gebruikt of begon in een andere browser. Er is niets gebeurd; begin "
     "opnieuw."},
    {"Niet ingelogd", "De inlogdienst van uw organisatie liet u niet toe. Begin opnieuw of vraag uw beheerder."},
    {"Inlogdienst antwoordt niet",
     "De inlogdienst van uw organisatie antwoordt nu niet. Probeer het over een paar minuten; wie al ingelogd is, kan "
     "verder."},
    {"Niet ingelogd",
     "Op wat de inlogdienst van uw organisatie zei, kon niet worden vertrouwd, dus u bent niet ingelogd. Begin "
     "opnieuw; blijft het zo, meld het uw beheerder."},
    {"Geen toegang", "U bent wie u zegt, maar u hebt geen rol in deze dienst. Vraag uw beheerder erom."},
    {"Iemand anders",
     "U bevestigde als iemand anders dan wie is ingelogd. Er is niets veranderd; log eerst uit om te wisselen."},
    {"Uitgelogd", "U bent hier uitgelogd en gaat verder naar het uitloggen bij uw organisatie; zo niet, volg de link."},
    {"Tweede factor nodig",
     "Hiervoor moet u opnieuw inloggen met een tweede factor, en die is niet gebruikt. Begin opnieuw en gebruik hem; "
     "werd er niet om gevraagd, meld het uw beheerder."},
    {"Intussen uitgelogd",
     "Uw organisatie beëindigde uw aanmelding terwijl u onderweg was, dus u bent niet ingelogd. Begin opnieuw; logde u "
     "niet zelf uit, meld het uw beheerder."},
    {"Probeer het later",
     "Een deel van deze dienst antwoordt nu niet, dus u bent niet ingelogd. Probeer het over een paar minuten."},
});
static_assert(kEnglish.size() == static_cast<std::size_t>(Message::kTryLater) + 1);
static_assert(kDutch.size() == kEnglish.size());

// The colours are those of gateway/web/app/style/tokens.css.
constexpr std::string_view kStyle =
    ":root{color-scheme:light dark;font:14px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif;"
    "--ground:#f5f7f7;--card:#fff;--ink:#17211f;--line:#d9e0df;--accent:#0f5c66;--tint:#e2eff0}"
    "@media(prefers-color-scheme:dark){:root{--ground:#101615;--card:#171f1e;--ink:#e4ebe9;--line:#2b3735;"
    "--accent:#63c3cd;--tint:#16343a}}"
    "body{margin:0;min-height:100vh;background:var(--ground);color:var(--ink)}"
    "main{box-sizing:border-box;max-width:34rem;margin:0 auto;padding:28px 32px;position:relative;top:16vh;"
    "background:var(--card);border:1px solid var(--line);border-radius:8px}"
    "h1{font-size:1.3rem;line-height:1.25;letter-spacing:-.01em;margin:0 0 10px}p{margin:0 0 18px}"
    "ul{list-style:none;margin:0;padding:0;display:grid;gap:8px}"
    "a{display:block;padding:8px 14px;border:1px solid var(--accent);border-radius:6px;color:var(--accent);"
    "font-weight:600;text-decoration:none}"
    "a:hover{background:var(--tint)}a:focus-visible{outline:2px solid var(--accent);outline-offset:2px}";

/// Only that style, by its hash; no script, no picture, no frame.
const std::string& content_policy() {
    static const std::string kPolicy = http::content_policy(
        "style-src 'sha256-" + storage::crypto::to_base64(storage::crypto::sha256(storage::crypto::bytes_of(kStyle))) +
            "'",
        "'none'");
    return kPolicy;
}

}  // namespace

Language language_of(const http::Request& request) {
    std::string_view rest = request.header("accept-language").value_or("");
    while (!rest.empty()) {
        const auto end = std::min(rest.find(','), rest.size());
        const auto tag = http::trimmed(rest.substr(0, end)).substr(0, 2);
        if (http::same_text(tag, "nl")) return Language::kDutch;
        if (http::same_text(tag, "en")) return Language::kEnglish;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return Language::kEnglish;
}

PageText text_of(Message message, Language language) {
    const auto index = static_cast<std::size_t>(message);
    return language == Language::kDutch ? kDutch.at(index) : kEnglish.at(index);
}

std::string_view sign_in_again(Language language) {
    return language == Language::kDutch ? "Opnieuw inloggen" : "Sign in again";
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

http::Response page(const http::Request& request, unsigned status, Message message, const std::vector<Link>& links,
                    const std::string& go_on) {
    const auto language = language_of(request);
    const auto [title, sentence] = text_of(message, language);
    std::string html = "<!doctype html>\n<html lang=\"";
    html += language == Language::kDutch ? "nl" : "en";
    html += "\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n";
    if (!go_on.empty()) html += "<meta http-equiv=\"refresh\" content=\"0;url=" + escaped(go_on) + "\">\n";
    html += "<title>" + std::string(title) + " – callvault</title>\n<style>" + std::string(kStyle) + "</style>\n";
    html += "</head>\n<body>\n<main>\n<h1>" + std::string(title) + "</h1>\n<p>" + std::string(sentence) + "</p>\n";
    if (!links.empty()) html += "<ul>\n";
    for (const auto& [address, text] : links)
        html += "<li><a href=\"" + escaped(address) + "\">" + escaped(text) + "</a></li>\n";
    if (!links.empty()) html += "</ul>\n";
    html += "</main>\n</body>\n</html>\n";
    auto response = http::text_response(status, "text/html; charset=utf-8", std::move(html));
    response.headers.push_back({"Content-Security-Policy", content_policy()});
    response.headers.push_back({"Content-Language", language == Language::kDutch ? "nl" : "en"});
    response.headers.push_back({"Vary", "Accept-Language"});
    return response;
}

}  // namespace gateway::signin
