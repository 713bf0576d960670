#include "storage/audit/note.hpp"

#include <catch2/catch.hpp>
#include <string>
#include "tests/support/print_result.hpp"

using namespace storage::audit;  // NOLINT(google-build-using-namespace)

namespace {

// The example of c2sp.org/signed-note.
const std::string kKey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const std::string kNote =
    "This is an example message.\n\n"
    "\xE2\x80\x94 example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72Ine"
    "yaQM=\n";

}  // namespace

TEST_CASE("The specification's example note opens with its key") {
    const auto key = VerifierKey::parse(kKey);
    REQUIRE(key);
    CHECK(key->text() == kKey);
    const auto text = open_note(kNote, std::vector{*key});
    REQUIRE(text);
    CHECK(*text == "This is an example message.\n");
}

TEST_CASE("A changed note, an unknown key and a foreign line are told apart") {
    const VerifierKey key = *VerifierKey::parse(kKey);
    std::string changed = kNote;
    changed[0] = 't';
    CHECK_FALSE(open_note(changed, std::vector{key}));
    VerifierKey other = key;
    other.name = "example.com/bar";
    CHECK_FALSE(open_note(kNote, std::vector{other}));
    const std::string cosigned = kNote + "\xE2\x80\x94 witness.example mJirIkljAAAA\n";
    CHECK(open_note(cosigned, std::vector{other, key}));
}

TEST_CASE("Malformed keys and notes are refused") {
    for (const char* text :
         {"", "a", "a+b", "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
          "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "+530d903a+AekA"}) {
        CHECK_FALSE(VerifierKey::parse(text));
    }
    for (const char* note : {"", "\n", "text\n", "text\n\n", "text\n\nno dash\n", "text\n\n\xE2\x80\x94 name\n",
                             "text\n\n\xE2\x80\x94 name AAAA\n", "te\txt\n\n\xE2\x80\x94 name AAAAAAAA\n",
                             "text\n\n\xE2\x80\x94 name AAAAAAAA"}) {
        CHECK_FALSE(parse_note(note));
    }
}
