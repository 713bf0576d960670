#include <map>
#include <set>

#include "storage/catalogue/sql.hpp"
#include "tests/support/catalogue_site.hpp"

// No column may hold personal data in plain. Whoever adds a column that could hold a caller's text or a person's name
// must come by here and say what is in it.

namespace {

/// Every column that could hold free text, and what is in it instead.
const std::map<std::string, std::string> kTexts{
    {"browser_session.cookie_hash", "SHA-256 of 256 random bits"},
    {"browser_session.issuer", "configured address"},
    {"browser_session.login_mac", "HMAC"},
    {"browser_session.roles", "codes"},
    {"browser_session.session_id", "random"},
    {"browser_session.subject", "pseudonym of staff"},
    {"browser_session.teams", "ids of teams, as the issuer maps them"},
    {"audit_entry.bytes", "an entry of storage/audit: salted, pseudonymous ids and codes"},
    {"blind_index.token", "HMAC under the index key of a day"},
    {"day_key.state", "code, checked"},
    {"directory.id", "pseudonym, or random id"},
    {"directory.kind", "code"},
    {"directory.sealed", "sealed under the epoch key"},
    {"epoch_key.state", "code, checked"},
    {"epoch_secret.secret", "sealed by the epoch key"},
    {"hold.matter_ref", "random id of a sealed directory row"},
    {"hold.owner", "pseudonym of staff"},
    {"hold.owner_ref", "random id of a sealed directory row"},
    {"hold.reviewer", "pseudonym of staff"},
    {"idempotency.body", "an answer of ids, codes and times"},
    {"idempotency.key_mac", "HMAC"},
    {"idempotency.location", "a path of ours with random ids"},
    {"idempotency.request_mac", "HMAC"},
    {"job.kind", "code"},
    {"job.last_error", "code"},
    {"job.payload", "ids and codes"},
    {"job.state", "code, checked"},
    {"job.unique_key", "code and id"},
    {"job.worker", "random id of a process"},
    {"keep_key.label", "hold id, or class code and month"},
    {"keep_key.state", "code, checked"},
    {"leadership.holder", "random id of a process"},
    {"leadership.role", "code"},
    {"place.bucket", "configured name of a bucket"},
    {"place.certificate", "SHA-256 of a store's certificate"},
    {"place.country", "country code"},
    {"place.endpoint", "configured host of a store"},
    {"place.kind", "code"},
    {"place.region", "a store's word for where it is"},
    {"play.case_ref", "random id of a sealed directory row"},
    {"play.close_reason", "code"},
    {"play.gateway", "random id of a process"},
    {"play.holders", "random ids of processes"},
    {"play.purpose", "code"},
    {"play.session_mac", "HMAC"},
    {"play.subject", "pseudonym of staff"},
    {"proposal.decider", "pseudonym of staff"},
    {"proposal.kind", "code"},
    {"proposal.payload", "ids and codes"},
    {"proposal.proposer", "pseudonym of staff"},
    {"proposal.state", "code, checked"},
    {"purge_batch.ground", "code"},
    {"purge_run.accepted_for", "codes"},
    {"purge_run.reason", "codes"},
    {"purge_run.state", "code, checked"},
    {"recording.agent", "pseudonym of staff; the name is sealed in directory"},
    {"recording.basis", "code"},
    {"recording.content_mac", "HMAC"},
    {"recording.direction", "code"},
    {"recording.media", "numbers and codes of the audio, made by the gateway"},
    {"recording.profile", "country code"},
    {"recording.purge_ground", "code"},
    {"recording.purposes", "codes"},
    {"recording.queue", "id that the sender gives, a pseudonym by contract; the name is sealed in directory"},
    {"recording.ref_mac", "HMAC"},
    {"recording.restricted_ground", "code"},
    {"recording.retention_class", "configured id"},
    {"recording.rule_id", "code"},
    {"recording.sender", "configured name of a machine"},
    {"recording.state", "code, checked"},
    {"recording.team", "configured id; the name is sealed in directory"},
    {"recording.unplayable", "code"},
    {"reference.ground", "code"},
    {"reference.leaf", "certificate statement: ids, codes and times; gone once certified"},
    {"reference.ref_mac", "HMAC"},
    {"residency_check.faults", "sentences about settings, buckets and regions"},
    {"residency_check.gateway", "random id of a process"},
    {"restriction.ground", "code"},
    {"restriction.lifted_by", "pseudonym of staff"},
    {"restriction.notice_ref", "id of the notice that was sent"},
    {"restriction.set_by", "pseudonym of staff"},
    {"revoked_session.session_mac", "HMAC"},
    {"revoked_subject.subject", "pseudonym of staff"},
    {"schema_migration.digest", "digest of a migration"},
    {"schema_migration.name", "name of a migration"},
    {"sealed_object.name", "purge date and random attempt id"},
    {"sealed_object.rendition", "code"},
    {"secret.sealed", "sealed under the epoch key"},
    {"ledger_mark.previous", "SHA-256 of a ledger record"},
    {"tree_head.checkpoint", "signed note"},
    {"play_listener.roles", "codes"},
    {"play_listener.teams", "ids of teams, as the issuer maps them"},
    {"witnessed_head.note", "a checkpoint: public by nature"},
    {"tree_head.published_root", "hash"},
    {"vault_key.purpose", "code"},
};

/// Types that hold no text: numbers, moments, random ids, flags, ranges of bytes.
const std::set<std::string> kHarmless{"bigint",        "integer", "boolean", "date", "uuid", "timestamp with time zone",
                                      "int8multirange"};

}  // namespace

TEST_CASE("Every column that could hold personal data is known, with the reason why it does not") {
    tests::CatalogueSite site;
    std::set<std::string> seen;
    for (const auto& row :
         site.rows("select table_name || '.' || column_name, case when data_type = 'USER-DEFINED' then udt_name else "
                   "data_type end from information_schema.columns where table_schema = 'callvault'")) {
        INFO(row[0] << " " << row[1]);
        if (kHarmless.contains(row[1])) continue;
        CHECK(kTexts.contains(row[0]));
        seen.insert(row[0]);
    }
    for (const auto& [column, reason] : kTexts) {
        INFO(column << ": " << reason);
        CHECK(seen.contains(column));
    }
}

TEST_CASE("No column is named after what must never stand in plain") {
    tests::CatalogueSite site;
    const auto named = site.rows(
        "select table_name || '.' || column_name from information_schema.columns where table_schema = 'callvault' "
        "and column_name ~ "
        "'(phone|caller|callee|customer|number|msisdn|e?mail|address|birth|name$|recording_ref|digest)' "
        "and table_name <> 'schema_migration' and table_name || '.' || column_name <> 'sealed_object.name'");
    for (const auto& row : named) {
        INFO(row.front());
        CHECK(false);
    }
    CHECK(named.empty());
}

TEST_CASE("Every named statement is one that the database accepts") {
    tests::CatalogueSite site;
    tests::PostgresLine line(site.connection);
    line.query("set search_path = callvault, pg_catalog");
    REQUIRE_FALSE(storage::catalogue::statements().empty());
    for (const auto& statement : storage::catalogue::statements()) {
        INFO(statement.name);
        CHECK_NOTHROW(line.query("prepare " + std::string(statement.name) + " as " + statement.text));
    }
}
