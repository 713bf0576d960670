#include "policy/profile.hpp"

#include <algorithm>
#include <array>

namespace policy {

namespace {

std::span<const Profile> table() {
    static const std::array<Profile, 5> kTable{{
        // id, legitimate interest for quality and training, longest for quality, longest
        {"EU", true, Period{6}, Period{6}},
        {"NL", true, Period{6}, Period{6}},
        {"DE", false, Period{6}, Period{6}},  // DSK 2018; Saxony 2022: consent, asked before, an active yes
        {"FR", true, Period{6}, Period{6}},   // CNIL: never permanent
        {"BE", true, Period{1}, Period{6}},   // law of 2005: quality one month
    }};
    return kTable;
}

const Profile* find(std::span<const Profile> rows, std::string_view id) {
    const auto row = std::ranges::find(rows, id, &Profile::id);
    return row == rows.end() ? nullptr : &*row;
}

/// The ids of both, each once, sorted; EU only when nothing else is there.
std::string joined_ids(const std::string& a, const std::string& b) {
    std::vector<std::string> ids;
    for (const std::string_view side : {std::string_view(a), std::string_view(b)}) {
        for (std::size_t at = 0; at < side.size();) {
            const std::size_t end = std::min(side.find('+', at), side.size());
            ids.emplace_back(side.substr(at, end - at));
            at = end + 1;
        }
    }
    std::ranges::sort(ids);
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    if (ids.size() > 1) std::erase(ids, "EU");
    std::string out;
    for (const std::string& id : ids) out += (out.empty() ? "" : "+") + id;
    return out;
}

void tighten(Profile& profile, const Profile& by) {
    profile.legitimate_interest_for_quality &= by.legitimate_interest_for_quality;
    profile.longest_for_quality = std::min(profile.longest_for_quality, by.longest_for_quality);
    profile.longest = std::min(profile.longest, by.longest);
}

}  // namespace

std::span<const Profile> shipped_profiles() {
    return table();
}

const Profile& shipped_profile(std::string_view country) {
    const Profile* row = find(table(), country);
    return row ? *row : table().front();
}

Profile profile_of(std::string_view country, std::span<const Profile> site_rows) {
    Profile profile = shipped_profile(country);
    if (const Profile* row = find(site_rows, "EU")) tighten(profile, *row);
    if (const Profile* row = find(site_rows, country)) {
        tighten(profile, *row);
        profile.id = row->id;  // a site may give a country without a shipped profile a row of its own
    }
    return profile;
}

Profile strictest(const Profile& a, const Profile& b) {
    Profile both = a;
    tighten(both, b);
    both.id = joined_ids(a.id, b.id);
    return both;
}

bool loosens(const Profile& row, const Profile& base) {
    return (row.legitimate_interest_for_quality && !base.legitimate_interest_for_quality) ||
           row.longest_for_quality > base.longest_for_quality || row.longest > base.longest;
}

}  // namespace policy
