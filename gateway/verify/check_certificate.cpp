#include "gateway/verify/check_certificate.hpp"

#include <boost/json.hpp>
#include <optional>
#include <string>

#include "gateway/verify/certificate.hpp"
#include "gateway/verify/heads.hpp"

namespace gateway::verify {

namespace {

std::optional<boost::json::object> object_of(std::string_view text) {
    boost::json::error_code error;
    boost::json::value json = boost::json::parse(text, error);
    if (error || !json.is_object()) return std::nullopt;
    return std::move(json.as_object());
}

// What the log entry says of its batch.
struct BatchEntry {
    std::string root;
    std::uint64_t count = 0;
};

std::optional<BatchEntry> parse_batch_entry(std::string_view text) {
    const auto entry = object_of(text);
    if (!entry) return std::nullopt;
    const auto* action = entry->if_contains("action");
    const auto* detail = entry->if_contains("detail");
    if (action == nullptr || *action != "purge.batch" || detail == nullptr || !detail->is_object()) return std::nullopt;
    const auto* root = detail->as_object().if_contains("batch_root");
    const auto* count = detail->as_object().if_contains("count");
    if (root == nullptr || !root->is_string() || count == nullptr || !count->is_int64() || count->as_int64() < 0) {
        return std::nullopt;
    }
    return BatchEntry{std::string(root->as_string()), static_cast<std::uint64_t>(count->as_int64())};
}

void check_batch(const Certificate& certificate, const BatchEntry& entry, Report& report) {
    Hash root{};
    for (std::size_t i = 0; i < root.size() && entry.root.size() == 2 * root.size(); ++i) {
        root[i] = static_cast<unsigned char>(std::stoul(entry.root.substr(2 * i, 2), nullptr, 16));
    }
    if (certificate.batch_size != entry.count ||
        !inclusion_holds(leaf_hash(certificate.statement), certificate.position, certificate.batch_size,
                         certificate.batch_path, root)) {
        report.found("certificate.edited", "the statement",
                     "it is not what was put into the purge batch: its hash does not lead to the batch root");
    } else {
        report.checked("the statement is number " + std::to_string(certificate.position) + " of the " +
                       std::to_string(certificate.batch_size) + " of its purge batch");
    }
}

void check_log_proof(const Certificate& certificate, std::span<const Key> keys, Report& report) {
    const std::optional<Head> head = open_head("the certificate's checkpoint", certificate.checkpoint, keys, report);
    if (!head) return;
    const Checkpoint& checkpoint = head->checkpoint;
    report.fact("log", checkpoint.origin);
    report.fact("log entry", std::to_string(certificate.index));
    if (inclusion_holds(leaf_hash(certificate.entry), certificate.index, checkpoint.size, certificate.path,
                        checkpoint.root)) {
        report.checked("the batch entry is in the log of " + std::to_string(checkpoint.size) +
                       " entries that was signed");
    } else {
        report.found("certificate.not_in_log", "the batch entry", "it does not lead to the signed root of the log");
    }
}

bool is_hex(std::string_view text, std::size_t size) {
    return text.size() == size && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

void check_statement(const Certificate& certificate, const std::string& latest, Report& report) {
    for (const auto& [name, value] : certificate.fields) {
        if (name != "store") report.fact(name, value);
    }
    unsigned stores = 0;
    for (const auto& [name, value] : certificate.fields) {
        if (name != "store") continue;
        report.fact("store " + std::to_string(++stores), value);
    }
    const std::string_view executed = certificate.field("executed");
    if (executed.size() != 24 || certificate.field("record").empty()) {
        report.found("certificate.malformed", "the statement", "it lacks record or executed");
    } else if (executed > latest) {
        report.found("certificate.future_dated", "the statement",
                     "it says the deletion was done at " + std::string(executed) + ", which is still to come");
    }
    if (certificate.field("live").starts_with("not ")) {
        report.found("certificate.open", "the live statement",
                     "the certificate itself says that the recording is not gone from every live copy");
    }
    report.not_checked(
        "what a store attested (\"attested\"), or the operator observed (\"observed\"): these are their "
        "words, which the log keeps from being changed afterwards");
    report.not_checked("copies made outside the system: nothing can prove that there are none");
    if (certificate.field("final").starts_with("not ")) {
        report.not_checked("when the last backup is dark: the certificate says that this is not known");
    }
}

}  // namespace

void check_certificate(std::string_view bytes, std::span<const Key> keys, const std::string& latest, Report& report) {
    std::string why;
    const std::optional<Certificate> certificate = parse_certificate(bytes, why);
    if (!certificate) {
        report.found("certificate.malformed", "the file", why);
        return;
    }
    const std::optional<BatchEntry> entry = parse_batch_entry(certificate->entry);
    if (!entry || !is_hex(entry->root, 2 * sizeof(Hash))) {
        report.found("certificate.wrong_entry", "the batch entry", "it is not the entry of a purge batch");
    } else {
        check_batch(*certificate, *entry, report);
    }
    check_log_proof(*certificate, keys, report);
    check_statement(*certificate, latest, report);
}

}  // namespace gateway::verify
