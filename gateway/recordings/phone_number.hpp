#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gateway::recordings {

/// The E.164 form ("+31201234567") of a number as a telephone system or a person writes it: separators, "tel:" and
/// "sip:" forms, "00" before the country code, and national numbers of `country` (ISO 3166-1 alpha-2; empty: none).
/// No value where the number has no such form: short numbers (112), extensions, withheld, a country whose dialling plan
/// is not in the table. Never a reason to refuse a call: such a number is kept and searched as it was written.
std::optional<std::string> to_e164(std::string_view written, std::string_view country);

/// What a number is found by in the blind index: its E.164 form, else its letters and digits in lower case.
/// Empty when nothing is left.
std::string search_form(std::string_view written, std::string_view country);

}  // namespace gateway::recordings
