#include "storage/keys/wrap.hpp"

#include <catch2/catch.hpp>

#include "storage/crypto/random.hpp"
#include "storage/keys/blind_index.hpp"
#include "tests/unit/storage/keys/vault_fixture.hpp"

namespace {

using namespace storage::keys;
using namespace std::chrono_literals;
using policy::Code;
using policy::KeyId;
using policy::RecordingId;
using storage::crypto::Key256;
using storage::crypto::random_id;

TEST_CASE("A wrapped data key unwraps for its recording, date and key only") {
    const tests::VaultFixture fixture;
    const auto vault = fixture.open();
    const KeyId day = vault->create(KeyPurpose::kDay, "2026-11-24").value();
    const KeyId other = vault->create(KeyPurpose::kDay, "2026-11-24").value();
    const Key256 data_key = Key256::random();
    const WrapContext context{random_id<RecordingId>(), 2026y / 11 / 24};
    const auto wrapped = wrap_data_key(*vault, day, data_key, context).value();
    REQUIRE(wrapped.size() == kWrappedDataKeyBytes);
    REQUIRE(Key256::equal(unwrap_data_key(*vault, day, wrapped, context).value(), data_key));
    const WrapContext another_day{context.recording, 2026y / 11 / 25};
    const WrapContext another{random_id<RecordingId>(), context.purge_date};
    REQUIRE(unwrap_data_key(*vault, day, wrapped, another_day).error().code == Code::kCorrupt);
    REQUIRE(unwrap_data_key(*vault, day, wrapped, another).error().code == Code::kCorrupt);
    REQUIRE(unwrap_data_key(*vault, other, wrapped, context).error().code == Code::kCorrupt);
    REQUIRE(unwrap_data_key(*vault, day, std::span(wrapped).first(59), context).error().code == Code::kCorrupt);
    REQUIRE(vault->destroy(day).has_value());
    REQUIRE(unwrap_data_key(*vault, day, wrapped, context).error().code == Code::kGone);
}

TEST_CASE("Blind tokens of one value agree on one day and field, and nowhere else") {
    const tests::VaultFixture fixture;
    const auto vault = fixture.open();
    const KeyId day = vault->create(KeyPurpose::kDay, "2026-11-24").value();
    const KeyId next = vault->create(KeyPurpose::kDay, "2026-11-25").value();
    const auto token = blind_token(*vault, day, "number", "+49301234567").value();
    REQUIRE(blind_token(*vault, day, "number", "+49301234567").value() == token);
    REQUIRE(blind_token(*vault, day, "customer", "+49301234567").value() != token);
    REQUIRE(blind_token(*vault, day, "numbe", "r+49301234567").value() != token);
    REQUIRE(blind_token(*vault, next, "number", "+49301234567").value() != token);
    REQUIRE(blind_token(*vault, day, "number", std::string(70000, '1')).error().code == Code::kTooLarge);
}

}  // namespace
