#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/ids.hpp"
#include "policy/result.hpp"
#include "policy/time.hpp"
#include "storage/audit/entry.hpp"
#include "storage/catalogue/purge.hpp"
#include "storage/catalogue/rights.hpp"

namespace gateway::recordings {

/// What a proposal is about: ids and codes only, as JSON in the catalogue. What its kind does not need stays empty.
struct ProposalPayload {
    std::vector<policy::RecordingId> recordings;           ///< erasure, hold
    std::string ground;                                    ///< erasure: a word of Art. 17(1)
    std::optional<storage::audit::CaseId> case_ref;        ///< all but hold
    std::optional<policy::HoldId> hold;                    ///< hold: the id it will have; hold_release
    std::string matter_ref;                                ///< hold
    std::string owner_ref;                                 ///< hold
    std::optional<policy::Date> review_on;                 ///< hold
    std::optional<storage::catalogue::PurgeRunId> run;     ///< purge_continue
    std::optional<storage::catalogue::AcceptedStop> stop;  ///< purge_continue: what the proposer saw of it

    friend bool operator==(const ProposalPayload&, const ProposalPayload&) = default;
};

storage::catalogue::Bytes encode(const ProposalPayload& payload);
/// kInternal: not what encode() wrote.
policy::Result<ProposalPayload> proposal_payload_from(const storage::catalogue::Bytes& bytes);

/// The `Proposal` of deploy/openapi.yaml, as of `now`.
policy::Result<std::string> proposal_json(const storage::catalogue::ProposalRow& row, policy::Instant now);

}  // namespace gateway::recordings
