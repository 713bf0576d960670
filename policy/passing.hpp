#pragma once

#include "policy/result.hpp"

namespace policy {

/// Whether a failure is of a part that does not answer now, and says nothing of what was asked: it is tried again
/// later, by us or by the client.
constexpr bool may_pass(Code code) {
    return code == Code::kUnavailable || code == Code::kOverloaded || code == Code::kDeadline || code == Code::kInDoubt;
}

}  // namespace policy
