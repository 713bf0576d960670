#include "gateway/auth/jwk_set.hpp"

#include <sys/stat.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "gateway/auth/key_source.hpp"
#include "tests/support/print_result.hpp"
#include "tests/support/run_loop.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/token_maker.hpp"

namespace {

using namespace gateway::auth;
using boost::json::object;
using tests::SigningKey;

constexpr Algorithm kAll[] = {Algorithm::kEs256, Algorithm::kRs256, Algorithm::kPs256, Algorithm::kEdDsa};

const object& good_jwk() {
    static const object jwk = SigningKey::ec().jwk("good", "ES256");
    return jwk;
}

std::string set_of(boost::json::array jwks) {
    return boost::json::serialize(object{{"keys", std::move(jwks)}});
}

/// Why a key was left out beside a good one; "taken" when it was not.
std::string fate_of(const object& jwk) {
    const auto set = JwkSet::parse(set_of({jwk, good_jwk()}), kAll);
    if (set.has_error()) return "set refused: " + set.error().what;
    REQUIRE(set->find("good") != nullptr);
    if (set->left_out().empty()) return "taken";
    REQUIRE(set->size() == 1);
    return set->left_out().front();
}

TEST_CASE("A key without alg gets the one of its type") {
    REQUIRE(JwkSet::parse(set_of({SigningKey::rsa().jwk("a", "")}), kAll)->find("a")->algorithm() == Algorithm::kRs256);
    REQUIRE(JwkSet::parse(set_of({SigningKey::ec().jwk("a", "")}), kAll)->find("a")->algorithm() == Algorithm::kEs256);
    REQUIRE(JwkSet::parse(set_of({SigningKey::ed25519().jwk("a", "")}), kAll)->find("a")->algorithm() ==
            Algorithm::kEdDsa);
    REQUIRE(JwkSet::parse(set_of({SigningKey::rsa().jwk("a", "PS256")}), kAll)->find("a")->algorithm() ==
            Algorithm::kPs256);
}

TEST_CASE("Keys that are weak, of another curve or not for signatures are left out") {
    REQUIRE_THAT(fate_of(SigningKey::rsa(1024).jwk("a", "RS256")), Catch::Contains("fewer than 2048 bits"));
    REQUIRE_THAT(fate_of(SigningKey::rsa(2040).jwk("a", "RS256")), Catch::Contains("fewer than 2048 bits"));
    REQUIRE_THAT(fate_of(SigningKey::ec("P-384").jwk("a", "ES256")), Catch::Contains("not P-256"));
    object posing = SigningKey::ec("P-384").jwk("a", "ES256");
    posing["crv"] = "P-256";
    REQUIRE_THAT(fate_of(posing), Catch::Contains("32 bytes"));
    for (const auto* alg : {"HS256", "none", "ES384", "RS512", "RSA-OAEP", "es256"}) {
        INFO(alg);
        REQUIRE_THAT(fate_of(SigningKey::ec().jwk("a", alg)), Catch::Contains("algorithm is not accepted"));
    }
    REQUIRE_THAT(fate_of(SigningKey::ec().jwk("a", "RS256")), Catch::Contains("needs kty RSA"));
    object encrypting = SigningKey::rsa().jwk("a", "RS256");
    encrypting["use"] = "enc";
    REQUIRE_THAT(fate_of(encrypting), Catch::Contains("not for verifying"));
    object signing = SigningKey::ec().jwk("a", "ES256");
    signing["key_ops"] = boost::json::array{"encrypt"};
    REQUIRE_THAT(fate_of(signing), Catch::Contains("not for verifying"));
    signing["key_ops"] = boost::json::array{"verify"};
    REQUIRE(fate_of(signing) == "taken");
}

TEST_CASE("A point off the curve, a small exponent and coordinates of other lengths are no keys") {
    object off = SigningKey::ec().jwk("a", "ES256");
    off["y"] = tests::base64url(std::string(32, '\x01'));
    REQUIRE(fate_of(off) != "taken");
    object shorter = SigningKey::ec().jwk("a", "ES256");
    shorter["x"] = tests::base64url(std::string(31, '\x01'));
    REQUIRE_THAT(fate_of(shorter), Catch::Contains("32 bytes"));
    object three = SigningKey::rsa().jwk("a", "RS256");
    three["e"] = tests::base64url("\x03");
    REQUIRE_THAT(fate_of(three), Catch::Contains("exponent"));
    object long_one = SigningKey::ed25519().jwk("a", "EdDSA");
    long_one["x"] = tests::base64url(std::string(33, 'x'));
    REQUIRE_THAT(fate_of(long_one), Catch::Contains("32 bytes"));
    object padded = SigningKey::ec().jwk("a", "ES256");
    padded["x"] = std::string(padded["x"].as_string()) + "=";
    REQUIRE(fate_of(padded) != "taken");
}

TEST_CASE("A key without a kid is left out; one kid twice spoils the set") {
    object nameless = SigningKey::ec().jwk("", "ES256");
    REQUIRE(fate_of(nameless) == "a key without kid");
    nameless.erase("kid");
    REQUIRE(fate_of(nameless) == "a key without kid");
    REQUIRE_THAT(fate_of(SigningKey::ec().jwk("good", "ES256")), Catch::Contains("two keys have the kid good"));
}

TEST_CASE("Private or symmetric material spoils the whole set, and is not repeated in the message") {
    for (const auto* member : {"d", "p", "q", "k", "oth"}) {
        object leaked = SigningKey::ec().jwk("a", "ES256");
        leaked[member] = "c2VjcmV0";
        REQUIRE_THAT(fate_of(leaked), Catch::Contains("private or symmetric"));
        REQUIRE_THAT(fate_of(leaked), !Catch::Contains("c2VjcmV0"));
    }
}

TEST_CASE("What is no key set is refused") {
    for (const auto* text : {"", "[]", "{}", R"({"keys":{}})", R"({"keys":[]})", R"({"keys":[7]})",
                             R"({"keys":[],"keys":[]})", "{\"keys\":["}) {
        INFO(text);
        REQUIRE(JwkSet::parse(text, kAll).has_error());
    }
    REQUIRE(JwkSet::parse(std::string(300 * 1024, ' ') + set_of({good_jwk()}), kAll).has_error());
    REQUIRE(JwkSet::parse(set_of({good_jwk()}), std::array{Algorithm::kRs256}).has_error());
}

void write(const std::filesystem::path& file, const std::string& text) {
    const auto fresh = file.string() + ".new";
    std::ofstream(fresh) << text;
    std::filesystem::rename(fresh, file);
}

TEST_CASE("A key set file is read when it changes, and a bad one leaves the old set in force") {
    const tests::TemporaryFolder folder;
    const auto file = folder.path() / "keys.json";
    FileKeySource source(file, {std::begin(kAll), std::end(kAll)});
    REQUIRE(source.current().error().code == policy::Code::kUnavailable);
    REQUIRE(source.read().error().code == policy::Code::kNotFound);
    write(file, set_of({good_jwk()}));
    REQUIRE(source.read().value());
    REQUIRE_FALSE(source.read().value());
    const auto first = source.current().value();
    for (const auto& bad : {std::string("{"), std::string(), set_of({}), set_of({object{{"kid", "x"}, {"k", "x"}}})}) {
        write(file, bad);
        REQUIRE(source.read().has_error());
        REQUIRE(source.current().value() == first);
    }
    std::filesystem::remove(file);
    REQUIRE(source.read().has_error());
    REQUIRE(source.current().value() == first);
    write(file, set_of({SigningKey::ec().jwk("next", "ES256")}));
    REQUIRE(source.read().value());
    REQUIRE(source.current().value()->find("next") != nullptr);
    REQUIRE(source.current().value()->find("good") == nullptr);
    REQUIRE(first->find("good") != nullptr);  // whoever still verifies with the old set may
    REQUIRE(tests::await(source.after_unknown_key("other", {})).value() == source.current().value());
}

TEST_CASE("A set keeps another when every key of it is in there under its kid, unchanged") {
    const auto set = [](boost::json::array jwks) { return JwkSet::parse(set_of(std::move(jwks)), kAll).value(); };
    const SigningKey first = SigningKey::ec();
    const SigningKey second = SigningKey::ec();
    const auto one = set({first.jwk("a", "ES256")});
    const auto both = set({first.jwk("a", "ES256"), second.jwk("b", "ES256")});
    CHECK(one.keeps(one));
    CHECK(both.keeps(one));
    CHECK_FALSE(one.keeps(both));
    CHECK_FALSE(set({first.jwk("b", "ES256")}).keeps(one));
    CHECK_FALSE(set({second.jwk("a", "ES256")}).keeps(one));
    const SigningKey rsa = SigningKey::rsa();
    CHECK_FALSE(set({rsa.jwk("a", "PS256")}).keeps(set({rsa.jwk("a", "RS256")})));
}

TEST_CASE("A key set that is a folder is an error like any other") {
    const tests::TemporaryFolder folder;
    FileKeySource source(folder.path(), {std::begin(kAll), std::end(kAll)});
    REQUIRE(source.read().has_error());
}

}  // namespace
