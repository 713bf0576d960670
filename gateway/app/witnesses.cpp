#include "gateway/app/witnesses.hpp"

#include <algorithm>
#include <utility>

#include "gateway/app/https_client_of.hpp"

namespace gateway::app {

using policy::Code;
using policy::fail;
using policy::Result;

namespace {

Result<jobs::Witness> witness_of(const Settings::Witness& row) {
    auto address = storage::net::parse_https(row.url);
    if (address.has_error()) return fail(Code::kInvalid, row.url + ": " + address.error().what);
    if (address->target.ends_with('/')) address->target.pop_back();
    auto key = storage::audit::VerifierKey::parse(row.key);
    if (key.has_error()) return fail(Code::kInvalid, row.url + ": key: " + key.error().what);
    if (key->kind != storage::audit::KeyKind::kWitness)
        return fail(Code::kInvalid, row.url + ": key: it is the key of a log, not of a witness");
    auto client = https_client_of(row.authorities);
    if (client.has_error()) return client.error();
    return jobs::Witness{std::move(*address), std::move(*key), std::move(*client)};
}

}  // namespace

Result<std::vector<jobs::Witness>> witnesses_of(const Settings& settings) {
    std::vector<jobs::Witness> out;
    for (const auto& row : settings.witnesses) {
        auto witness = witness_of(row);
        if (witness.has_error()) return fail(witness.error().code, "witness: " + witness.error().what);
        const auto same = [&](const jobs::Witness& other) { return other.key.name == witness->key.name; };
        if (std::ranges::any_of(out, same))
            return fail(Code::kInvalid, "witness: two of them are called " + witness->key.name);
        out.push_back(std::move(*witness));
    }
    return out;
}

}  // namespace gateway::app
