#pragma once

#include <utility>

#include "policy/result.hpp"

namespace gateway::recordings {

/// The vault's answer where the catalogue counts on the key: one that the vault does not know may come back with its
/// token or a restore, and is an outage (kUnavailable), not an absence.
template <class T>
policy::Result<T> counted_on(policy::Result<T> answer) {
    if (answer.has_value()) return answer;
    const auto& error = answer.error();
    if (error.code != policy::Code::kNotFound && error.code != policy::Code::kGone) return answer;
    return policy::fail(policy::Code::kUnavailable, error.what);
}

}  // namespace gateway::recordings
