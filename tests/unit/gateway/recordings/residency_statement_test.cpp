#include "gateway/recordings/residency_statement.hpp"

#include <catch2/catch.hpp>

using namespace gateway::recordings;  // NOLINT(google-build-using-namespace)
namespace catalogue = storage::catalogue;

namespace {

policy::Instant at(int day) {
    return policy::Instant{std::chrono::sys_days{std::chrono::year{2026} / 11 / day}};
}

const catalogue::Place kStore{"s3", "store.test:8443", "calls", "eu-lab", "NL", catalogue::Bytes(32, std::byte{0xab})};

}  // namespace

TEST_CASE("A month's statement tells what was seen apart from what was declared") {
    ResidencyDeclaration declared{"Example BV", {"NL", "DE"}, {}, {{"pkcs11", "DE"}, {"file", ""}}, "contract 7"};
    ResidencyMonth month{std::chrono::year{2026} / 11, at(27), {}, {}};
    month.places = {{7, kStore, at(1), at(26), 12, 5}, {std::nullopt, {}, {}, {}, 3, 0}};
    month.checks = {{at(2), "gw1", {}}, {at(3), "gw1", {"it copies", "it is public"}}, {at(4), "gw2", {}}};
    const auto text = residency_statement(declared, month);
    CHECK(text.starts_with("callvault residency statement\ncontroller: Example BV\nmonth: 2026-11\n"));
    for (const auto* line :
         {"declared-countries: NL DE\n", "declared-allowed: all-of-the-list\n", "declared-vault: pkcs11 country DE\n",
          "declared-vault: file country not-told\n", "declared-store-statement: contract 7\n",
          "place-7: s3 store.test:8443 bucket calls region eu-lab country NL ",
          "place-7-recordings: 12 received-in-month 5\n", "place-not-recorded-recordings: 3 received-in-month 0\n",
          "checks: 3 good 2\n", " gateway gw1 it copies\n", " gateway gw1 it is public\n"}) {
        INFO(line);
        CHECK(text.find(line) != std::string::npos);
    }
    month.checks = {{at(3), "gw1", {"the rule \"x\nchecks: 9 good 9\" copies"}}};
    CHECK(residency_statement(declared, month).find("\nchecks: 9") == std::string::npos);  // a store's words
    std::string digest;
    for (int i = 0; i < 32; ++i) digest += "ab";
    CHECK(text.find(" certificate-sha256 " + digest + " first-seen 2026-11-01T") != std::string::npos);
}
