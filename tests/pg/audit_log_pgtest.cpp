#include "storage/catalogue/audit_log.hpp"

#include "tests/support/catalogue_site.hpp"

// Entries on their way into the log: appended, numbered under a fence, published, imported after a restore.

using namespace storage::catalogue;  // NOLINT(google-build-using-namespace)
using policy::Code;
using tests::await;
using tests::bytes;
using tests::CatalogueSite;
using tests::mac_of;
using tests::soon;

namespace {

void append(CatalogueSite& site, std::uint64_t first, std::uint64_t count) {
    std::vector<EntryBytes> entries;
    for (std::uint64_t n = first; n < first + count; ++n) entries.push_back(bytes("entry " + std::to_string(n)));
    REQUIRE(await(site.catalogue.audit_log().append(entries, soon())));
}

TreeHead head(CatalogueSite& site) {
    return await(site.catalogue.audit_log().head(soon())).value();
}

}  // namespace

TEST_CASE("A new log is the empty tree") {
    CatalogueSite site;
    CHECK(head(site).size == 0);
    CHECK(head(site).published_size == 0);
    CHECK(head(site).published_root == mac_of(""));
    CHECK(head(site).checkpoint == "");
    CHECK(await(site.catalogue.audit_log().number(0, 10, soon()))->empty());
    CHECK(head(site).size == 0);
}

TEST_CASE("Entries get their numbers in the order in which they were written, batch by batch") {
    CatalogueSite site;
    auto& log = site.catalogue.audit_log();
    append(site, 0, 5);
    append(site, 5, 5);
    const auto first = await(log.number(0, 7, soon())).value();
    REQUIRE(first.size() == 7);
    for (std::size_t i = 0; i < 7; ++i) {
        CHECK(first[i].index == static_cast<std::int64_t>(i));
        CHECK(first[i].bytes == bytes("entry " + std::to_string(i)));
    }
    CHECK(head(site).size == 7);
    const auto rest = await(log.number(7, 7, soon())).value();
    REQUIRE(rest.size() == 3);
    CHECK(rest.front().index == 7);
    const auto read = await(log.entries(6, 2, soon())).value();
    REQUIRE(read.size() == 2);
    CHECK(read.front().bytes == bytes("entry 6"));
    CHECK(await(log.entries(10, 10, soon()))->empty());
}

TEST_CASE("Whoever does not know the present size numbers nothing") {
    CatalogueSite site;
    append(site, 0, 3);
    auto& log = site.catalogue.audit_log();
    CHECK(await(log.number(1, 10, soon())).error().code == Code::kConflict);
    REQUIRE(await(log.number(0, 2, soon())));
    CHECK(await(log.number(0, 10, soon())).error().code == Code::kConflict);
    CHECK(site.count("audit_entry", "idx is null") == 1);
}

TEST_CASE("Of many sequencers at once one numbers each batch") {
    CatalogueSite site({.connection = {}, .connections = 8});
    append(site, 0, 100);
    std::vector<Answer<std::vector<NumberedEntry>>> batches;
    for (int i = 0; i < 8; ++i) batches.push_back(site.catalogue.audit_log().number(0, 30, soon()));
    std::size_t won = 0;
    for (const auto& batch : tests::await_all(std::move(batches))) {
        won += batch ? 1U : 0U;
        if (!batch) CHECK(batch.error().code == Code::kConflict);
    }
    CHECK(won == 1);
    CHECK(head(site).size == 30);
    CHECK(site.count("audit_entry", "idx is not null") == 30);
}

TEST_CASE("A checkpoint is published once, in order, and never past what is numbered") {
    CatalogueSite site;
    append(site, 0, 10);
    auto& log = site.catalogue.audit_log();
    REQUIRE(await(log.number(0, 6, soon())));
    CHECK(await(log.publish(0, 7, mac_of("root"), "note", soon())).error().code == Code::kConflict);
    CHECK(await(log.publish(0, 0, mac_of("root"), "note", soon())).error().code == Code::kConflict);
    REQUIRE(await(log.publish(0, 6, mac_of("root 6"), "note 6\n\xE2\x80\x94 sig\n", soon())));
    CHECK(await(log.publish(0, 6, mac_of("other"), "other", soon())).error().code == Code::kConflict);
    CHECK(head(site).published_size == 6);
    CHECK(head(site).published_root == mac_of("root 6"));
    CHECK(head(site).checkpoint == "note 6\n\xE2\x80\x94 sig\n");
    REQUIRE(await(log.number(6, 10, soon())));
    CHECK(await(log.publish(6, 5, mac_of("root"), "note", soon())).error().code == Code::kConflict);
    REQUIRE(await(log.publish(6, 10, mac_of("root 10"), "note 10", soon())));
}

TEST_CASE("After a restore what is missing is imported under its numbers, and its unnumbered copies go") {
    CatalogueSite site;
    auto& log = site.catalogue.audit_log();
    append(site, 0, 3);
    REQUIRE(await(log.number(0, 3, soon())));
    append(site, 3, 2);    // numbered after the backup was taken
    append(site, 100, 1);  // never numbered
    CHECK(await(log.import(2, {bytes("entry 3")}, soon())).error().code == Code::kConflict);
    CHECK(await(log.import(4, {bytes("entry 3")}, soon())).error().code == Code::kConflict);
    REQUIRE(await(log.import(3, {bytes("entry 3"), bytes("entry 4"), bytes("lost")}, soon())));
    CHECK(head(site).size == 6);
    CHECK(site.entries("entry 3") == 1);
    CHECK(site.entries("entry 4") == 1);
    CHECK(site.count("audit_entry", "idx is null") == 1);
    CHECK(await(log.entries(5, 10, soon()))->front().bytes == bytes("lost"));
    CHECK(await(log.import_head(7, mac_of("r"), "n", soon())).error().code == Code::kConflict);
    REQUIRE(await(log.import_head(6, mac_of("root 6"), "note 6", soon())));
    CHECK(await(log.import_head(5, mac_of("r"), "n", soon())).error().code == Code::kConflict);
    CHECK(head(site).published_size == 6);
    CHECK(await(log.number(6, 10, soon()))->front().bytes == bytes("entry 100"));
}

TEST_CASE("An entry has 1 to 65535 bytes; a batch with another one is not written at all") {
    CatalogueSite site;
    auto& log = site.catalogue.audit_log();
    CHECK(await(log.append({bytes("good"), {}}, soon())).error().code == Code::kInternal);
    CHECK(await(log.append({bytes("good"), bytes(std::string(AuditLog::kMaxEntry + 1, 'x'))}, soon())).error().code ==
          Code::kInternal);
    CHECK(site.count("audit_entry") == 0);
    REQUIRE(await(log.append({bytes(std::string(AuditLog::kMaxEntry, 'x'))}, soon())));
    REQUIRE(await(log.append({}, soon())));
    CHECK(site.count("audit_entry") == 1);
}
