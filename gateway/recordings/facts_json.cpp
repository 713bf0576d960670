#include "gateway/recordings/facts_json.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "gateway/recordings/media_facts.hpp"
#include "gateway/recordings/phone_number.hpp"
#include "policy/retention.hpp"
#include "policy/time.hpp"

namespace gateway::recordings {

namespace json = boost::json;

namespace {

constexpr std::string_view kDot = "•";
constexpr std::size_t kShown = 3;

bool any_role(const policy::Subject& subject, policy::Action action) {
    return std::ranges::any_of(subject.roles,
                               [action](policy::Role role) { return policy::role_allows(role, action); });
}

bool starts_character(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
}

void put(json::object& out, std::string_view name, const std::string& value) {
    if (!value.empty()) out[name] = value;
}

json::object named(const std::string& id, const std::optional<policy::Member>& member, FactsView view) {
    json::object out{{"id", id}};
    if (view.names && member && member->name) out["name"] = *member->name;
    return out;
}

json::object masked(const policy::Party& party, std::string_view home) {
    json::object out;
    if (party.number) out["number"] = masked_number(*party.number, party.country.value_or(std::string(home)));
    if (party.country) out["country"] = *party.country;
    return out;
}

json::array marks_json(const std::vector<policy::Mark>& marks) {
    json::array out;
    for (const auto& mark : marks) {
        json::object one;
        if (mark.from) one["from_ms"] = mark.from->count();
        if (mark.to) one["to_ms"] = mark.to->count();
        if (mark.kind) one["kind"] = *mark.kind;
        out.emplace_back(std::move(one));
    }
    return out;
}

/// What was measured: for who wonders why a call cannot be heard.
json::object sound_json(const transcode::messages::Facts& sound) {
    json::array channels;
    for (const auto& channel : sound.channels) {
        json::object one{{"silent", channel.silent}, {"clipped", channel.clipped}};
        if (channel.level_db != transcode::measure::ChannelFacts::kNone) one["level_db"] = channel.level_db;
        channels.emplace_back(std::move(one));
    }
    return {{"coding", transcode::messages::name_of(sound.coding)},
            {"rate_hz", sound.rate_hz},
            {"equal_channels", sound.equal},
            {"channels", std::move(channels)}};
}

/// What shows that the recording may be used: how people were told, and for consent when and how it was given.
void put_evidence(json::object& out, const policy::Claim& claim) {
    if (claim.notice) {
        json::object notice;
        if (claim.notice->how) notice["how"] = *claim.notice->how;
        if (claim.notice->version) notice["version"] = *claim.notice->version;
        out["notice"] = std::move(notice);
    }
    if (claim.basis && claim.basis->given_at) {
        json::object consent{{"given_at", policy::text(*claim.basis->given_at)}};
        if (claim.basis->how) consent["how"] = *claim.basis->how;
        out["consent"] = std::move(consent);
    }
}

void put_state(json::object& out, const storage::catalogue::RecordingRow& row,
               const storage::catalogue::AccessState& access) {
    if (!row.unplayable.empty()) out["unplayable_reason"] = row.unplayable;
    if (row.quarantined) {
        out["state"] = "quarantined";
    } else if (access.restrictions > 0) {
        out["state"] = "restricted";
    } else {
        out["state"] = row.unplayable.empty() ? "playable" : "unplayable";
    }
}

void put_call(json::object& out, const policy::Claim& claim, std::string_view home) {
    if (claim.call_id) out["call_id"] = *claim.call_id;
    if (claim.caller) out["caller"] = masked(*claim.caller, home);
    if (claim.callee) out["callee"] = masked(*claim.callee, home);
    if (!claim.marks.empty()) out["marks"] = marks_json(claim.marks);
}

}  // namespace

FactsView view_for(const policy::Subject& subject) {
    return {any_role(subject, policy::Action::kPlay), any_role(subject, policy::Action::kRestrict)};
}

std::string masked_number(std::string_view number, std::string_view country) {
    const auto whole = to_e164(number, country).value_or(std::string(number));
    const auto length = static_cast<std::size_t>(std::ranges::count_if(whole, starts_character));
    const std::size_t hidden = length - (length < 2 * kShown ? length / kShown : kShown);
    std::string out;
    std::size_t character = 0;
    for (const char c : whole) {
        if (starts_character(c)) ++character;
        if (character > hidden) {
            out.push_back(c);
        } else if (starts_character(c)) {
            out += kDot;
        }
    }
    return out;
}

policy::Result<json::object> facts_json(const storage::catalogue::RecordingRow& row,
                                        const storage::catalogue::AccessState& access, const PersonalFields& fields,
                                        FactsView view, std::string_view home) {
    const auto media = media_facts_from(row.media);
    if (media.has_error()) return media.error();
    json::object out;
    out["id"] = row.id.text();
    out["started_at"] = policy::text(row.started_at);
    out["received_at"] = policy::text(row.received_at);
    if (const auto duration = media->duration_ms()) out["duration_ms"] = *duration;
    put(out, "direction", row.direction);
    out["team"] = named(row.team, fields.claim.team, view);
    if (!row.agent.empty()) out["agent"] = named(row.agent, fields.claim.agent, view);
    if (!row.queue.empty()) out["queue"] = named(row.queue, fields.claim.queue, view);
    put_call(out, fields.claim, home);
    json::array channels;
    for (const auto role : media->roles) channels.emplace_back(policy::text(role));
    if (!channels.empty()) out["channels"] = std::move(channels);
    if (media->sound) out["sound"] = sound_json(*media->sound);
    out["purposes"] = json::array(row.purposes.begin(), row.purposes.end());
    out["basis"] = row.basis;
    put_evidence(out, fields.claim);
    out["purge_date"] = policy::text(row.purge_date);
    out["rule"] = json::object{{"id", row.rule_id}, {"text", fields.rule}};
    out["profile"] = row.profile;
    put(out, "retention_class", row.retention_class);
    put_state(out, row, access);
    if (view.rights) out["holds"] = access.holds;
    return out;
}

json::array restrictions_json(const std::vector<storage::catalogue::RestrictionRow>& rows) {
    json::array out;
    for (const auto& row : rows) {
        if (row.lifted_at) continue;
        json::object one{{"id", row.id.text()},
                         {"recording_id", row.recording.text()},
                         {"ground", row.ground},
                         {"since", policy::text(row.set_at)}};
        if (row.ground == policy::text(policy::RestrictionGround::kWithdrawal)) {
            one["erase_by"] = policy::text(row.set_at + policy::kWithdrawalErasure);
        }
        out.emplace_back(std::move(one));
    }
    return out;
}

}  // namespace gateway::recordings
