#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "tests/support/temporary_folder.hpp"
#include "tests/unit/gateway/cli/cli_run.hpp"
#include "tests/unit/gateway/cli/fake_server.hpp"
#include "tests/unit/gateway/cli/sample.hpp"

using tests::answer;
using tests::holds;

namespace {

struct ServerFixture {
    tests::Ran ask(std::vector<std::string> words, std::vector<std::string> answers, const std::string& input = {}) {
        tests::FakeServer server(path, std::move(answers));
        words.insert(words.end(), {"--socket", path});
        auto ran = tests::callvault(std::move(words), input);
        asked = server.stop();
        ::unlink(path.c_str());
        return ran;
    }
    tests::TemporaryFolder folder;
    std::string path = folder.path() / "s";
    std::vector<std::string> asked;
};

const std::string kId(32, 'a');

}  // namespace

TEST_CASE("Each data verb asks for what the API names") {
    struct Case {
        std::vector<std::string> words;
        std::string line;
        std::string body;
    };
    const std::vector<Case> cases{
        {{"recording", "show", kId, "--purpose", "quality"}, "GET /v1/recordings/" + kId + "?purpose=quality ", ""},
        {{"recording", "withdraw", kId}, "POST /v1/withdrawals ", "{\"recording_id\":\"" + kId + "\"}"},
        {{"recording", "restrict", kId, "--ground", "claims", "--case", "-"},
         "POST /v1/recordings/" + kId + "/restrictions ",
         R"({"ground":"claims","case":"CASE 1"})"},
        {{"recording", "hold", kId, "--matter", "-", "--owner", "legal", "--review-on", "2027-01-01"},
         "POST /v1/holds ",
         "{\"recordings\":[\"" + kId + R"("],"matter":"CASE 1","owner":"legal","review_on":"2027-01-01"})"},
        {{"recording", "erase", kId, kId, "--ground", "objection", "--case", "-"},
         "POST /v1/erasures ",
         "{\"recordings\":[\"" + kId + "\",\"" + kId + R"("],"ground":"objection","case":"CASE 1"})"},
        {{"recording", "lift", kId, kId, "--notice", "-"},
         "DELETE /v1/recordings/" + kId + "/restrictions/" + kId + "?notice=CASE%201 ",
         ""},
        {{"hold", "release", kId, "--case", "-"}, "POST /v1/holds/" + kId + "/release ", R"({"case":"CASE 1"})"},
        {{"proposal", "list"}, "GET /v1/proposals ", ""},
        {{"proposal", "approve", kId}, "POST /v1/proposals/" + kId + "/approval ", ""},
        {{"purge", "run"}, "POST /v1/purge-runs ", ""},
        {{"purge", "list", "--limit", "7"}, "GET /v1/purge-runs?limit=7 ", ""},
        {{"purge", "show", "a/b"}, "GET /v1/purge-runs/a%2Fb ", ""},
        {{"purge", "continue", "--reason", "-"}, "POST /v1/purge-runs/continue ", R"({"case":"CASE 1"})"},
        {{"audit", "entries", "--from", "4", "--limit", "2", "--json"}, "GET /v1/audit/entries?from=4&limit=2 ", ""},
        {{"audit", "checkpoint"}, "GET /log/checkpoint ", ""},
        {{"ledger", "call", "abc", "--json"}, "GET /v1/recordings/abc/listening ", ""},
        {{"ledger", "call", "abc", "--for-subject", "--json"}, "GET /v1/recordings/abc/listening?form=subject ", ""},
        {{"ledger", "person", "def", "--days", "7", "--json"}, "GET /v1/listening?subject=def&days=7 ", ""},
        {{"key", "list"}, "GET /v1/keys ", ""},
        {{"residency", "report", "2026-11"}, "GET /v1/residency/2026-11 ", ""},
        {{"job", "list"}, "GET /v1/jobs?limit=1000 ", ""},
        {{"job", "revive", kId}, "POST /v1/jobs/" + kId + "/revive ", ""},
    };
    for (const Case& one : cases) {
        ServerFixture f;
        INFO(one.line);
        const auto ran = f.ask(one.words, {answer(200, "{}")}, "CASE 1\n");
        INFO(ran.err);
        CHECK(ran.exit == 0);
        REQUIRE(f.asked.size() == 1);
        CHECK(f.asked.front().starts_with(one.line));
        CHECK(f.asked.front().substr(f.asked.front().find("\r\n\r\n") + 4) == one.body);
    }
}

TEST_CASE("job revive --all revives each dead job once, also when somebody was quicker or it dies again") {
    ServerFixture f;
    const std::string dead =
        R"({"jobs":[{"id":"a","state":"dead"},{"id":"b","state":"queued"},{"id":"c","state":"dead"}]})";
    const auto ran =
        f.ask({"job", "revive", "--all"}, {answer(200, dead), answer(204, ""), answer(404, R"({"title":"Gone"})"),
                                           answer(200, R"({"jobs":[{"id":"a","state":"dead"}]})")});
    INFO(ran.err);
    CHECK(ran.exit == 0);
    REQUIRE(f.asked.size() == 4);
    CHECK(f.asked[1].starts_with("POST /v1/jobs/a/revive "));
    CHECK(f.asked[2].starts_with("POST /v1/jobs/c/revive "));
    CHECK(f.asked[3].starts_with("GET "));
    CHECK(holds(ran.out, "revived:"));
    CHECK(holds(ran.out, " 1\n"));
    CHECK(f.ask({"job", "revive", "a"}, {answer(404, R"({"title":"Not found"})")}).exit != 0);
    CHECK(f.ask({"job", "revive"}, {}).exit == 2);
    CHECK(f.ask({"job", "revive", "a", "--all"}, {}).exit == 2);
}

TEST_CASE("A number is read from standard input and goes into the body, not into the address") {
    ServerFixture f;
    const auto ran =
        f.ask({"recording", "search", "--purpose", "quality", "--from", "2026-11-01T00:00:00Z", "--to",
               "2026-11-02T00:00:00Z", "--number", "-"},
              {answer(200, R"({"recordings":[{"id":"x","team":{"id":"support"},"state":"playable"}],"next":"n1"})")},
              "+31201234567\n");
    CHECK(ran.exit == 0);
    CHECK(f.asked.front().starts_with("POST /v1/searches HTTP"));
    CHECK(holds(f.asked.front(), "\"number\":\"+31201234567\""));
    CHECK(holds(ran.out, "support"));
    CHECK(holds(ran.out, "--after n1"));
}

TEST_CASE("What was heard is told by the clock") {
    ServerFixture f;
    const auto ran = f.ask(
        {"ledger", "call", "abc"},
        {answer(200, R"({"more":true,"listening":[{"opened_at":"2026-11-27T10:00:00.000Z","by":"p1","roles":["qa"],)"
                     R"("purpose":"quality","state":"ended","complete":false,"heard":[{"from_ms":0,"to_ms":5900},)"
                     R"({"from_ms":61000,"to_ms":120000}]},{"by":"p2","heard":[{"from_ms":0,"to_ms":600000}],)"
                     R"("complete":true},{"by":"p3","heard":[]}]})")});
    CHECK(ran.exit == 0);
    CHECK(holds(ran.out, "0:00-0:05, 1:01-2:00"));
    CHECK(holds(ran.out, "0:00-10:00 (all)"));
    CHECK(holds(ran.out, "nothing"));
    CHECK(holds(ran.out, "newest 1000"));
}

TEST_CASE("A problem is told with its faults and its request, and its status is the exit code") {
    ServerFixture f;
    const auto refused =
        f.ask({"purge", "list"}, {answer(403, R"({"title":"Denied","detail":"Not yours.","request_id":"r1"})")});
    CHECK(refused.exit == 3);
    CHECK(holds(refused.err, "Denied: Not yours."));
    CHECK(holds(refused.err, "request r1"));
    const auto invalid = f.ask({"purge", "list"},
                               {answer(422, R"({"title":"T","faults":[{"pointer":"/from","sentence":"Say when."}]})")});
    CHECK(invalid.exit == 2);
    CHECK(holds(invalid.err, "/from: Say when."));
    const auto unknown =
        f.ask({"purge", "list"}, {answer(401, R"({"title":"Who?","type":"urn:callvault:problem:no-credentials"})")});
    CHECK(unknown.exit == 3);
    CHECK(holds(unknown.err, "[[local_user]]"));
    CHECK(f.ask({"purge", "list"}, {answer(503, "not json")}).exit == 4);
}

TEST_CASE("No server is 4, and the sentence says how to start one") {
    tests::TemporaryFolder folder;
    const auto ran = tests::callvault({"purge", "list", "--socket", folder.path() / "none"});
    CHECK(ran.exit == 4);
    CHECK(holds(ran.err, "callvault serve"));
}

TEST_CASE("A certificate that waits is 4; one that is there is written as it is") {
    ServerFixture f;
    CHECK(f.ask({"recording", "certificate", kId}, {answer(202, R"({"state":"pending"})")}).exit == 4);
    const auto printed = f.ask({"recording", "certificate", kId, "--json"}, {answer(200, "note\n", "text/plain")});
    CHECK(printed.out == "{\"certificate\":\"note\\n\"}\n");
    const std::string file = f.folder.path() / "c";
    CHECK(f.ask({"recording", "certificate", kId, "-o", f.folder.path() / "no/such"}, {answer(200, "n", "text/plain")})
              .exit == 1);
    CHECK(f.ask({"recording", "certificate", kId, "-o", file}, {answer(200, "note\n", "text/plain")}).exit == 0);
    std::ifstream in(file);
    CHECK(std::string(std::istreambuf_iterator<char>(in), {}) == "note\n");
}

TEST_CASE("purge run --wait asks until the run has ended, and a stopped one is 1") {
    ServerFixture f;
    const auto ran =
        f.ask({"purge", "run", "--wait"},
              {answer(202, R"({"id":"r","state":"queued"})"), answer(200, R"({"id":"r","state":"running"})"),
               answer(200, R"({"id":"r","state":"stopped","brake":["too_many"]})")});
    CHECK(ran.exit == 1);
    CHECK(holds(ran.err, "brake"));
    REQUIRE(f.asked.size() == 3);
    CHECK(f.asked[1].starts_with("GET /v1/purge-runs/r "));
}

TEST_CASE("The JSON of --json is the server's own") {
    ServerFixture f;
    CHECK(f.ask({"purge", "list", "--json"}, {answer(200, R"({"runs":[]})")}).out == "{\"runs\":[]}\n");
}
