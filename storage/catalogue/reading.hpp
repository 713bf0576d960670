#pragma once

#include <string>
#include <vector>

#include "storage/catalogue/parameters.hpp"
#include "storage/catalogue/recordings.hpp"
#include "storage/catalogue/rows.hpp"

namespace storage::catalogue {

/// The shapes that several statements read and write in the same way.
RecordingRow recording_row(const Row& row);
AccessState access_state(const Row& row);
Secret secret(const Row& row);

/// The value of a parameter for jsonb_to_recordset, as the statements that enqueue expect it.
std::string jobs_json(const std::vector<NewJob>& jobs);

/// name[], rendition[], part[], sealed_size[], place[]
void put_objects(Parameters& parameters, const std::vector<ObjectRow>& objects);
/// purge_date, id: for `(purge_date, id) > (.., ..)`; everything where there is none.
void put_cursor(Parameters& parameters, const std::optional<PurgeCursor>& after);
void put_macs(Parameters& parameters, const std::vector<Mac>& macs);

}  // namespace storage::catalogue
