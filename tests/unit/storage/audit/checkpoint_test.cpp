#include "storage/audit/checkpoint.hpp"

#include <catch2/catch.hpp>
#include "tests/support/print_result.hpp"

#include "tests/support/signing_vault.hpp"

using namespace storage::audit;  // NOLINT(google-build-using-namespace)

namespace {

const std::string kText = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

}  // namespace

TEST_CASE("A checkpoint's text is read and written back") {
    const auto checkpoint = parse_checkpoint(kText);
    REQUIRE(checkpoint);
    CHECK(checkpoint->origin == "example.com/behind-the-sofa");
    CHECK(checkpoint->size == 20852163);
    CHECK(text_of(*checkpoint) == kText);
}

TEST_CASE("A checkpoint that is not exactly three lines is refused") {
    for (const char* text : {"", "a\n1\n", "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
                             "a\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
                             "a\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
                             "a\n18446744073709551616\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
                             "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n", "a\n1\nCsUY\n",
                             "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nmore\n"}) {
        CHECK_FALSE(parse_checkpoint(text));
    }
}

TEST_CASE("During a rotation both keys sign, and either opens the checkpoint") {
    tests::SigningVault vault;
    const auto old_key = *vault.create(storage::keys::KeyPurpose::kCheckpoint, "old");
    const auto new_key = *vault.create(storage::keys::KeyPurpose::kCheckpoint, "new");
    const auto signer = NoteSigner::create(vault, "example.com/log", {old_key, new_key});
    REQUIRE(signer);
    const Checkpoint checkpoint{"example.com/log", 7, empty_root()};
    const std::string note = *signer->sign(text_of(checkpoint));
    CHECK(note == *signer->sign(text_of(checkpoint)));
    for (const VerifierKey& key : signer->verifier_keys()) {
        CHECK(open_checkpoint(note, "example.com/log", std::vector{key}) == checkpoint);
        CHECK_FALSE(open_checkpoint(note, "example.com/other", std::vector{key}));
    }
    CHECK_FALSE(open_checkpoint(note, "example.com/log", {}));
    CHECK_FALSE(NoteSigner::create(vault, "has space", {old_key}));
    CHECK_FALSE(NoteSigner::create(vault, "example.com/log", {}));
}
