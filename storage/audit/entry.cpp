#include "storage/audit/entry.hpp"

#include <algorithm>
#include <stdexcept>

#include "storage/audit/encoding.hpp"
#include "storage/crypto/encoding.hpp"
#include "storage/crypto/random.hpp"

namespace storage::audit {

namespace {

constexpr std::size_t kMaxRoles = 32;
constexpr std::array kActorKinds = std::to_array<std::string_view>({"person", "machine", "operator", "job", "service"});
static_assert(kActorKinds.size() == static_cast<std::size_t>(ActorKind::kService) + 1);

// `,"name":value`. Names and values are words, hexadecimal digits, numbers and times: nothing ever needs escaping.
void add(std::string& out, std::string_view name, std::string_view json) {
    out += ",\"";
    out += name;
    out += "\":";
    out += json;
}

template <class Members>
std::string object_of(const Members& members) {
    std::string out = "{";
    for (const auto& [name, json] : members) {
        if (out.size() > 1) out += ',';
        out += quoted(name.text()) + ':' + json;
    }
    return out + '}';
}

std::string json_of(const Actor& actor) {
    std::string out = "{\"kind\":" + quoted(name_of(actor.kind)) + ",\"id\":" + quoted(actor.pseudonym.text());
    if (!actor.roles.empty()) {
        out += ",\"roles\":[";
        for (const Word& role : actor.roles) out += quoted(role.text()) + ',';
        out.back() = ']';
    }
    return out + '}';
}

}  // namespace

std::string_view name_of(ActorKind kind) {
    return kActorKinds.at(static_cast<std::size_t>(kind));
}

Entry::Entry(policy::Instant at, Actor actor, Action action, Outcome outcome)
    : at_(at), actor_(std::move(actor)), action_(action), outcome_(outcome) {
    if (actor_.roles.size() > kMaxRoles) throw std::length_error("an actor with too many roles");
}

Entry& Entry::reason(Word code) {
    reason_ = code;
    return *this;
}

Entry& Entry::purpose(Word code) {
    purpose_ = code;
    return *this;
}

Entry& Entry::recording(policy::LogId id) {
    recording_ = id;
    return *this;
}

Entry& Entry::case_ref(CaseId id) {
    case_ = id;
    return *this;
}

Entry& Entry::number(Word name, std::int64_t value) {
    return put(details_, name, std::to_string(value));
}

Entry& Entry::code(Word name, Word value) {
    return put(details_, name, quoted(value.text()));
}

Entry& Entry::date(Word name, policy::Date value) {
    return put(details_, name, quoted(policy::text(value)));
}

Entry& Entry::instant(Word name, policy::Instant value) {
    return put(details_, name, quoted(policy::text(value)));
}

Entry& Entry::digest(Word name, std::span<const std::byte, 32> value) {
    return put(details_, name, quoted(crypto::to_hex(value)));
}

Entry& Entry::put(Members& members, Word name, std::string json) {
    const auto place =
        std::lower_bound(members.begin(), members.end(), name.text(),
                         [](const auto& member, std::string_view text) { return member.first.text() < text; });
    if (place != members.end() && place->first == name) {
        place->second = std::move(json);
        return *this;
    }
    if (members.size() == kMaxDetails) throw std::length_error("an entry with too many details");
    members.emplace(place, name, std::move(json));
    return *this;
}

crypto::Bytes Entry::encode(const Salt& salt) const {
    std::string out = "{\"v\":1,\"salt\":" + quoted(crypto::to_hex(salt));
    add(out, "at", quoted(policy::text(at_)));
    add(out, "actor", json_of(actor_));
    add(out, "action", quoted(name_of(action_)));
    add(out, "result", quoted(name_of(outcome_)));
    if (reason_) add(out, "reason", quoted(reason_->text()));
    if (purpose_) add(out, "purpose", quoted(purpose_->text()));
    if (recording_) add(out, "recording", quoted(recording_->text()));
    if (case_) add(out, "case", quoted(case_->text()));
    if (!refs_.empty()) add(out, "refs", object_of(refs_));
    if (!details_.empty()) add(out, "detail", object_of(details_));
    out += '}';
    if (out.size() > kMaxSize) throw std::length_error("an entry is too long");
    const auto bytes = crypto::bytes_of(out);
    return {bytes.begin(), bytes.end()};
}

crypto::Bytes salted(const Entry& entry) {
    Entry::Salt salt{};
    crypto::fill_random(salt);
    return entry.encode(salt);
}

}  // namespace storage::audit
