#include "policy/result.hpp"

namespace policy {

std::string_view name_of(Code code) {
    switch (code) {
        case Code::kInvalid:
            return "invalid";
        case Code::kUnauthenticated:
            return "unauthenticated";
        case Code::kStepUp:
            return "step_up";
        case Code::kDenied:
            return "denied";
        case Code::kNotFound:
            return "not_found";
        case Code::kConflict:
            return "conflict";
        case Code::kGone:
            return "gone";
        case Code::kTooLarge:
            return "too_large";
        case Code::kUnsupported:
            return "unsupported";
        case Code::kOverloaded:
            return "overloaded";
        case Code::kUnavailable:
            return "unavailable";
        case Code::kDeadline:
            return "deadline";
        case Code::kInDoubt:
            return "in_doubt";
        case Code::kCorrupt:
            return "corrupt";
        case Code::kInternal:
            return "internal";
    }
    return "internal";
}

}  // namespace policy
