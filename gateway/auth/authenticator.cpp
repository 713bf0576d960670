#include "gateway/auth/authenticator.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "gateway/auth/id_token.hpp"
#include "gateway/auth/logout_token.hpp"
#include "gateway/auth/refusal.hpp"
#include "storage/crypto/bytes.hpp"
#include "storage/crypto/encoding.hpp"
#include "storage/crypto/sha256.hpp"

namespace gateway::auth {

namespace {

constexpr std::size_t kRememberedSubjects = 10'000;
constexpr std::chrono::seconds kKeyPatience{5};

/// The token of an Authorization header. Another scheme, several values or an empty token is nobody's.
policy::Result<std::string_view> bearer_token(std::string_view authorization) {
    constexpr std::string_view kScheme = "bearer ";
    if (authorization.size() <= kScheme.size()) return refuse(refusals::kAuthorizationMalformed);
    const bool matches = std::equal(kScheme.begin(), kScheme.end(), authorization.begin(), [](char wanted, char given) {
        return wanted == static_cast<char>(std::tolower(static_cast<unsigned char>(given)));
    });
    if (!matches) return refuse(refusals::kAuthorizationMalformed);
    const std::string_view token = authorization.substr(kScheme.size());
    if (token.find_first_of(" ,\t") != std::string_view::npos) return refuse(refusals::kAuthorizationMalformed);
    return token;
}

const Issuer* find_issuer(const Registrations& registrations, std::string_view url) {
    for (const Issuer& issuer : registrations.issuers) {
        if (issuer.rules.issuer == url) return &issuer;
    }
    return nullptr;
}

policy::Result<void> check_binding(const VerifiedToken& token, const http::Peer& peer) {
    if (!token.bound_to) return refuse(refusals::kTokenUnbound);
    if (!peer.secure || !peer.certificate || peer.certificate->sha256 != *token.bound_to) {
        return refuse(refusals::kTokenBinding);
    }
    return {};
}

/// What the session's id is made from: the issuer's own id of the login, or the token itself where there is none (then
/// a new token is a new session).
std::string session_text(const Identity& identity, std::string_view token) {
    if (identity.session) return "sid:" + *identity.session;
    const auto digest = storage::crypto::sha256(storage::crypto::bytes_of(token));
    return "token:" + storage::crypto::to_hex(digest);
}

std::string hex_of(const http::Sha256& digest) {
    return storage::crypto::to_hex(std::as_bytes(std::span(digest)));
}

}  // namespace

const Issuer* find_sign_in(const Registrations& registrations, std::string_view name) {
    for (const Issuer& issuer : registrations.issuers) {
        if (issuer.client && issuer.client->name() == name) return &issuer;
    }
    return nullptr;
}

Authenticator::Authenticator(Registrations registrations, MacFunction actor_mac, MacFunction session_mac,
                             const observe::Clock& clock, SessionLookup sessions)
    : registrations_(std::make_shared<const Registrations>(std::move(registrations))),
      actors_(std::move(actor_mac), kRememberedSubjects),
      sessions_(std::move(session_mac), kRememberedSubjects),
      clock_(clock),
      lookup_(std::move(sessions)) {}

boost::asio::awaitable<KeyReload> Authenticator::reload_keys(storage::async::BlockingPool& pool) {
    KeyReload out;
    const Snapshot known = registrations();
    for (const auto& issuer : known->issuers) {
        const auto reloaded = co_await issuer.keys->reload(pool, std::chrono::steady_clock::now() + kKeyPatience);
        if (issuer.keys->take_lost()) out.lost_a_key = true;
        if (reloaded.has_error() && !out.failed) out.failed = reloaded.error();
    }
    co_return out;
}

void Authenticator::replace(Registrations fresh_ones) {
    const Snapshot before = registrations();
    for (const auto& issuer : fresh_ones.issuers) {
        if (const auto* same = find_issuer(*before, issuer.rules.issuer)) issuer.keys->inherit(*same->keys);
    }
    auto fresh = std::make_shared<const Registrations>(std::move(fresh_ones));
    const std::lock_guard lock(mutex_);
    registrations_ = std::move(fresh);
}

std::shared_ptr<const Registrations> Authenticator::registrations() const {
    const std::lock_guard lock(mutex_);
    return registrations_;
}

boost::asio::awaitable<policy::Result<Principal>> Authenticator::authenticate(const http::Request& request) {
    Snapshot known = registrations();
    const http::Peer& peer = request.peer();
    const std::optional<std::string_view> authorization = request.header("Authorization");  // http refuses a second one
    if (authorization) {
        std::string value(*authorization);
        co_return co_await by_token(known, std::move(value), peer);
    }
    if (const auto cookie = session_cookie(request)) {
        if (!same_origin(request, known->origin)) co_return refuse(refusals::kForeignOrigin);
        co_return co_await by_cookie(known, *cookie);
    }
    if (peer.certificate) {
        const Grant* grant = known->certificates.find(*peer.certificate);
        if (grant == nullptr) co_return refuse(refusals::kCertificateUnknown);
        if (peer.certificate->not_after <= clock_.now()) co_return refuse(refusals::kCertificateUnusable);
        co_return co_await by_grant(*grant, PrincipalKind::kCertificate, {}, hex_of(peer.certificate->sha256));
    }
    if (peer.local) {
        const auto found = known->local_users.find(peer.local->uid);
        if (found == known->local_users.end()) co_return refuse(refusals::kLocalUserUnknown);
        co_return co_await by_grant(found->second, PrincipalKind::kLocal, {}, std::to_string(peer.local->uid));
    }
    co_return refuse(refusals::kNoCredentials);
}

boost::asio::awaitable<policy::Result<VerifiedToken>> Authenticator::verify(const Issuer& issuer, TokenRules rules,
                                                                            ParsedToken token) {
    auto keys = issuer.keys->current();
    const bool unknown = !keys || (*keys)->find(token.key_id) == nullptr;
    if (unknown) {
        std::string key_id = token.key_id;
        keys =
            co_await issuer.keys->after_unknown_key(std::move(key_id), std::chrono::steady_clock::now() + kKeyPatience);
    }
    if (!keys) co_return keys.error();
    co_return verify_token(std::move(token), **keys, rules, clock_.now());
}

boost::asio::awaitable<policy::Result<Principal>> Authenticator::by_token(Snapshot known, std::string authorization,
                                                                          const http::Peer& peer) {
    const policy::Result<std::string_view> text = bearer_token(authorization);
    if (!text) co_return text.error();
    policy::Result<ParsedToken> parsed = parse_token(*text);
    if (!parsed) co_return parsed.error();
    const Issuer* issuer = find_issuer(*known, parsed->issuer);
    if (issuer == nullptr) co_return refuse(refusals::kTokenIssuer);

    const policy::Result<VerifiedToken> token = co_await verify(*issuer, issuer->rules, std::move(*parsed));
    if (!token) co_return token.error();
    const policy::Result<void> bound = check_binding(*token, peer);
    if (!bound) co_return bound.error();
    const policy::Result<Identity> identity =
        map_claims(token->claims, issuer->claims, clock_.now(), issuer->rules.skew);
    if (!identity) co_return identity.error();
    if (identity->sender && !known->senders.contains(*identity->sender)) {
        co_return refuse(refusals::kTokenClaims);
    }

    const policy::Result<Mac> actor = co_await actors_.of("token", issuer->rules.issuer, identity->subject);
    if (!actor) co_return actor.error();
    const policy::Result<Mac> session =
        co_await sessions_.of("token", issuer->rules.issuer, session_text(*identity, *text));
    if (!session) co_return session.error();
    Principal principal;
    principal.subject = {pseudonym_text(*actor), identity->roles, identity->teams, identity->mfa};
    principal.kind = PrincipalKind::kToken;
    principal.sender = identity->sender;
    // Not just for the life of this token: the same login may have others, that live longer. One skew for each of the
    // comparisons with iat, exp and now.
    const auto all_over = clock_.now() + std::max(issuer->rules.max_lifetime, kLongestLifetime) + 3 * kLargestSkew;
    principal.session =
        Session{*session, identity->mfa.auth_time.value_or(clock_.now()), token->expires, true, all_over};
    co_return principal;
}

boost::asio::awaitable<policy::Result<Principal>> Authenticator::by_grant(Grant grant, PrincipalKind kind,
                                                                          std::string realm, std::string subject) {
    // A sender is one actor whichever of its certificates it uses, so that a renewed one does not look like a stranger.
    const std::string who = grant.sender ? "sender:" + *grant.sender : subject;
    const policy::Result<Mac> actor = co_await actors_.of(std::string(name_of(kind)), realm, who);
    if (!actor) co_return actor.error();
    const policy::Result<Mac> session = co_await sessions_.of(std::string(name_of(kind)), realm, subject);
    if (!session) co_return session.error();
    Principal principal;
    principal.subject = {pseudonym_text(*actor), std::move(grant.roles), std::move(grant.teams), {}};
    if (grant.second_factor) principal.subject.mfa = {true, clock_.now()};
    principal.kind = kind;
    principal.sender = std::move(grant.sender);
    principal.session = Session{*session, clock_.now(), std::nullopt, false, {}};
    co_return principal;
}

boost::asio::awaitable<policy::Result<Principal>> Authenticator::by_cookie(Snapshot known, CookieHash cookie) {
    if (!lookup_ || cookie == CookieHash{}) co_return refuse(refusals::kSessionOver);  // and nobody is asked
    auto found = co_await lookup_(cookie);
    if (found.has_error()) co_return refuse(refusals::kSessionsUnavailable);
    if (!*found) co_return refuse(refusals::kSessionOver);
    const auto* issuer = find_issuer(*known, (*found)->issuer);
    if (issuer == nullptr || !issuer->client)
        co_return refuse(refusals::kSessionOver);  // nobody signs in there any more
    co_return principal_of(std::move(**found));
}

boost::asio::awaitable<policy::Result<Person>> Authenticator::sign_in(const Issuer& issuer, std::string id_token,
                                                                      std::string nonce) {
    policy::Result<ParsedToken> parsed = parse_token(id_token);
    if (!parsed) co_return parsed.error();
    const auto& client_id = issuer.client->client_id();
    auto rules = id_token_rules(issuer.rules, client_id);
    const auto token = co_await verify(issuer, std::move(rules), std::move(*parsed));
    if (!token) co_return token.error();
    const auto ours = check_id_token(*token, client_id, nonce);
    if (!ours) co_return ours.error();
    const auto identity = map_claims(token->claims, issuer.claims, clock_.now(), issuer.rules.skew);
    if (!identity) co_return identity.error();
    const auto actor = co_await actors_.of("token", issuer.rules.issuer, identity->subject);
    if (!actor) co_return actor.error();
    Person person;
    person.subject = {pseudonym_text(*actor), identity->roles, identity->teams, identity->mfa};
    if (identity->session) {
        const auto login = co_await sessions_.of("token", issuer.rules.issuer, session_text(*identity, id_token));
        if (!login) co_return login.error();
        person.login = *login;
    }
    co_return person;
}

boost::asio::awaitable<policy::Result<EndedLogin>> Authenticator::sign_out(const Issuer& issuer,
                                                                           std::string logout_token) {
    policy::Result<ParsedToken> parsed = parse_token(logout_token);
    if (!parsed) co_return parsed.error();
    auto rules = logout_token_rules(issuer.rules, issuer.client->client_id());
    const auto token = co_await verify(issuer, std::move(rules), std::move(*parsed));
    if (!token) co_return token.error();
    const auto logged_out = read_logout_token(*token);
    if (!logged_out) co_return logged_out.error();
    EndedLogin out;
    out.issued_at = logged_out->issued_at;
    // Where sessions are known by another claim than sid, theirs says nothing to us.
    if (logged_out->session && issuer.claims.session == "sid") {
        Identity login;
        login.session = logged_out->session;
        const auto mac = co_await sessions_.of("token", issuer.rules.issuer, session_text(login, {}));
        if (!mac) co_return mac.error();
        out.login = *mac;
    }
    if (!logged_out->subject || issuer.claims.subject != "sub") {  // theirs is not the one we know
        if (out.login) co_return out;
        co_return refuse(refusals::kTokenClaims);
    }
    const auto actor = co_await actors_.of("token", issuer.rules.issuer, *logged_out->subject);
    if (!actor) co_return actor.error();
    out.subject = pseudonym_text(*actor);
    co_return out;
}

}  // namespace gateway::auth
