#include "gateway/auth/jwk_set.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <utility>
#include <variant>

#include "gateway/auth/public_key.hpp"
#include "gateway/json/strict_json.hpp"

namespace gateway::auth {

namespace {

namespace json = boost::json;

constexpr std::size_t kMaxSetBytes = std::size_t{256} * 1024;
constexpr std::array<std::pair<Algorithm, std::string_view>, 4> kNames{{{Algorithm::kEs256, "ES256"},
                                                                        {Algorithm::kRs256, "RS256"},
                                                                        {Algorithm::kPs256, "PS256"},
                                                                        {Algorithm::kEdDsa, "EdDSA"}}};

policy::Error bad_set(std::string what) {
    return policy::fail(policy::Code::kInvalid, std::move(what));
}

/// The text of a member; nothing when it is missing or no string.
std::optional<std::string> text_of(const json::object& jwk, std::string_view name) {
    const json::value* value = jwk.if_contains(name);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return std::string(value->get_string().data(), value->get_string().size());
}

bool holds_secret(const json::object& jwk) {
    constexpr std::array<std::string_view, 8> kPrivate{"d", "p", "q", "dp", "dq", "qi", "oth", "k"};
    return std::any_of(kPrivate.begin(), kPrivate.end(), [&](std::string_view name) { return jwk.contains(name); });
}

bool is_for_signatures(const json::object& jwk) {
    if (jwk.contains("use") && text_of(jwk, "use") != "sig") return false;
    const json::value* operations = jwk.if_contains("key_ops");
    if (operations == nullptr) return true;
    if (!operations->is_array()) return false;
    const auto& list = operations->get_array();
    return std::any_of(list.begin(), list.end(),
                       [](const json::value& one) { return one.is_string() && one.get_string() == "verify"; });
}

std::optional<Algorithm> algorithm_of(const json::object& jwk) {
    if (jwk.contains("alg")) {
        const auto name = text_of(jwk, "alg");
        return name ? parse_algorithm(*name) : std::nullopt;
    }
    const auto type = text_of(jwk, "kty");
    if (type == "RSA") return Algorithm::kRs256;
    if (type == "EC") return Algorithm::kEs256;
    if (type == "OKP") return Algorithm::kEdDsa;
    return std::nullopt;
}

policy::Result<VerificationKey> import_one(const json::object& jwk, std::span<const Algorithm> allowed) {
    if (!is_for_signatures(jwk)) return bad_set("it is not for verifying signatures");
    const auto algorithm = algorithm_of(jwk);
    if (!algorithm || std::find(allowed.begin(), allowed.end(), *algorithm) == allowed.end()) {
        return bad_set("its algorithm is not accepted");
    }
    return import_public_key(jwk, *algorithm);
}

}  // namespace

std::string_view name_of(Algorithm algorithm) {
    for (const auto& [value, name] : kNames) {
        if (value == algorithm) return name;
    }
    return "unknown";
}

std::optional<Algorithm> parse_algorithm(std::string_view name) {
    for (const auto& [value, known] : kNames) {
        if (known == name) return value;
    }
    return std::nullopt;
}

policy::Result<JwkSet> JwkSet::parse(std::string_view text, std::span<const Algorithm> allowed) {
    if (text.size() > kMaxSetBytes) return bad_set("the key set is too long");
    const auto parsed = ::gateway::json::parse_strict_json(text);
    if (const auto* fault = std::get_if<::gateway::json::JsonFault>(&parsed)) {
        return bad_set("the key set cannot be read: " + fault->sentence);
    }
    const auto& document = std::get<json::value>(parsed);
    if (!document.is_object()) return bad_set("the key set is not an object");
    const json::value* keys = document.get_object().if_contains("keys");
    if (keys == nullptr || !keys->is_array()) return bad_set("the key set has no array `keys`");

    JwkSet set;
    for (const json::value& entry : keys->get_array()) {
        if (!entry.is_object()) return bad_set("an entry of `keys` is not an object");
        const json::object& jwk = entry.get_object();
        if (holds_secret(jwk))
            return bad_set("the key set holds private or symmetric key material; publish public keys only");
        const auto kid = text_of(jwk, "kid");
        if (!kid || kid->empty()) {
            set.left_out_.emplace_back("a key without kid");
            continue;
        }
        auto key = import_one(jwk, allowed);
        if (!key) {
            set.left_out_.push_back("key " + *kid + ": " + key.error().what);
            continue;
        }
        if (!set.keys_.emplace(*kid, std::move(*key)).second) return bad_set("two keys have the kid " + *kid);
    }
    if (set.keys_.empty()) return bad_set("the key set has no key that can be used");
    return set;
}

const VerificationKey* JwkSet::find(std::string_view kid) const {
    const auto found = keys_.find(kid);
    return found == keys_.end() ? nullptr : &found->second;
}

bool JwkSet::keeps(const JwkSet& before) const {
    return std::all_of(before.keys_.begin(), before.keys_.end(), [this](const auto& known) {
        const VerificationKey* here = find(known.first);
        return here != nullptr && here->same_as(known.second);
    });
}

}  // namespace gateway::auth
