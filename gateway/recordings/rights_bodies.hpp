#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/request.hpp"
#include "gateway/http/response.hpp"
#include "policy/fault.hpp"
#include "policy/hold.hpp"
#include "policy/ids.hpp"
#include "policy/terms.hpp"
#include "storage/audit/word.hpp"

namespace gateway::recordings {

// The bodies of the requests about rights. Each reader adds every fault to `faults`; with none, all that is needed is
// there and as deploy/openapi.yaml describes it.

inline constexpr std::size_t kMaxRightsBodyInBytes = std::size_t{64} * 1024;
inline constexpr std::size_t kMaxConcerned = 1000;  ///< Recordings of one hold or erasure.

/// Exactly one of the two is set.
struct WithdrawalWish {
    std::optional<std::string> recording_ref;
    std::optional<policy::RecordingId> recording;
};
WithdrawalWish read_withdrawal(std::string_view text, std::vector<policy::Fault>& faults);

struct RestrictionWish {
    std::optional<policy::RestrictionGround> ground;  ///< Never kWithdrawal.
    std::string case_number;
};
RestrictionWish read_restriction(std::string_view text, std::vector<policy::Fault>& faults);

struct HoldWish {
    std::vector<policy::RecordingId> recordings;  ///< Different ones, 1 to 1000.
    policy::HoldClaim claim;                      ///< Of the shape asked for; policy::check_hold judges it.
};
HoldWish read_hold(std::string_view text, policy::Date today, std::vector<policy::Fault>& faults);

struct ErasureWish {
    std::vector<policy::RecordingId> recordings;
    std::optional<storage::audit::Word> ground;  ///< Art. 17(1), a word of ours.
    std::string case_number;
};
ErasureWish read_erasure(std::string_view text, std::vector<policy::Fault>& faults);

/// {"case": ...}
std::string read_reason(std::string_view text, std::vector<policy::Fault>& faults);
/// {"review_on": ...}
std::optional<policy::Date> read_review(std::string_view text, std::vector<policy::Fault>& faults);

/// The ground of an erasure as the API has it: null for any other word.
std::optional<storage::audit::Word> erasure_ground(std::string_view word);

/// 400 `malformed-request` for a text that is no JSON, else 422 `invalid` with every fault.
http::Response bad_body(const http::Request& request, const std::vector<policy::Fault>& faults);

}  // namespace gateway::recordings
