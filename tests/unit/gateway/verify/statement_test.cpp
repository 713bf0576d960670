#include <catch2/catch.hpp>

#include "storage/audit/checkpoint.hpp"
#include "tests/support/log_maker.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/gateway/verify/verify_run.hpp"

using namespace storage;  // NOLINT(google-build-using-namespace)
using Codes = std::set<std::string>;

namespace {

constexpr const char* kStatement =
    "callvault residency statement\n"
    "controller: Example\n"
    "month: 2026-10\n"
    "made: 2026-11-01T06:00:00.000Z\n"
    "place-1: s3 s3.example.com bucket calls region eu-west-1 country IE\n"
    "checks: 120 good 120\n";

// A statement that its service signed, in a file.
struct StatementFixture {
    tests::Verdict check(const std::string& text) { return check_bytes(*signer.sign(text)); }
    tests::Verdict check_bytes(const std::string& bytes) {
        tests::spill(file, bytes);
        return tests::verify({"statement", file, "--key", signer.verifier_keys().front().text(), "--json", "--now",
                              "2026-11-24T00:00:00.000Z"});
    }
    audit::NoteSigner signed_by(const char* name) {
        return *audit::NoteSigner::create(vault, name, {*vault.create(keys::KeyPurpose::kLedger, "key")});
    }

    tests::TemporaryFolder folder;
    std::string file = folder.path() / "statement";
    tests::SigningVault vault;
    audit::NoteSigner signer = signed_by("example.com/log/residency");
};

std::string with(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("A good statement of residency is good, and its facts are told") {
    StatementFixture f;
    const tests::Verdict verdict = f.check(kStatement);
    CHECK(verdict.exit == 0);
    CHECK(verdict.codes.empty());
    CHECK(verdict.out.find("region eu-west-1 country IE") != std::string::npos);
}

TEST_CASE("A fault that a look found is named, though the statement is genuine") {
    StatementFixture f;
    const auto verdict =
        f.check(std::string(kStatement) + "fault: 2026-10-09T02:00:00.000Z gateway one objects.country: US\n");
    CHECK(verdict.exit == 1);
    CHECK(verdict.codes == Codes{"statement.faults"});
}

TEST_CASE("Every kind of bad statement is named") {
    StatementFixture f;
    SECTION("edited after it was signed") {
        CHECK(f.check_bytes(with(*f.signer.sign(kStatement), "country IE", "country NL")).codes ==
              Codes{"statement.edited"});
    }
    SECTION("signed by a key that was not given") {
        CHECK(f.check_bytes(*f.signed_by("example.com/log/residency").sign(kStatement)).codes ==
              Codes{"statement.unknown_key"});
    }
    SECTION("dated in the future") {
        CHECK(f.check(with(kStatement, "made: 2026-11-01", "made: 2026-12-01")).codes ==
              Codes{"statement.future_dated"});
    }
    SECTION("not dated") {
        CHECK(f.check(with(kStatement, "made: 2026-11-01T06:00:00.000Z\n", "")).codes == Codes{"statement.malformed"});
    }
    SECTION("not signed") {
        CHECK(f.check_bytes(kStatement).codes == Codes{"statement.malformed"});
    }
    SECTION("another document, signed by the right key") {
        CHECK(f.check(with(kStatement, "residency statement", "purge report")).codes == Codes{"statement.malformed"});
    }
    SECTION("no text at all") {
        CHECK(f.check_bytes("").codes == Codes{"statement.malformed"});
    }
}
