#include <catch2/catch.hpp>

#include "tests/support/log_maker.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/gateway/verify/verify_run.hpp"

namespace {

struct CliFixture {
    CliFixture() {
        maker.add(300);
        maker.publish();
        tests::spill(keys, "# the log's key\n" + maker.key() + "\n");
    }
    tests::TemporaryFolder folder;
    std::string log = folder.path() / "store";
    std::string keys = folder.path() / "keys.txt";
    tests::LogMaker maker{log};
};

}  // namespace

TEST_CASE("The help teaches every command, the key, and the exit codes") {
    const tests::Verdict help = tests::verify({"--help"});
    CHECK(help.exit == 0);
    for (const char* word :
         {"log", "ledger", "consistency", "entry", "certificate", "--since", "Exit codes", "Examples"}) {
        CHECK(help.out.find(word) != std::string::npos);
    }
    CHECK(tests::verify({"log", "--help"}).exit == 0);
}

TEST_CASE("Exit codes tell usage and unreadable apart from bad evidence") {
    CliFixture f;
    CHECK(tests::verify({}).exit == 2);
    CHECK(tests::verify({"nonsense"}).exit == 2);
    CHECK(tests::verify({"log", f.log}).exit == 2);
    CHECK(tests::verify({"log", f.log, "--key", "a+b+c"}).exit == 2);
    CHECK(tests::verify({"log", f.log, "--key", f.keys, "--now", "today"}).exit == 2);
    CHECK(tests::verify({"log", f.log + "/none", "--key", f.keys}).exit == 3);
    CHECK(tests::verify({"log", f.folder.path(), "--key", f.keys}).exit == 3);
    CHECK(tests::verify({"log", f.log, "--key", "/none/keys"}).exit == 3);
    CHECK(tests::verify({"certificate", f.log + "/none", "--key", f.keys}).exit == 3);
    CHECK(tests::verify({"consistency", f.log, "--key", f.keys, "--since", "/none"}).exit == 3);
    CHECK(tests::verify({"log", f.log, "--key", f.keys}).exit == 0);
}

TEST_CASE("An entry is shown and proven; one past the end is not there") {
    CliFixture f;
    for (const char* index : {"0", "255", "256", "299"}) {
        const tests::Verdict verdict = tests::verify({"entry", f.log, index, "--key", f.keys});
        CHECK(verdict.exit == 0);
        CHECK(verdict.out.find("\"n\":" + std::string(index) + "}") != std::string::npos);
    }
    CHECK(tests::verify({"entry", f.log, "300", "--key", f.keys, "--json"}).codes == std::set<std::string>{"log.cut"});
    CHECK(tests::verify({"entry", f.log, "-1", "--key", f.keys}).exit == 2);
}

TEST_CASE("Consistency is proven from any earlier checkpoint") {
    CliFixture f;
    std::vector<std::string> saved;
    for (const std::uint64_t more : {1U, 211U, 488U, 1U}) {
        saved.push_back(f.maker.checkpoint_file());
        f.maker.add(more);
        f.maker.publish();
    }
    saved.push_back(f.maker.checkpoint_file());
    for (const std::string& file : saved) {
        const tests::Verdict verdict = tests::verify({"consistency", f.log, "--key", f.keys, "--since", file});
        CHECK(verdict.exit == 0);
    }
}
