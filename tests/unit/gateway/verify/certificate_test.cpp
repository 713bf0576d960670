#include "storage/audit/certificate.hpp"

#include <catch2/catch.hpp>

#include "storage/async/blocking_pool.hpp"
#include "storage/audit/log_reader.hpp"
#include "storage/crypto/random.hpp"
#include "storage/objects/file_store.hpp"
#include "storage/objects/memory_budget.hpp"
#include "tests/support/log_maker.hpp"
#include "tests/support/run_loop.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/gateway/verify/verify_run.hpp"

using namespace storage;  // NOLINT(google-build-using-namespace)
using Codes = std::set<std::string>;

namespace {

audit::Deletion deletion(policy::Instant executed, std::uint32_t left) {
    audit::Deletion deletion;
    deletion.record = crypto::random_id<policy::RecordingId>();
    deletion.decided = executed;
    deletion.executed = executed;
    deletion.stores = {{"objects", true, 3, left, executed}, {"backup", false, 1, 0, executed}};
    return deletion;
}

// Certificates of a batch of 7 that stands as entry 300 in a log of 500: number 6 says that something is left.
struct CertificateFixture {
    CertificateFixture() {
        const policy::Instant now = *policy::parse_instant("2026-11-20T00:00:00Z");
        std::vector<std::string> statements;
        for (std::uint32_t i = 0; i < 7; ++i) statements.push_back(audit::statement_of(deletion(now, i == 6 ? 1 : 0)));
        const audit::CertificateBatch batch = *audit::CertificateBatch::of(statements);
        audit::Entry entry(now, audit::Actor{audit::ActorKind::kJob, {}, {}}, audit::Action::kPurgeBatch,
                           audit::Outcome::kDone);
        batch.describe(entry);
        maker.add(300);
        maker.add_entry(audit::salted(entry));
        maker.add(199);
        maker.publish();

        async::BlockingPool pool("test", 1, 100);
        objects::MemoryBudget budget(1U << 24U, 100);
        const auto store = std::move(*objects::FileStore::open({.root = folder.path()}, pool, budget));
        const audit::LogReader reader(*store, tests::LogMaker::kOrigin, maker.signer().verifier_keys());
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        const auto head = tests::await(reader.newest(std::nullopt, deadline));
        const auto inclusion = tests::await(reader.inclusion(300, *head, deadline));
        for (std::size_t i = 0; i < 7; ++i) certificates.push_back(*batch.certificate(i, *inclusion));
    }
    tests::Verdict check(const std::string& certificate, const std::string& now = "2026-11-24T00:00:00.000Z") {
        const std::string file = folder.path() / "certificate";
        tests::spill(file, certificate);
        return tests::verify({"certificate", file, "--key", maker.key(), "--json", "--now", now});
    }
    std::string edited(std::string from, const std::string& to) {
        std::string text = certificates[2];
        return text.replace(text.find(from), from.size(), to);
    }

    tests::TemporaryFolder folder;
    tests::LogMaker maker{folder.path()};
    std::vector<std::string> certificates;
};

}  // namespace

TEST_CASE("Every certificate of a batch verifies offline") {
    CertificateFixture f;
    for (std::size_t i = 0; i < 6; ++i) {
        const tests::Verdict verdict = f.check(f.certificates[i]);
        CHECK(verdict.exit == 0);
        CHECK(verdict.out.find("copies made outside the system") != std::string::npos);
    }
}

TEST_CASE("A certificate that admits to a leftover is open, not good") {
    CertificateFixture f;
    CHECK(f.check(f.certificates[6]).codes == Codes{"certificate.open"});
}

TEST_CASE("Every kind of bad certificate is named") {
    CertificateFixture f;
    CHECK(f.check(f.edited("rule: schedule", "rule: erasure")).codes == Codes{"certificate.edited"});
    CHECK(f.check(f.edited("batch 2 7", "batch 3 7")).codes == Codes{"certificate.edited"});
    CHECK(f.check(f.edited("index 300", "index 301")).codes == Codes{"certificate.not_in_log"});
    CHECK(f.check(f.edited("\n500\n", "\n501\n")).codes == Codes{"checkpoint.bad_signature"});
    CHECK(f.check(f.certificates[2], "2026-11-01T00:00:00.000Z").codes == Codes{"certificate.future_dated"});
    CHECK(f.check(f.edited("entry ", "entry AAAA")).codes.contains("certificate.wrong_entry"));
    tests::LogMaker other(f.folder.path() / "other");
    tests::spill(f.folder.path() / "c", f.certificates[2]);
    CHECK(tests::verify({"certificate", f.folder.path() / "c", "--key", other.key(), "--json"})
              .codes.contains("checkpoint.resigned"));
}

TEST_CASE("A file that is no certificate is malformed wherever it is cut") {
    CertificateFixture f;
    const std::string& whole = f.certificates[2];
    for (std::size_t size = 0; size < whole.size(); size += 7) {
        const tests::Verdict verdict = f.check(whole.substr(0, size));
        REQUIRE(verdict.exit == 1);
    }
    CHECK(f.check("hello\n").codes == Codes{"certificate.malformed"});
}
