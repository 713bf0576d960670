#include "gateway/app/setting_rows.hpp"

namespace gateway::app {

namespace {

using S = Settings;
using V = Value;

constexpr std::int64_t kKiB = 1024;
constexpr std::int64_t kGiB = std::int64_t{1024} * 1024 * kKiB;

const Shape kClaim{Form::kText, 0, 200, {}};
const Shape kPurposes{Form::kTexts, 0, 0, {"quality", "training", "complaint", "contract_evidence", "statutory"}};
const Shape kBases{Form::kTexts, 0, 0, {"consent", "legitimate_interest"}};
const Shape kPeopleRoles{Form::kTexts, 0, 0, {"qa", "supervisor", "privacy_officer", "auditor", "admin"}};
const Shape kAlgorithms{Form::kTexts, 0, 0, {"ES256", "RS256", "PS256", "EdDSA"}};

Section mfa() {
    return {"mfa",
            "What counts as a second factor, and for how long.",
            {{"play_age",
              {Form::kDuration, 30, 15 * kMinute, {}},
              "15 min",
              "Age of the login up to which a person may play calls.",
              [](S& s, const V& v) { s.mfa.play_age = v.seconds(); }},
             {"act_age",
              {Form::kDuration, 30, 5 * kMinute, {}},
              "5 min",
              "Age up to which they may erase, hold, approve or change policy.",
              [](S& s, const V& v) { s.mfa.act_age = v.seconds(); }},
             {"acr", kTexts, "mfa, phr, phrh",
              "Values of the claim acr that mean a second factor, for issuers that name none of their own.",
              [](S& s, const V& v) { s.mfa.acr = v.texts(); }},
             {"amr", kTexts, "mfa", "Values of the claim amr one of which means a second factor, likewise.",
              [](S& s, const V& v) { s.mfa.amr = v.texts(); }}}};
}

Section sender() {
    return {"sender",
            "A telephony platform and what its pushes may claim. An empty list allows nothing.",
            {{"name", kName, std::nullopt, "Its name; recording_ref is unique within it, so it never changes.",
              [](S& s, const V& v) { s.senders.back().name = v.text(); }},
             {"teams", kTexts, std::nullopt, "Teams whose calls it pushes.",
              [](S& s, const V& v) { s.senders.back().teams = v.texts(); }},
             {"purposes", kPurposes, std::nullopt, "Purposes that it may declare.",
              [](S& s, const V& v) { s.senders.back().purposes = v.texts(); }},
             {"bases", kBases, std::nullopt, "Legal bases that it may declare.",
              [](S& s, const V& v) { s.senders.back().bases = v.texts(); }},
             {"profiles", kTexts, "", "Country profiles that its calls may fall under; empty allows any.",
              [](S& s, const V& v) { s.senders.back().profiles = v.texts(); }},
             {"classes", kTexts, "", "Retention classes that it may name.",
              [](S& s, const V& v) { s.senders.back().classes = v.texts(); }},
             {"max_bytes",
              {Form::kBytes, 1 * kKiB, 64 * kGiB, {}},
              "1 GiB",
              "Longest recording that it may push.",
              [](S& s, const V& v) { s.senders.back().max_bytes = v.whole<std::uint64_t>(); }}},
            [](S& s) { s.senders.emplace_back(); }};
}

Section issuer() {
    return {
        "issuer",
        "An issuer of access tokens, where people may sign in too (OpenID Connect). Access tokens must be bound to the "
        "caller's client certificate (RFC 8705). A claim is named as it is, or as a JSON Pointer that starts with a "
        "slash; a claim that is missing means no.",
        {{"url", kName, std::nullopt, "The issuer, exactly as in the claim iss.",
          [](S& s, const V& v) { s.issuers.back().url = v.text(); }},
         {"audience", kName, std::nullopt, "What the claim aud must be or contain.",
          [](S& s, const V& v) { s.issuers.back().audience = v.text(); }},
         {"keys", kPath, "",
          "File with the issuer's public keys (JWK set), read anew when it changes; empty: they are fetched from where "
          "the issuer's discovery document says, below url.",
          [](S& s, const V& v) { s.issuers.back().keys = v.text(); }},
         {"authorities", kPath, "",
          "PEM file of the authorities that vouch for the issuer's server; empty: those of this machine.",
          [](S& s, const V& v) { s.issuers.back().authorities = v.text(); }},
         {"client_id", kOptionalText, "", "What we are called there as an OpenID client; empty: nobody signs in there.",
          [](S& s, const V& v) { s.issuers.back().client_id = v.text(); }},
         {"client_secret_file", kPath, "",
          "File with our secret there; it is sent to its token endpoint only (client_secret_basic).",
          [](S& s, const V& v) { s.issuers.back().client_secret_file = v.text(); }},
         {"name", kOptionalText, "",
          "Short name, for sign-in: lowercase letters, digits, dashes. Its redirect address is "
          "<server.url>/auth/callback/<name>, for logouts /auth/backchannel-logout/<name>.",
          [](S& s, const V& v) { s.issuers.back().name = v.text(); }},
         {"label", kOptionalText, "", "What people know it by, on the page where they choose; empty: its name.",
          [](S& s, const V& v) { s.issuers.back().label = v.text(); }},
         {"scope", kTexts, "openid", "Scopes to ask for at sign-in.",
          [](S& s, const V& v) { s.issuers.back().scope = v.texts(); }},
         {"algorithms", kAlgorithms, "ES256, RS256, PS256, EdDSA", "Signatures to accept.",
          [](S& s, const V& v) { s.issuers.back().algorithms = v.texts(); }},
         {"types", kTexts, "at+jwt", "Values of the header typ to accept, lowercase.",
          [](S& s, const V& v) { s.issuers.back().types = v.texts(); }},
         {"skew",
          {Form::kDuration, 0, 60, {}},
          "30 s",
          "Tolerated difference between the clocks.",
          [](S& s, const V& v) { s.issuers.back().skew = v.seconds(); }},
         {"max_lifetime",
          {Form::kDuration, 1 * kMinute, 24 * kHour, {}},
          "12 h",
          "How far ahead, and how long after it was issued, a token may expire.",
          [](S& s, const V& v) { s.issuers.back().max_lifetime = v.seconds(); }},
         {"subject_claim",
          {Form::kText, 1, 200, {}},
          "sub",
          "Claim with the id of the person or program.",
          [](S& s, const V& v) { s.issuers.back().subject_claim = v.text(); }},
         {"roles_claim", kClaim, "roles", "Claim with the roles.",
          [](S& s, const V& v) { s.issuers.back().roles_claim = v.text(); }},
         {"roles", kTexts, "",
          "How the issuer names our roles, each as theirs=ours (\"cc-quality=qa\"); empty: as we do.",
          [](S& s, const V& v) { s.issuers.back().roles = v.texts(); }},
         {"teams_claim", kClaim, "teams", "Claim with the ids of the teams.",
          [](S& s, const V& v) { s.issuers.back().teams_claim = v.text(); }},
         {"sender_claim", kClaim, "", "Claim with the name of a [[sender]]; empty: this issuer's tokens push nothing.",
          [](S& s, const V& v) { s.issuers.back().sender_claim = v.text(); }},
         {"session_claim", kClaim, "sid", "Claim with the id of the login session.",
          [](S& s, const V& v) { s.issuers.back().session_claim = v.text(); }},
         {"acr", kTexts, "", "Values of acr that mean a second factor here; with amr empty too, those of [mfa].",
          [](S& s, const V& v) { s.issuers.back().acr = v.texts(); }},
         {"amr", kTexts, "", "Values of amr that mean a second factor here.",
          [](S& s, const V& v) { s.issuers.back().amr = v.texts(); }}},
        [](S& s) { s.issuers.emplace_back(); }};
}

Section certificate() {
    return {
        "certificate",
        "A client certificate: the sender that it pushes as, or the roles that its holder has.",
        {{"fingerprint",
          {Form::kFingerprint, 0, 0, {}},
          "",
          "SHA-256 of the certificate (openssl x509 -noout -fingerprint -sha256); or give subject.",
          [](S& s, const V& v) { s.certificates.back().fingerprint = v.text(); }},
         {"subject", kOptionalText, "", "Its whole name, exactly (openssl x509 -noout -subject -nameopt RFC2253).",
          [](S& s, const V& v) { s.certificates.back().subject = v.text(); }},
         {"authority", kPath, "",
          "PEM file of the authority that must have vouched for that name; needed with subject.",
          [](S& s, const V& v) { s.certificates.back().authority = v.text(); }},
         {"sender", kOptionalText, "", "Name of a [[sender]].",
          [](S& s, const V& v) { s.certificates.back().sender = v.text(); }},
         {"roles", kPeopleRoles, "",
          "Roles of a program that is no sender; playing and erasing need a token with a second factor all the same.",
          [](S& s, const V& v) { s.certificates.back().roles = v.texts(); }},
         {"teams", kTexts, "", "Its teams.", [](S& s, const V& v) { s.certificates.back().teams = v.texts(); }}},
        [](S& s) { s.certificates.emplace_back(); }};
}

Section local_user() {
    return {
        "local_user",
        "A user of this machine who may use the command line. Nobody else can, root neither.",
        {{"user", kName, std::nullopt, "Name, or uid.", [](S& s, const V& v) { s.local_users.back().user = v.text(); }},
         {"roles", kPeopleRoles, std::nullopt, "Their roles.",
          [](S& s, const V& v) { s.local_users.back().roles = v.texts(); }},
         {"teams", kTexts, "", "Their teams.", [](S& s, const V& v) { s.local_users.back().teams = v.texts(); }},
         {"second_factor",
          {Form::kFlag, 0, 0, {}},
          "false",
          "Whether logging in to this machine as this user takes two factors.",
          [](S& s, const V& v) { s.local_users.back().second_factor = v.flag(); }}},
        [](S& s) { s.local_users.emplace_back(); }};
}

}  // namespace

std::vector<Section> access_sections() {
    return {mfa(), sender(), issuer(), certificate(), local_user()};
}

}  // namespace gateway::app
