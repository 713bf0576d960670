#include "gateway/verify/check_ledger.hpp"

#include <boost/json.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gateway/verify/encoding.hpp"

namespace gateway::verify {

namespace {

constexpr std::string_view kLedgerLine = "callvault-deletion-ledger/v1";

struct Record {
    std::uint64_t number = 0;
    Hash previous{};
    std::string kind;
    std::string at;
};

std::optional<Record> parse_record(std::string_view text) {
    const auto first = take_line(text);
    const auto origin = take_line(text);
    const auto number_line = take_line(text);
    const auto previous_line = take_line(text);
    const auto body = take_line(text);
    if (!body || !text.empty() || *first != kLedgerLine || origin->empty()) return std::nullopt;
    const std::optional<std::uint64_t> number = parse_number(*number_line);
    const std::optional<Hash> previous = hash_from_base64(*previous_line);
    boost::json::error_code error;
    const boost::json::value json = boost::json::parse(*body, error);
    if (!number || !previous || error || !json.is_object()) return std::nullopt;
    const auto* kind = json.as_object().if_contains("kind");
    const auto* at = json.as_object().if_contains("at");
    if (kind == nullptr || at == nullptr || !kind->is_string() || !at->is_string()) return std::nullopt;
    return Record{*number, *previous, std::string(kind->as_string()), std::string(at->as_string())};
}

class LedgerWalk {
  public:
    LedgerWalk(const LogSource& log, std::span<const Key> keys, const std::string& latest, Report& report)
        : log_(log), keys_(keys), latest_(latest), report_(report) {}

    void run(const std::vector<std::uint64_t>& numbers) {
        for (const std::uint64_t number : numbers) {
            if (number != next_) tell_gap(number);
            look_at(number);
            next_ = number + 1;
        }
        report_.fact("ledger records", std::to_string(numbers.size()));
        for (const auto& [kind, count] : kinds_) report_.fact("ledger: " + kind, std::to_string(count));
        report_.checked(std::to_string(good_) + " of " + std::to_string(numbers.size()) +
                        " records of the deletion ledger: number, chain and signature");
        report_.not_checked("whether records were cut off the end of the ledger, after number " +
                            std::to_string(next_ - 1) + ": compare with a number noted earlier");
    }

  private:
    void tell_gap(std::uint64_t number) {
        report_.found("ledger.cut", "ledger record " + std::to_string(next_),
                      number - next_ == 1 ? "it is missing"
                                          : "it and those up to " + std::to_string(number - 1) + " are missing");
        previous_.reset();
    }

    void look_at(std::uint64_t number) {
        const std::string where = "ledger record " + std::to_string(number);
        const std::optional<std::string> bytes = log_.ledger_record(number);
        const std::optional<Hash> chained = previous_;
        previous_ = bytes ? std::optional(sha256(*bytes)) : std::nullopt;
        if (!bytes) return;
        const Note note = open_note(*bytes, keys_);
        if (!signed_well(note, where)) return;
        const std::optional<Record> record = parse_record(note.text);
        if (!record) {
            report_.found("ledger.malformed", where, "it is signed, and not a ledger record");
        } else if (record->number != number) {
            report_.found("ledger.reordered", where,
                          "here stands the record with number " + std::to_string(record->number));
        } else if (chained && *chained != record->previous) {
            report_.found("ledger.broken_chain", where,
                          "it was written after another record than the one before it here");
        } else {
            ++good_;
            ++kinds_[record->kind];
            if (record->at > latest_) {
                report_.found("ledger.future_dated", where, "it says it was written at " + record->at);
            }
        }
    }

    bool signed_well(const Note& note, const std::string& where) {
        switch (note.signing) {
            case Signing::kGood:
                return true;
            case Signing::kMalformed:
                report_.found("ledger.malformed", where, "it is not a signed note");
                return false;
            case Signing::kUnknownKey:
                report_.found("ledger.resigned", where, "it is signed by no key that you gave, but by " + note.signers);
                return false;
            case Signing::kBadSignature:
                report_.found("ledger.edited", where, "the signature of " + note.signers + " does not verify");
                return false;
        }
        return false;
    }

    const LogSource& log_;
    std::span<const Key> keys_;
    const std::string& latest_;
    Report& report_;
    std::uint64_t next_ = 0;
    std::uint64_t good_ = 0;
    std::optional<Hash> previous_ = Hash{};  // Zero before the first record.
    std::map<std::string, std::uint64_t> kinds_;
};

}  // namespace

void check_ledger(const LogSource& log, std::span<const Key> keys, const std::string& latest, Report& report) {
    const std::vector<std::uint64_t> numbers = log.ledger_records();
    if (numbers.empty()) {
        report.not_checked("the deletion ledger: the folder holds none");
        return;
    }
    LedgerWalk(log, keys, latest, report).run(numbers);
}

}  // namespace gateway::verify
