#include "storage/objects/s3_credentials.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "storage/crypto/bytes.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using namespace storage::objects;
using policy::Code;

class File {
  public:
    void say(const std::string& text, ::mode_t mode = 0600) const {
        std::ofstream(path()) << text;
        ::chmod(path().c_str(), mode);
    }
    std::filesystem::path path() const { return folder_.path() / "credentials"; }

  private:
    tests::TemporaryFolder folder_;
};

constexpr auto kGood = "[default]\n# who\naws_access_key_id = AKID\naws_secret_access_key=s/e+cret=\r\n\n";

TEST_CASE("Credentials are read in the format of S3's own tools") {
    const File file;
    file.say(std::string(kGood) + "aws_session_token = t\n");
    const auto loaded = load_s3_credentials(file.path()).value();
    CHECK(loaded->access_key_id == "AKID");
    CHECK(storage::crypto::SecretBytes::equal(
        loaded->secret_access_key, storage::crypto::SecretBytes::copy_of(storage::crypto::bytes_of("s/e+cret="))));
    CHECK(loaded->session_token == "t");
}

TEST_CASE("Credentials that others may read are refused, with the way out") {
    const File file;
    file.say(kGood, 0640);
    const auto loaded = load_s3_credentials(file.path());
    CHECK(loaded.error().code == Code::kInvalid);
    CHECK(loaded.error().what.find("chmod 0600") != std::string::npos);
}

TEST_CASE("A credentials file that holds anything else is refused without showing it") {
    const File file;
    CHECK(load_s3_credentials(file.path()).error().code == Code::kNotFound);
    const std::string good = kGood;
    for (const std::string& text :
         {std::string(), good + "aws_access_key_id = again\n", good + "region = eu-nl\n", good + "[other]\n",
          good + "topsecret\n", std::string("aws_access_key_id = only\n"), std::string("aws_access_key_id = a b\n"),
          std::string("aws_secret_access_key = topsecret\n"), good + std::string(17000, '\n')}) {
        file.say(text);
        const auto loaded = load_s3_credentials(file.path());
        REQUIRE(loaded.has_error());
        CHECK(loaded.error().code == Code::kInvalid);
        CHECK(loaded.error().what.find("topsecret") == std::string::npos);
    }
}

TEST_CASE("Refused credentials are replaced once the file holds others") {
    const File file;
    file.say(kGood);
    const auto source = S3CredentialsFile::open(file.path()).value();
    const auto first = source->current();
    CHECK_FALSE(source->renew(first).value());
    file.say("aws_access_key_id = NEW\naws_secret_access_key = other\n");
    CHECK(source->renew(first).value());
    CHECK(source->current()->access_key_id == "NEW");
    CHECK(source->renew(first).value());  // somebody else renewed them
    file.say("broken");
    CHECK(source->renew(source->current()).error().code == Code::kInvalid);
    CHECK(source->current()->access_key_id == "NEW");
}

}  // namespace
