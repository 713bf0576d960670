#include "storage/audit/certificate.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "storage/crypto/bytes.hpp"
#include "storage/crypto/encoding.hpp"

namespace storage::audit {

using policy::Code;
using policy::fail;
using policy::Result;

namespace {

constexpr const char* kCertificateLine = "callvault-deletion-certificate/v1";
constexpr const char* kProofLine = "c2sp.org/tlog-proof@v1";

class Lines {
  public:
    void add(std::string_view name, std::string_view value) {
        text_ += name;
        text_ += ": ";
        text_ += value;
        text_ += '\n';
    }
    std::string text_ = std::string(kCertificateLine) + '\n';
};

bool nothing_left(const Deletion& deletion) {
    return std::all_of(deletion.stores.begin(), deletion.stores.end(),
                       [](const StoreFact& fact) { return fact.names_left == 0; });
}

std::string text_of(const StoreFact& fact) {
    return std::string(fact.store.text()) + (fact.observed ? " observed gone " : " attested gone ") +
           std::to_string(fact.names_gone) + " left " + std::to_string(fact.names_left) + " at " +
           policy::text(fact.at);
}

std::string text_of(const Actor& actor, const std::optional<policy::JobId>& job) {
    std::string text(name_of(actor.kind));
    if (actor.pseudonym != Pseudonym()) text += ' ' + actor.pseudonym.text();
    if (job) text += " job " + job->text();
    return text;
}

std::string live_statement(const Deletion& deletion) {
    if (!nothing_left(deletion)) return "not yet: names are left in a live copy";
    return "unreadable in every live copy since " + policy::text(deletion.executed);
}

std::string final_statement(const Deletion& deletion) {
    if (!deletion.dark_by) return "not known: the age of the oldest backup is not known";
    return "the last backup is dark from " + policy::text(*deletion.dark_by) +
           " on; until then who holds a backup and its keys could restore it";
}

std::string digest_line(std::string_view bytes) {
    return crypto::to_base64(crypto::bytes_of(bytes));
}

// Does the log entry speak of a batch with this root and count?
bool speaks_of(std::span<const std::byte> entry, const Hash& root, std::size_t count) {
    boost::json::error_code error;
    const boost::json::value json = boost::json::parse(crypto::text_of(entry), error);
    if (error || !json.is_object()) return false;
    const boost::json::value* detail = json.get_object().if_contains("detail");
    if (detail == nullptr || !detail->is_object()) return false;
    const boost::json::value* said_root = detail->get_object().if_contains("batch_root");
    const boost::json::value* said_count = detail->get_object().if_contains("count");
    return said_root != nullptr && said_root->is_string() && said_root->get_string() == crypto::to_hex(root) &&
           said_count != nullptr && said_count->is_int64() &&
           said_count->get_int64() == static_cast<std::int64_t>(count);
}

// Pairs are hashed, a last one without a partner goes up as it is: that is the tree of RFC 6962.
std::vector<Hash> level_above(const std::vector<Hash>& level) {
    std::vector<Hash> above;
    for (std::size_t i = 0; i + 1 < level.size(); i += 2) above.push_back(node_hash(level[i], level[i + 1]));
    if (level.size() % 2 != 0) above.push_back(level.back());
    return above;
}

void add_hashes(std::string& out, std::span<const Hash> hashes) {
    for (const Hash& hash : hashes) out += crypto::to_base64(hash) + '\n';
}

}  // namespace

std::string statement_of(const Deletion& deletion) {
    Lines lines;
    lines.add("record", deletion.record.text());
    lines.add("class", deletion.retention_class.text());
    lines.add("ground", deletion.ground.text());
    lines.add("rule", deletion.rule.text());
    lines.add("requested", deletion.requested ? policy::text(*deletion.requested) : "no");
    lines.add("decided", policy::text(deletion.decided));
    if (deletion.refused_since) lines.add("held-by-store-since", policy::text(*deletion.refused_since));
    lines.add("executed", policy::text(deletion.executed));
    lines.add("key", deletion.key.text() + (deletion.key_destroyed ? " destroyed" : " wrap erased"));
    lines.add("vault", deletion.vault.text());
    lines.add("configuration", crypto::to_hex(deletion.configuration));
    lines.add("actor", text_of(deletion.actor, deletion.job));
    for (const StoreFact& fact : deletion.stores) lines.add("store", text_of(fact));
    lines.add("live", live_statement(deletion));
    lines.add("final", final_statement(deletion));
    return std::move(lines.text_);
}

Result<CertificateBatch> CertificateBatch::of(std::vector<std::string> statements) {
    if (statements.empty()) return fail(Code::kInvalid, "a batch of certificates needs at least one statement");
    CertificateBatch batch;
    std::vector<Hash> leaves;
    for (const std::string& statement : statements) {
        if (!statement.starts_with(kCertificateLine) || !statement.ends_with('\n') ||
            statement.find("\n\n") != std::string::npos) {
            return fail(Code::kInvalid, "this is not the statement of a deletion certificate");
        }
        leaves.push_back(leaf_hash(crypto::bytes_of(statement)));
    }
    batch.statements_ = std::move(statements);
    batch.levels_.push_back(std::move(leaves));
    while (batch.levels_.back().size() > 1) batch.levels_.push_back(level_above(batch.levels_.back()));
    return batch;
}

Hash CertificateBatch::root() const {
    return levels_.back().front();
}

void CertificateBatch::describe(Entry& entry) const {
    entry.digest("batch_root", root()).number("count", static_cast<std::int64_t>(size()));
}

std::vector<Hash> CertificateBatch::path(std::size_t position) const {
    std::vector<Hash> path;
    for (const std::vector<Hash>& level : levels_) {
        const std::size_t sibling = position ^ 1U;
        if (sibling < level.size()) path.push_back(level[sibling]);
        position /= 2;
    }
    return path;
}

Result<std::string> CertificateBatch::certificate(std::size_t position, const Inclusion& inclusion) const {
    if (position >= size()) return fail(Code::kInvalid, "the batch has no such statement");
    if (!speaks_of(inclusion.entry, root(), size())) {
        return fail(Code::kInvalid, "the log entry is not the one of this batch");
    }
    std::string out = statements_[position] + '\n';
    out += "batch " + std::to_string(position) + ' ' + std::to_string(size()) + '\n';
    add_hashes(out, path(position));
    out += "\nentry " + digest_line(crypto::text_of(inclusion.entry)) + "\n\n";
    out += std::string(kProofLine) + "\nindex " + std::to_string(inclusion.index) + '\n';
    add_hashes(out, inclusion.path);
    return out + '\n' + inclusion.signed_by.note;
}

}  // namespace storage::audit
