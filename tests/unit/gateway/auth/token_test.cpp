#include "gateway/auth/token.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

#include "gateway/auth/refusal.hpp"
#include "tests/support/print_result.hpp"
#include "tests/support/token_maker.hpp"

namespace {

using namespace gateway::auth;
using boost::json::object;
using std::chrono::seconds;
using tests::SigningKey;

constexpr policy::Instant kNow{seconds(1'800'000'000)};
constexpr Algorithm kAll[] = {Algorithm::kEs256, Algorithm::kRs256, Algorithm::kPs256, Algorithm::kEdDsa};

const SigningKey& rsa() {
    static const SigningKey key = SigningKey::rsa();
    return key;
}
const SigningKey& p256() {
    static const SigningKey key = SigningKey::ec();
    return key;
}
const SigningKey& ed25519() {
    static const SigningKey key = SigningKey::ed25519();
    return key;
}

const JwkSet& keys() {
    static const JwkSet set = [] {
        const object document{{"keys", boost::json::array{rsa().jwk("rs", "RS256"), rsa().jwk("ps", "PS256"),
                                                          p256().jwk("es", "ES256"), ed25519().jwk("ed", "EdDSA")}}};
        return JwkSet::parse(boost::json::serialize(document), kAll).value();
    }();
    return set;
}

TokenRules rules() {
    return {
        .issuer = "https://id.example", .audience = "callvault", .skew = seconds(30), .max_lifetime = seconds(3600)};
}

object header(std::string_view alg = "ES256", std::string_view kid = "es") {
    return {{"alg", alg}, {"kid", kid}, {"typ", "at+jwt"}};
}

object claims() {
    return {{"iss", "https://id.example"}, {"aud", "callvault"}, {"sub", "u1"}, {"exp", 1'800'000'600}};
}

/// The refusal's code, or "verified".
std::string verdict(std::string_view token) {
    auto parsed = parse_token(token);
    if (parsed.has_error()) return parsed.error().what;
    const auto verified = verify_token(std::move(*parsed), keys(), rules(), kNow);
    return verified.has_error() ? verified.error().what : "verified";
}

std::string verdict(const object& head, const object& body) {
    return verdict(tests::token_of(p256(), "ES256", head, body));
}

/// The verdict on a good token with one claim set (or, with null, taken out).
std::string with_claim(std::string_view name, const boost::json::value& value) {
    object body = claims();
    if (value.is_null()) {
        body.erase(name);
    } else {
        body[name] = value;
    }
    return verdict(header(), body);
}

std::string with_header(std::string_view name, const boost::json::value& value) {
    object head = header();
    if (value.is_null()) {
        head.erase(name);
    } else {
        head[name] = value;
    }
    return verdict(head, claims());
}

TEST_CASE("A token of each algorithm verifies with its own key") {
    REQUIRE(verdict(tests::token_of(p256(), "ES256", header(), claims())) == "verified");
    REQUIRE(verdict(tests::token_of(rsa(), "RS256", header("RS256", "rs"), claims())) == "verified");
    REQUIRE(verdict(tests::token_of(rsa(), "PS256", header("PS256", "ps"), claims())) == "verified");
    REQUIRE(verdict(tests::token_of(ed25519(), "EdDSA", header("EdDSA", "ed"), claims())) == "verified");
}

TEST_CASE("alg none is refused, in any spelling and with any signature") {
    for (const auto* alg : {"none", "None", "NONE", "nOnE", ""}) {
        const auto input = tests::signing_input(boost::json::serialize(header(alg)), boost::json::serialize(claims()));
        REQUIRE(verdict(input + ".") == "token-malformed");
        REQUIRE(verdict(input + "." + tests::base64url("x")) == "token-algorithm");
    }
}

TEST_CASE("HS256 signed with the public key, as PEM or as modulus, is refused") {
    for (const auto& secret : {rsa().public_pem(), std::string(rsa().jwk("rs", "RS256").at("n").as_string())}) {
        const auto input =
            tests::signing_input(boost::json::serialize(header("HS256", "rs")), boost::json::serialize(claims()));
        REQUIRE(verdict(input + "." + tests::base64url(tests::hmac_sha256(secret, input))) == "token-algorithm");
    }
}

TEST_CASE("What a token says about its algorithm must be what its key is registered for") {
    REQUIRE(verdict(tests::token_of(rsa(), "PS256", header("PS256", "rs"), claims())) == "token-algorithm");
    REQUIRE(verdict(tests::token_of(rsa(), "RS256", header("RS256", "ps"), claims())) == "token-algorithm");
    REQUIRE(verdict(tests::token_of(rsa(), "RS256", header("RS256", "es"), claims())) == "token-algorithm");
    REQUIRE(verdict(tests::token_of(p256(), "ES256", header("es256"), claims())) == "token-algorithm");
    REQUIRE(verdict(tests::token_of(rsa(), "RS256", header("PS256", "ps"), claims())) == "token-signature");
}

TEST_CASE("A key is found by kid, and never by anything else that the token brings along") {
    REQUIRE(with_header("kid", nullptr) == "token-header");
    REQUIRE(with_header("kid", "other") == "token-key");
    REQUIRE(with_header("kid", "../es") == "token-key");
    REQUIRE(with_header("kid", 7) == "token-header");
    const auto stranger = SigningKey::ec();
    object head = header();
    head["jwk"] = stranger.jwk("es", "ES256");
    head["jku"] = "https://evil.example/keys";
    head["x5u"] = "https://evil.example/cert";
    head["x5c"] = boost::json::array{"AAAA"};
    REQUIRE(verdict(tests::token_of(stranger, "ES256", head, claims())) == "token-signature");
    REQUIRE(verdict(head, claims()) == "verified");  // ignored, not obeyed
}

TEST_CASE("An ES256 signature is r and s, 32 bytes each; DER, other lengths and zeros are none") {
    const auto input = tests::signing_input(boost::json::serialize(header()), boost::json::serialize(claims()));
    const auto good = p256().sign("ES256", input);
    REQUIRE(verdict(input + "." + tests::base64url(good)) == "verified");
    for (const auto& bad :
         {p256().sign_der(input), good.substr(0, 63), good + std::string(1, '\0'), std::string(64, '\0'),
          std::string(1, '\0') + good.substr(0, 63), std::string(64, '\xFF'), std::string("x")}) {
        REQUIRE(verdict(input + "." + tests::base64url(bad)) == "token-signature");
    }
}

TEST_CASE("PS256 takes the salt length of its digest only, and EdDSA no other length") {
    const auto input =
        tests::signing_input(boost::json::serialize(header("PS256", "ps")), boost::json::serialize(claims()));
    REQUIRE(verdict(input + "." + tests::base64url(rsa().sign("PS256", input, 20))) == "token-signature");
    const auto ed =
        tests::signing_input(boost::json::serialize(header("EdDSA", "ed")), boost::json::serialize(claims()));
    REQUIRE(verdict(ed + "." + tests::base64url(std::string(63, 'x'))) == "token-signature");
}

TEST_CASE("A changed header or payload breaks the signature") {
    const auto token = tests::token_of(p256(), "ES256", header(), claims());
    const auto signature = token.substr(token.rfind('.'));
    object evil = claims();
    evil["sub"] = "u2";
    REQUIRE(verdict(tests::signing_input(boost::json::serialize(header()), boost::json::serialize(evil)) + signature) ==
            "token-signature");
}

TEST_CASE("A token is three strict parts") {
    const auto token = tests::token_of(p256(), "ES256", header(), claims());
    const auto first = token.find('.');
    const auto second = token.rfind('.');
    for (const auto& bad :
         {std::string(), std::string("."), std::string(".."), token + ".", token + ".x", token.substr(0, second),
          token.substr(first), token + "=", token.substr(0, first) + "=" + token.substr(first), " " + token,
          token + " ", token + "\n", token.substr(0, first) + "\n" + token.substr(first),
          token.substr(0, second + 1) + "+" + token.substr(second + 2), "{}." + token.substr(first + 1),
          tests::base64url("[]") + token.substr(first), tests::base64url("7") + token.substr(first),
          tests::base64url("{\"alg\":\"ES256\"") + token.substr(first)}) {
        INFO(bad);
        REQUIRE(verdict(bad) == "token-malformed");
    }
}

TEST_CASE("base64url with spare bits set is no second spelling of a token") {
    auto token = tests::token_of(p256(), "ES256", header(), claims());
    REQUIRE(verdict(token) == "verified");
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const auto last = kAlphabet.find(token.back());
    token.back() = kAlphabet[last ^ 1U];  // 64 bytes leave four spare bits in the last character
    REQUIRE(verdict(token) == "token-malformed");
}

TEST_CASE("A name that stands twice in header or payload is refused") {
    const auto signed_text = [](std::string_view head, std::string_view body) {
        const auto input = tests::signing_input(head, body);
        return input + "." + tests::base64url(p256().sign("ES256", input));
    };
    REQUIRE(verdict(signed_text(R"({"alg":"ES256","kid":"es","kid":"es","typ":"at+jwt"})",
                                boost::json::serialize(claims()))) == "token-malformed");
    REQUIRE(verdict(signed_text(
                boost::json::serialize(header()),
                R"({"iss":"https://id.example","aud":"callvault","exp":1800000600,"sub":"a","s\u0075b":"b"})")) ==
            "token-malformed");
}

TEST_CASE("A token of more than 16 KiB is not looked at") {
    object body = claims();
    body["filler"] = std::string(16 * 1024, 'x');
    REQUIRE(verdict(header(), body) == "token-too-long");
    REQUIRE(parse_token(std::string(kMaxTokenBytes, '.')).error().what == "token-malformed");
    REQUIRE(parse_token(std::string(kMaxTokenBytes + 1, '.')).error().what == "token-too-long");
}

TEST_CASE("crit and b64 are refused, and typ must be that of an access token") {
    REQUIRE(with_header("crit", boost::json::array{"exp"}) == "token-header");
    REQUIRE(with_header("crit", boost::json::array{}) == "token-header");
    REQUIRE(with_header("b64", false) == "token-header");
    REQUIRE(with_header("b64", true) == "token-header");
    REQUIRE(with_header("typ", nullptr) == "token-type");
    REQUIRE(with_header("typ", "JWT") == "token-type");
    REQUIRE(with_header("typ", "id_token") == "token-type");
    REQUIRE(with_header("typ", "application/AT+JWT") == "verified");
}

TEST_CASE("Issuer and audience are compared exactly") {
    REQUIRE(with_claim("iss", nullptr) == "token-issuer");
    REQUIRE(with_claim("iss", "https://id.example/") == "token-issuer");
    REQUIRE(with_claim("iss", "https://evil.example") == "token-issuer");
    REQUIRE(with_claim("iss", 7) == "token-issuer");
    REQUIRE(with_claim("aud", nullptr) == "token-audience");
    REQUIRE(with_claim("aud", "callvault2") == "token-audience");
    REQUIRE(with_claim("aud", boost::json::array{"other"}) == "token-audience");
    REQUIRE(with_claim("aud", boost::json::array{}) == "token-audience");
    REQUIRE(with_claim("aud", boost::json::array{boost::json::array{"callvault"}}) == "token-audience");
    REQUIRE(with_claim("aud", boost::json::object{{"callvault", 1}}) == "token-audience");
    REQUIRE(with_claim("aud", boost::json::array{7, "callvault"}) == "verified");
}

TEST_CASE("exp, nbf and iat are exact to the second, with the configured skew and nothing more") {
    const std::int64_t now = 1'800'000'000;
    REQUIRE(with_claim("exp", now - 29) == "verified");
    REQUIRE(with_claim("exp", now - 30) == "token-expired");
    REQUIRE(with_claim("exp", now + 3630) == "verified");
    REQUIRE(with_claim("exp", now + 3631) == "token-lifetime");
    for (const auto* name : {"nbf", "iat"}) {
        INFO(name);
        REQUIRE(with_claim(name, now + 30) == "verified");
        REQUIRE(with_claim(name, now + 31) == "token-not-yet-valid");
        REQUIRE(with_claim(name, "1") == "token-claims");
        REQUIRE(with_claim(name, -1) == "token-claims");
    }
}

TEST_CASE("A token that was issued for longer than allowed is not good in its last hour either") {
    const std::int64_t now = 1'800'000'000;
    REQUIRE(with_claim("iat", now - 3030) == "verified");  // exp is 600 ahead
    REQUIRE(with_claim("iat", now - 3031) == "token-lifetime");
}

TEST_CASE("A time that is missing, no number or absurd is refused, and a fraction is cut") {
    REQUIRE(with_claim("exp", nullptr) == "token-claims");
    for (const boost::json::value& value :
         {boost::json::value("1800000600"), boost::json::value(-5), boost::json::value(1e300), boost::json::value(true),
          boost::json::value(UINT64_MAX), boost::json::value(253402300800)}) {
        INFO(boost::json::serialize(value));
        REQUIRE(with_claim("exp", value) == "token-claims");
    }
    REQUIRE(with_claim("exp", 1'799'999'970.9) == "token-expired");
    REQUIRE(with_claim("exp", 1'800'000'600.5) == "verified");
}

TEST_CASE("The binding is read when it is there, and refused when it is not understood") {
    const auto verified = [](const object& body) {
        return verify_token(parse_token(tests::token_of(p256(), "ES256", header(), body)).value(), keys(), rules(),
                            kNow)
            .value();
    };
    REQUIRE_FALSE(verified(claims()).bound_to);
    object body = claims();
    body["cnf"] = object{{"x5t#S256", tests::base64url(std::string(32, '\x07'))}};
    REQUIRE(verified(body).bound_to->at(31) == 7);
    REQUIRE(verified(body).expires == policy::Instant(seconds(1'800'000'600)));
    for (const boost::json::value& cnf :
         {boost::json::value("x"), boost::json::value(object{}), boost::json::value(object{{"jkt", "x"}}),
          boost::json::value(object{{"x5t#S256", tests::base64url(std::string(31, 'x'))}}),
          boost::json::value(object{{"x5t#S256", tests::base64url(std::string(32, 'x')) + "="}}),
          boost::json::value(object{{"x5t#S256", 7}})}) {
        REQUIRE(with_claim("cnf", cnf) == "token-claims");
    }
}

}  // namespace
