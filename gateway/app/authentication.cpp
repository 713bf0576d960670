#include "gateway/app/authentication.hpp"

#include "gateway/app/https_client_of.hpp"
#include "gateway/app/text_file.hpp"

#include <pwd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <span>
#include <system_error>
#include <utility>

#include "gateway/auth/https_key_source.hpp"
#include "storage/crypto/bytes.hpp"
#include "storage/crypto/encoding.hpp"
#include "storage/crypto/secret.hpp"
#include "storage/crypto/sha256.hpp"

namespace gateway::app {

using policy::Code;
using policy::fail;
using policy::Result;

namespace {

http::Sha256 bytes_of(const storage::crypto::Digest256& digest) {
    http::Sha256 out{};
    std::ranges::transform(digest, out.begin(), [](std::byte b) { return std::to_integer<std::uint8_t>(b); });
    return out;
}

/// SHA-256 of the DER bytes of the first certificate in a PEM file.
Result<http::Sha256> certificate_hash(const std::filesystem::path& file) {
    static constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----";
    static constexpr std::string_view kEnd = "-----END CERTIFICATE-----";
    const auto text = text_in(file);
    const auto begin = text.find(kBegin);
    const auto end = text.find(kEnd);
    if (begin == std::string::npos || end == std::string::npos || end < begin) {
        return fail(Code::kInvalid, file.string() + " holds no PEM certificate");
    }
    std::string body = text.substr(begin + kBegin.size(), end - begin - kBegin.size());
    std::erase_if(body, [](char c) { return c == '\n' || c == '\r' || c == ' '; });
    const auto der = storage::crypto::from_base64(body);
    if (!der) return fail(Code::kInvalid, file.string() + " is not a PEM certificate");
    return bytes_of(storage::crypto::sha256(*der));
}

Result<http::Sha256> fingerprint(const std::string& hexadecimal) {
    const auto bytes = storage::crypto::from_hex(hexadecimal);
    http::Sha256 out{};
    if (!bytes || bytes->size() != out.size())
        return fail(Code::kInvalid, "a fingerprint is not 64 hexadecimal digits");
    std::ranges::transform(*bytes, out.begin(), [](std::byte b) { return std::to_integer<std::uint8_t>(b); });
    return out;
}

Result<std::vector<policy::Role>> roles_of(const Settings::Texts& names) {
    std::vector<policy::Role> out;
    for (const auto& name : names) {
        const auto role = policy::parse_role(name);
        if (!role) return fail(Code::kInvalid, name + " is no role");
        out.push_back(*role);
    }
    return out;
}

Result<auth::Grant> grant_of(const Settings::Certificate& row) {
    auth::Grant out;
    if (!row.sender.empty()) {
        out.sender = row.sender;
        out.roles = {policy::Role::kRecorder};
        return out;
    }
    auto roles = roles_of(row.roles);
    if (roles.has_error()) return roles.error();
    out.roles = std::move(*roles);
    out.teams = row.teams;
    return out;
}

Result<void> add_certificate(const Settings::Certificate& row, auth::CertificateRegistry& registry) {
    auto grant = grant_of(row);
    if (grant.has_error()) return grant.error();
    if (!row.fingerprint.empty()) {
        const auto hash = fingerprint(row.fingerprint);
        if (hash.has_error()) return hash.error();
        registry.add_fingerprint(*hash, std::move(*grant));
        return {};
    }
    const auto authority = certificate_hash(row.authority);
    if (authority.has_error()) return authority.error();
    registry.add_subject(*authority, row.subject, std::move(*grant));
    return {};
}

Result<uid_t> uid_of(const std::string& user) {
    uid_t uid = 0;
    const auto* end = user.data() + user.size();
    const auto parsed = std::from_chars(user.data(), end, uid);
    if (parsed.ec == std::errc{} && parsed.ptr == end) return uid;
    const auto* known = ::getpwnam(user.c_str());
    if (known == nullptr) return fail(Code::kInvalid, "this machine has no user " + user);
    return known->pw_uid;
}

Result<std::shared_ptr<auth::KeySource>> keys_in(const std::filesystem::path& file,
                                                 std::vector<auth::Algorithm> algorithms) {
    auto keys = std::make_shared<auth::FileKeySource>(file, std::move(algorithms));
    const auto loaded = keys->read();
    if (loaded.has_error()) return fail(Code::kInvalid, file.string() + ": " + loaded.error().what);
    return std::shared_ptr<auth::KeySource>(std::move(keys));
}

using Https = std::shared_ptr<const storage::net::HttpsClient>;

/// What the issuer's server is asked with.
Result<Https> client_for(const Settings::Issuer& row) {
    const auto address = storage::net::parse_https(row.url);
    if (address.has_error()) return fail(Code::kInvalid, row.url + ": " + address.error().what);
    auto client = https_client_of(row.authorities);
    if (client.has_error()) return client.error();
    return Https(std::move(*client));
}

/// Where people sign in; nothing is fetched yet: an issuer that is down keeps no gateway from starting.
Result<std::shared_ptr<auth::OpenIdClient>> sign_in_at(const Settings::Issuer& row, const std::string& our_url,
                                                       const std::vector<std::string>& acr, Https https) {
    auto secret = text_in(row.client_secret_file);
    while (secret.ends_with('\n') || secret.ends_with('\r')) secret.pop_back();
    if (secret.empty()) return fail(Code::kInvalid, row.client_secret_file.string() + " holds no secret");
    auth::OpenIdClient::Options options;
    options.name = row.name;
    options.label = row.label.empty() ? row.name : row.label;
    options.issuer = row.url;
    options.client_id = row.client_id;
    options.secret = storage::crypto::SecretBytes::copy_of(storage::crypto::bytes_of(secret));
    storage::crypto::zero(std::as_writable_bytes(std::span(secret)));
    options.scope = row.scope;
    options.acr_values = acr;
    options.callback = our_url + "/auth/callback/" + row.name;
    options.after_logout = our_url + "/";
    return std::make_shared<auth::OpenIdClient>(std::move(https), std::move(options));
}

Result<auth::Issuer> issuer_of(const Settings::Issuer& row, const Settings& settings) {
    const auto& mfa = settings.mfa;
    std::vector<auth::Algorithm> algorithms;
    for (const auto& name : row.algorithms) {
        const auto algorithm = auth::parse_algorithm(name);
        if (!algorithm) return fail(Code::kInvalid, name + " is no signature algorithm");
        algorithms.push_back(*algorithm);
    }
    auth::Issuer out;
    out.rules = {row.url, row.audience, row.types, row.skew, row.max_lifetime};
    out.claims.subject = row.subject_claim;
    out.claims.roles = row.roles_claim;
    out.claims.teams = row.teams_claim;
    out.claims.sender = row.sender_claim;
    out.claims.session = row.session_claim;
    const bool own = !row.acr.empty() || !row.amr.empty();
    out.claims.acr = own ? row.acr : mfa.acr;
    out.claims.amr = own ? row.amr : mfa.amr;
    if (row.roles.empty()) {
        for (const auto role : policy::all_roles()) out.claims.role_names[std::string(policy::text(role))] = role;
    }
    for (const auto& pair : row.roles) {
        const auto equals = pair.find('=');
        const auto role = equals == std::string::npos ? std::nullopt : policy::parse_role(pair.substr(equals + 1));
        if (!role) return fail(Code::kInvalid, pair + " is not of the form theirs=ours");
        out.claims.role_names[pair.substr(0, equals)] = *role;
    }
    Https https;
    if (row.keys.empty() || !row.client_id.empty()) {
        auto made = client_for(row);
        if (made.has_error()) return made.error();
        https = std::move(*made);
    }
    if (row.keys.empty()) {
        out.keys = std::make_shared<auth::HttpsKeySource>(https, row.url, std::move(algorithms),
                                                          auth::HttpsKeySource::Times{});
    } else {
        auto keys = keys_in(row.keys, std::move(algorithms));
        if (keys.has_error()) return keys.error();
        out.keys = std::move(*keys);
    }
    if (!row.client_id.empty()) {
        auto client = sign_in_at(row, settings.server.url, out.claims.acr, https);
        if (client.has_error()) return client.error();
        out.client = std::move(*client);
    }
    return out;
}

}  // namespace

Result<auth::Registrations> registrations_of(const Settings& settings) {
    auth::Registrations out;
    out.origin = settings.server.url;
    for (const auto& sender : settings.senders) out.senders.insert(sender.name);
    for (const auto& row : settings.issuers) {
        auto issuer = issuer_of(row, settings);
        if (issuer.has_error()) return issuer.error();
        out.issuers.push_back(std::move(*issuer));
    }
    for (const auto& row : settings.certificates) {
        const auto added = add_certificate(row, out.certificates);
        if (added.has_error()) return added.error();
    }
    for (const auto& row : settings.local_users) {
        const auto uid = uid_of(row.user);
        if (uid.has_error()) return uid.error();
        auto roles = roles_of(row.roles);
        if (roles.has_error()) return roles.error();
        out.local_users[*uid] = {std::nullopt, std::move(*roles), row.teams, row.second_factor};
    }
    return out;
}

}  // namespace gateway::app
