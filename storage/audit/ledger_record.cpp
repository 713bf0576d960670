#include "storage/audit/ledger_record.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>

#include "storage/audit/encoding.hpp"
#include "storage/audit/word.hpp"
#include "storage/crypto/encoding.hpp"

namespace storage::audit {

using policy::Code;
using policy::fail;
using policy::Result;

namespace {

constexpr std::string_view kLedgerLine = "callvault-deletion-ledger/v1";
constexpr std::array kKinds = std::to_array<std::string_view>({
    "day_key_destroyed",
    "keep_key_destroyed",
    "recordings_erased",
    "restriction_set",
    "restriction_lifted",
    "hold_set",
    "hold_lifted",
});
static_assert(kKinds.size() == static_cast<std::size_t>(LedgerKind::kHoldLifted) + 1);

// A member that is an array of strings; nothing when it has none.
std::string list(std::string_view name, const std::vector<std::string>& items) {
    if (items.empty()) return {};
    std::string out = ',' + quoted(name) + ":[";
    for (const std::string& item : items) out += quoted(item) + ',';
    out.back() = ']';
    return out;
}

std::string json_of(const LedgerEvent& event) {
    std::string out = "{\"at\":" + quoted(policy::text(event.at)) + ",\"kind\":" + quoted(name_of(event.kind));
    if (event.key) out += ",\"key\":" + quoted(event.key->text());
    if (event.date) out += ",\"date\":" + quoted(policy::text(*event.date));
    if (event.hold) out += ",\"hold\":" + quoted(event.hold->text());
    if (event.restriction) out += ",\"restriction\":" + quoted(event.restriction->text());
    if (!event.ground.empty()) out += ",\"ground\":" + quoted(event.ground);
    std::vector<std::string> ids;
    for (const policy::LogId& id : event.recordings) ids.push_back(id.text());
    std::vector<std::string> references;
    for (const Hash& mac : event.references) references.push_back(crypto::to_base64(mac));
    return out + list("recordings", ids) + list("references", references) + '}';
}

std::optional<LedgerKind> parse_kind(std::string_view text) {
    for (std::size_t i = 0; i < kKinds.size(); ++i) {
        if (kKinds[i] == text) return static_cast<LedgerKind>(i);
    }
    return std::nullopt;
}

// The string member `name`, or "" (which nothing parses as).
std::string_view member(const boost::json::object& json, std::string_view name) {
    const boost::json::value* value = json.if_contains(name);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

// The strings of the array `name`, each "" that is none; empty: no such array.
std::vector<std::string_view> items(const boost::json::object& json, std::string_view name) {
    std::vector<std::string_view> out;
    const boost::json::value* value = json.if_contains(name);
    if (value == nullptr || !value->is_array()) return out;
    for (const boost::json::value& item : value->get_array()) {
        out.push_back(item.is_string() ? std::string_view(item.get_string()) : std::string_view());
    }
    return out;
}

std::optional<Hash> parse_hash(std::string_view base64) {
    const auto bytes = crypto::from_base64(base64);
    Hash out{};
    if (!bytes || bytes->size() != out.size()) return std::nullopt;
    std::ranges::copy(*bytes, out.begin());
    return out;
}

std::optional<LedgerEvent> parse_event(std::string_view json_text) {
    boost::json::error_code error;
    const boost::json::value value = boost::json::parse(json_text, error);
    if (error || !value.is_object()) return std::nullopt;
    const boost::json::object& json = value.get_object();
    const auto at = policy::parse_instant(member(json, "at"));
    const auto kind = parse_kind(member(json, "kind"));
    if (!at || !kind) return std::nullopt;
    LedgerEvent event;
    event.kind = *kind;
    event.at = *at;
    event.key = policy::KeyId::parse(member(json, "key"));
    event.date = policy::parse_date(member(json, "date"));
    event.hold = policy::HoldId::parse(member(json, "hold"));
    event.restriction = policy::RestrictionId::parse(member(json, "restriction"));
    event.ground = member(json, "ground");
    for (const std::string_view text : items(json, "recordings")) {
        const auto id = policy::LogId::parse(text);
        if (!id) return std::nullopt;
        event.recordings.push_back(*id);
    }
    for (const std::string_view text : items(json, "references")) {
        const auto mac = parse_hash(text);
        if (!mac) return std::nullopt;
        event.references.push_back(*mac);
    }
    return event;
}

}  // namespace

std::string_view name_of(LedgerKind kind) {
    return kKinds.at(static_cast<std::size_t>(kind));
}

Result<std::string> text_of(const LedgerRecord& record, std::string_view origin) {
    const LedgerEvent& event = record.event;
    if (!event.ground.empty() && !Word::is_word(event.ground)) {
        return fail(Code::kInvalid, "the ground of a ledger record is a code word");
    }
    if (event.recordings.size() + event.references.size() > kMaxLedgerRecordings) {
        return fail(Code::kTooLarge, "a ledger record names too many recordings");
    }
    return std::string(kLedgerLine) + '\n' + std::string(origin) + '\n' + std::to_string(record.number) + '\n' +
           crypto::to_base64(record.previous) + '\n' + json_of(event) + '\n';
}

Result<LedgerRecord> parse_ledger_record(std::string_view text, std::string_view origin) {
    std::string_view rest = text;
    const auto first = crypto::take_line(rest);
    const auto log = crypto::take_line(rest);
    const auto number = crypto::take_line(rest);
    const auto previous = crypto::take_line(rest);
    const auto body = crypto::take_line(rest);
    if (!body || *first != kLedgerLine) return fail(Code::kCorrupt, "this is no record of a deletion ledger");
    if (*log != origin) return fail(Code::kCorrupt, "a ledger record is of another deployment");
    LedgerRecord record;
    const auto hash = parse_hash(*previous);
    const auto event = parse_event(*body);
    std::from_chars(number->data(), number->data() + number->size(), record.number);
    if (!hash || !event) {
        return fail(Code::kCorrupt, "a ledger record does not read as one");
    }
    record.previous = *hash;
    record.event = *event;
    // Whatever was passed over or read leniently above shows here: one record has one text.
    const Result<std::string> again = text_of(record, origin);
    if (!again || *again != text) return fail(Code::kCorrupt, "a ledger record is not in its canonical form");
    return record;
}

}  // namespace storage::audit
