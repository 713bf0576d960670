#include "gateway/recordings/phone_number.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace gateway::recordings {

namespace {

/// Country code and trunk prefix (ITU-T E.164 and the national dialling plans): the digit that a national number has in
/// front and an international one has not. Italy and a few others keep theirs or have none.
struct DiallingPlan {
    std::string_view country;
    std::string_view code;
    std::string_view trunk;
};

constexpr std::array<DiallingPlan, 36> kPlans{{
    {"AT", "43", "0"},  {"BE", "32", "0"},  {"BG", "359", "0"}, {"CH", "41", "0"}, {"CY", "357", ""},
    {"CZ", "420", ""},  {"DE", "49", "0"},  {"DK", "45", ""},   {"EE", "372", ""}, {"ES", "34", ""},
    {"FI", "358", "0"}, {"FR", "33", "0"},  {"GB", "44", "0"},  {"GR", "30", ""},  {"HR", "385", "0"},
    {"HU", "36", "06"}, {"IE", "353", "0"}, {"IS", "354", ""},  {"IT", "39", ""},  {"LI", "423", ""},
    {"LT", "370", "0"}, {"LU", "352", ""},  {"LV", "371", ""},  {"MT", "356", ""}, {"NL", "31", "0"},
    {"NO", "47", ""},   {"PL", "48", ""},   {"PT", "351", ""},  {"RO", "40", "0"}, {"SE", "46", "0"},
    {"SI", "386", "0"}, {"SK", "421", "0"}, {"US", "1", "1"},   {"CA", "1", "1"},  {"TR", "90", "0"},
    {"UA", "380", "0"},
}};

constexpr std::size_t kShortestNational = 6;  ///< Digits without the trunk prefix; shorter ones are service numbers.
constexpr std::size_t kLongest = 15;          ///< E.164: digits with the country code.
constexpr std::size_t kShortest = 8;

std::string_view subscriber(std::string_view written) {
    for (const std::string_view scheme : {"tel:", "sips:", "sip:"}) {
        if (written.size() > scheme.size() &&
            std::ranges::equal(written.substr(0, scheme.size()), scheme, {},
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); })) {
            written.remove_prefix(scheme.size());
            written = written.substr(0, written.find_first_of("@;"));
            break;
        }
    }
    return written;
}

/// The digits, with a leading '+' kept; no value when anything but digits and separators stands in between.
std::optional<std::string> dialled(std::string_view written) {
    std::string out;
    const auto zero = written.starts_with('+') ? written.find("(0)") : std::string_view::npos;
    for (std::size_t i = 0; i < written.size(); ++i) {
        const char c = written[i];
        if (i == zero) {  // "+31 (0)20 ...": the trunk prefix in brackets is not dialled from abroad
            i += 2;
        } else if ((c >= '0' && c <= '9') || (c == '+' && out.empty())) {
            out.push_back(c);
        } else if (std::string_view(" -./()\t").find(c) == std::string_view::npos) {
            return std::nullopt;
        }
    }
    return out;
}

std::optional<std::string> international(std::string_view digits) {
    if (digits.size() < kShortest || digits.size() > kLongest || digits.front() == '0') return std::nullopt;
    return "+" + std::string(digits);
}

}  // namespace

std::optional<std::string> to_e164(std::string_view written, std::string_view country) {
    const auto number = dialled(subscriber(written));
    if (!number) return std::nullopt;
    std::string_view digits = *number;
    if (digits.starts_with('+')) return international(digits.substr(1));
    if (digits.starts_with("00")) return international(digits.substr(2));
    const auto plan = std::ranges::find(kPlans, country, &DiallingPlan::country);
    if (plan == kPlans.end()) return std::nullopt;
    if (!plan->trunk.empty()) {
        if (!digits.starts_with(plan->trunk)) {
            if (plan->code != "1") return std::nullopt;  // a local number without its area: unknown
        } else {
            digits.remove_prefix(plan->trunk.size());
        }
    }
    if (digits.size() < kShortestNational) return std::nullopt;
    return international(std::string(plan->code) + std::string(digits));
}

std::string search_form(std::string_view written, std::string_view country) {
    if (auto number = to_e164(written, country)) return *number;
    std::string out;
    for (const char c : subscriber(written)) {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
            out.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
        }
    }
    return out;
}

}  // namespace gateway::recordings
