#include <catch2/catch.hpp>
#include <filesystem>

#include "storage/audit/deletion_ledger.hpp"
#include "storage/crypto/random.hpp"
#include "storage/crypto/sha256.hpp"
#include "storage/objects/object_name.hpp"
#include "tests/support/log_maker.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/gateway/verify/verify_run.hpp"

using namespace storage;  // NOLINT(google-build-using-namespace)
using Codes = std::set<std::string>;

namespace {

// A ledger of five records.
struct LedgerFixture {
    LedgerFixture() {
        for (std::uint64_t i = 0; i < 5; ++i) append(signer, i, "2026-11-20T00:00:00Z");
    }
    void append(const audit::NoteSigner& by, std::uint64_t number, const char* at) {
        audit::LedgerEvent event{
            audit::LedgerKind::kRecordingsErased, *policy::parse_instant(at), {}, {}, {}, "erasure",
            {crypto::random_id<policy::LogId>()}};
        const audit::LedgerRecord record{number, previous, event};
        const std::string note = *by.sign(*audit::text_of(record, "example.com/log"));
        previous = crypto::sha256(crypto::bytes_of(note));
        tests::spill(file(number), note);
    }
    std::filesystem::path file(std::uint64_t number) { return folder.path() / objects::ledger_record(number).text(); }
    tests::Verdict check() {
        return tests::verify({"ledger", folder.path(), "--key", signer.verifier_keys().front().text(), "--json",
                              "--now", "2026-11-24T00:00:00.000Z"});
    }

    tests::TemporaryFolder folder;
    tests::SigningVault vault;
    audit::NoteSigner signer = *audit::NoteSigner::create(vault, "example.com/log/ledger",
                                                          {*vault.create(keys::KeyPurpose::kLedger, "ledger")});
    audit::Hash previous{};
};

}  // namespace

TEST_CASE("A good ledger is good") {
    LedgerFixture f;
    const tests::Verdict verdict = f.check();
    CHECK(verdict.exit == 0);
    CHECK(verdict.out.find("5 of 5 records") != std::string::npos);
}

TEST_CASE("Every kind of bad ledger is named") {
    LedgerFixture f;
    const std::string second = tests::slurp(f.file(2));
    SECTION("a record is missing") {
        std::filesystem::remove(f.file(2));
        CHECK(f.check().codes == Codes{"ledger.cut"});
    }
    SECTION("a record was edited") {
        std::string edited = second;
        edited.replace(edited.find("erasure"), 7, "ERASURE");
        tests::spill(f.file(2), edited);
        CHECK(f.check().codes == Codes{"ledger.edited", "ledger.broken_chain"});
    }
    SECTION("two records changed places") {
        tests::spill(f.file(2), tests::slurp(f.file(3)));
        tests::spill(f.file(3), second);
        CHECK(f.check().codes.contains("ledger.reordered"));
    }
    SECTION("a record was written anew by the right key") {
        f.previous = crypto::sha256(crypto::bytes_of(tests::slurp(f.file(1))));
        f.append(f.signer, 2, "2026-11-20T00:00:01Z");
        CHECK(f.check().codes == Codes{"ledger.broken_chain"});
    }
    SECTION("a record was signed by another key") {
        const auto thief = *audit::NoteSigner::create(f.vault, "example.com/log/ledger",
                                                      {*f.vault.create(keys::KeyPurpose::kLedger, "thief")});
        f.append(thief, 5, "2026-11-20T00:00:00Z");
        CHECK(f.check().codes == Codes{"ledger.resigned"});
    }
    SECTION("a record is of the future") {
        f.append(f.signer, 5, "2027-01-01T00:00:00Z");
        CHECK(f.check().codes == Codes{"ledger.future_dated"});
    }
    SECTION("something else lies there") {
        tests::spill(f.file(5), "hello");
        CHECK(f.check().codes == Codes{"ledger.malformed"});
    }
    CHECK(f.check().exit == 1);
}
