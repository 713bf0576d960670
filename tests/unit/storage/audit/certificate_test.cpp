#include "storage/audit/certificate.hpp"

#include <catch2/catch.hpp>
#include "tests/support/print_result.hpp"

#include "storage/crypto/random.hpp"

using namespace storage;         // NOLINT(google-build-using-namespace)
using namespace storage::audit;  // NOLINT(google-build-using-namespace)

namespace {

const policy::Instant kNow = *policy::parse_instant("2026-11-24T04:35:00Z");

Deletion deletion() {
    Deletion deletion;
    deletion.record = crypto::random_id<policy::RecordingId>();
    deletion.decided = kNow;
    deletion.executed = kNow;
    deletion.stores = {{"objects", true, 3, 0, kNow}, {"backup", false, 1, 0, kNow}};
    return deletion;
}

}  // namespace

TEST_CASE("A statement tells live and final apart, and observed from attested") {
    Deletion gone = deletion();
    const std::string text = statement_of(gone);
    CHECK(text.find("\nlive: unreadable in every live copy since 2026-11-24T04:35:00.000Z\n") != std::string::npos);
    CHECK(text.find("\nfinal: not known") != std::string::npos);
    CHECK(text.find("\nstore: objects observed gone 3 left 0 at ") != std::string::npos);
    CHECK(text.find("\nstore: backup attested gone 1 left 0 at ") != std::string::npos);
    gone.dark_by = policy::parse_date("2026-12-22");
    gone.stores[0].names_left = 1;
    const std::string open = statement_of(gone);
    CHECK(open.find("\nlive: not yet") != std::string::npos);
    CHECK(open.find("\nfinal: the last backup is dark from 2026-12-22 on") != std::string::npos);
    CHECK(open.find("held-by-store-since") == std::string::npos);
    gone.refused_since = policy::parse_instant("2026-11-23T02:00:00Z");
    CHECK(statement_of(gone).find(
              "\nheld-by-store-since: 2026-11-23T02:00:00.000Z\nexecuted: 2026-11-24T04:35:00.000Z\n") !=
          std::string::npos);
}

TEST_CASE("The batch is a tree of RFC 6962 over its statements, of any size") {
    for (std::size_t count = 1; count <= 20; ++count) {
        std::vector<std::string> statements;
        Frontier frontier;
        for (std::size_t i = 0; i < count; ++i) {
            statements.push_back(statement_of(deletion()));
            frontier.append(leaf_hash(crypto::bytes_of(statements.back())));
        }
        CHECK(CertificateBatch::of(statements)->root() == frontier.root());
    }
    CHECK_FALSE(CertificateBatch::of({}));
    CHECK_FALSE(CertificateBatch::of({"something else\n"}));
}

TEST_CASE("A certificate is made only for the entry of its own batch") {
    const CertificateBatch batch = *CertificateBatch::of({statement_of(deletion())});
    Entry entry(kNow, Actor{ActorKind::kJob, {}, {}}, Action::kPurgeBatch, Outcome::kDone);
    Inclusion inclusion;
    inclusion.entry = salted(entry);
    CHECK_FALSE(batch.certificate(0, inclusion));
    batch.describe(entry);
    inclusion.entry = salted(entry);
    CHECK(batch.certificate(0, inclusion));
    CHECK_FALSE(batch.certificate(1, inclusion));
}
