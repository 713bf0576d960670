#include "gateway/cli/exit_code.hpp"

namespace gateway::cli {

using policy::Code;

Exit exit_of(Code code) {
    switch (code) {
        case Code::kInvalid:
        case Code::kTooLarge:
        case Code::kUnsupported:
            return Exit::kUsage;
        case Code::kUnauthenticated:
        case Code::kStepUp:
        case Code::kDenied:
            return Exit::kRefused;
        case Code::kOverloaded:
        case Code::kUnavailable:
        case Code::kDeadline:
        case Code::kInDoubt:
            return Exit::kUnavailable;
        default:
            return Exit::kFailed;
    }
}

Exit exit_of_status(int status) {
    if (status >= 200 && status < 300) return Exit::kGood;
    if (status == 400 || status == 413 || status == 415 || status == 422) return Exit::kUsage;
    if (status == 401 || status == 403) return Exit::kRefused;
    if (status == 429 || status == 503 || status == 504) return Exit::kUnavailable;
    return Exit::kFailed;
}

}  // namespace gateway::cli
