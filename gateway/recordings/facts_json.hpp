#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/recordings/personal_fields.hpp"
#include "policy/access.hpp"
#include "policy/result.hpp"
#include "storage/catalogue/recordings.hpp"
#include "storage/catalogue/rights.hpp"

namespace gateway::recordings {

/// How much of a recording's facts a caller is shown, by the matrix of policy.
struct FactsView {
    bool names = false;   ///< Of agent, team and queue: to roles that may play.
    bool rights = false;  ///< Holds and restrictions: to roles that may set them.
};
FactsView view_for(const policy::Subject& subject);

/// A telephone number of which the last three characters are left, the others dots; of one with fewer than six
/// characters the last third. In E.164 where it has that form (`country`: that of a national number).
std::string masked_number(std::string_view number, std::string_view country);

/// Schema RecordingFacts of deploy/openapi.yaml, without `restrictions`. `home`: the deployment's country.
/// kInternal: the stored media facts are not ours.
policy::Result<boost::json::object> facts_json(const storage::catalogue::RecordingRow& row,
                                               const storage::catalogue::AccessState& access,
                                               const PersonalFields& fields, FactsView view, std::string_view home);

/// The open ones, as the member `restrictions`.
boost::json::array restrictions_json(const std::vector<storage::catalogue::RestrictionRow>& rows);

}  // namespace gateway::recordings
