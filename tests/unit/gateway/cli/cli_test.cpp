#include <catch2/catch.hpp>

#include "tests/support/temporary_folder.hpp"
#include "tests/unit/gateway/cli/cli_run.hpp"
#include "tests/unit/gateway/cli/sample.hpp"

using tests::callvault;
using tests::holds;

TEST_CASE("The help names every noun and the exit codes; each verb has an example") {
    const auto help = callvault({"--help"});
    CHECK(help.exit == 0);
    for (const char* word : {"serve", "config", "recording", "hold", "proposal", "purge", "audit", "key", "doctor",
                             "Exit codes", "First start", "CALLVAULT_CONFIG"}) {
        INFO(word);
        CHECK(holds(help.out, word));
    }
    for (const std::vector<std::string>& verb : {std::vector<std::string>{"recording", "search"},
                                                 {"purge", "run"},
                                                 {"key", "init"},
                                                 {"audit", "recover"},
                                                 {"recording", "erase"},
                                                 {"doctor"}}) {
        auto words = verb;
        words.emplace_back("--help");
        const auto one = callvault(words);
        INFO(verb.back());
        CHECK(one.exit == 0);
        CHECK(holds(one.out, "Example:"));
    }
}

TEST_CASE("Wrong usage is 2, whatever is wrong with it") {
    for (const std::vector<std::string>& words : {std::vector<std::string>{},
                                                  {"nonsense"},
                                                  {"purge"},
                                                  {"purge", "run", "--wait-seconds", "0"},
                                                  {"recording", "show"},
                                                  {"recording", "restrict", "a", "--ground", "whim", "--case", "c"},
                                                  {"recording", "withdraw"},
                                                  {"recording", "withdraw", "a", "--ref", "b"},
                                                  {"recording", "erase", "--ground", "objection", "--case", "c"},
                                                  {"--json"}}) {
        const auto ran = callvault(words);
        CHECK(ran.exit == 2);
        CHECK_FALSE(ran.err.empty());
    }
}

TEST_CASE("A wrong configuration is 2, and every fault has its line and key") {
    tests::TemporaryFolder folder;
    const std::string file = folder.path() / "callvault.toml";
    tests::write_file(file, "[server]\nport = 99999\nprot = 1\n");
    const auto ran = callvault({"config", "check", file});
    CHECK(ran.exit == 2);
    CHECK(holds(ran.err, file + ":2: server.port"));
    CHECK(holds(ran.err, file + ":3: server.prot"));
    CHECK(callvault({"serve", "--config", file}).exit == 2);
    CHECK(callvault({"config", "check", file + ".none"}).exit == 2);
}

TEST_CASE("The reference and the default file are printed") {
    CHECK(holds(callvault({"config", "reference"}).out, "## [server]"));
    CHECK(holds(callvault({"config", "default"}).out, "[server]"));
}
