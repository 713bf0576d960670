#include "gateway/verify/check_statement.hpp"

#include <string>

#include "gateway/verify/encoding.hpp"

namespace gateway::verify {

namespace {

constexpr std::string_view kStatementLine = "callvault residency statement";

}  // namespace

void check_statement(std::string_view bytes, std::span<const Key> keys, const std::string& latest, Report& report) {
    const Note note = open_note(bytes, keys);
    std::string_view rest = note.text;
    const auto first = take_line(rest);
    if (note.signing == Signing::kMalformed || !first || *first != kStatementLine) {
        report.found("statement.malformed", "the file", "it is no signed statement of residency");
        return;
    }
    if (note.signing == Signing::kUnknownKey) {
        report.found("statement.unknown_key", "the signature",
                     "it is signed by " + note.signers + ", and that key was not given");
        return;
    }
    if (note.signing == Signing::kBadSignature) {
        report.found("statement.edited", "the signature", "the text is not what " + note.signers + " signed");
        return;
    }
    report.checked("the statement is signed by " + note.signers);
    bool dated = false;
    while (const auto line = take_line(rest)) {
        const auto colon = line->find(": ");
        if (colon == std::string_view::npos) continue;
        const std::string name(line->substr(0, colon));
        const std::string value(line->substr(colon + 2));
        if (name == "fault") {
            report.found("statement.faults", value.substr(0, 24), "a look found: " + value);
        } else {
            report.fact(name, value);
        }
        if (name == "made") {
            dated = true;
            if (value > latest)
                report.found("statement.future_dated", "made", "it is dated " + value + ", which has not come");
        }
    }
    if (!dated) report.found("statement.malformed", "made", "it does not say when it was made");
    report.not_checked("whether what the operator declares is true: see the documents that it names");
}

}  // namespace gateway::verify
