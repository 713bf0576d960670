#include "gateway/verify/witness.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "gateway/verify/encoding.hpp"
#include "gateway/verify/report.hpp"
#include "storage/audit/log_reader.hpp"
#include "storage/audit/witness.hpp"
#include "tests/support/log_maker.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/gateway/verify/verify_run.hpp"

// Our witness against our log: the two share no line of code, so each is the other's test.

namespace {

using gateway::verify::Unreadable;
using gateway::verify::Witness;
namespace audit = storage::audit;

constexpr std::uint64_t kNow = 1'795'000'000;

/// A log of which every size is at hand, and a witness of it.
struct Watched {
    tests::TemporaryFolder folder;
    tests::LogMaker maker{folder.path() / "store"};
    std::filesystem::path place = folder.path() / "witness";
    gateway::verify::Key key = Witness::init(place, "witness.example/w1");
    std::unique_ptr<Witness> witness = open();
    std::map<std::uint64_t, std::string> notes;

    std::unique_ptr<Witness> open() {
        return std::make_unique<Witness>(place, std::vector{*gateway::verify::parse_key(maker.key())});
    }
    void grow_to(std::uint64_t size) {
        maker.add(size - maker.size());
        notes[size] = maker.signer().sign(audit::text_of(head(size))).value();
    }
    audit::Hash leaf(std::uint64_t index) { return audit::leaf_hash(maker.entries()[index]); }
    /// Straight from RFC 6962: the root of leaves [first, end), and the proof from its first `old` leaves.
    audit::Hash root(std::uint64_t first, std::uint64_t end) {
        if (end - first == 1) return leaf(first);
        const auto middle = first + split(end - first);
        return audit::node_hash(root(first, middle), root(middle, end));
    }
    static std::uint64_t split(std::uint64_t count) {
        std::uint64_t left = 1;
        while (left * 2 < count) left *= 2;
        return left;
    }
    std::vector<audit::Hash> proof(std::uint64_t old, std::uint64_t first, std::uint64_t end, bool whole) {
        const auto count = end - first;
        if (old == count) return whole ? std::vector<audit::Hash>{} : std::vector{root(first, end)};
        const auto left = split(count);
        std::vector<audit::Hash> out;
        if (old <= left) {
            out = proof(old, first, first + left, whole);
            out.push_back(root(first + left, end));
        } else {
            out = proof(old - left, first + left, end, false);
            out.push_back(root(first, first + left));
        }
        return out;
    }
    audit::Checkpoint head(std::uint64_t size) { return {tests::LogMaker::kOrigin, size, root(0, size)}; }
    Witness::Answer ask(std::uint64_t old, std::uint64_t size) {
        const auto path = old == 0 || old >= size ? std::vector<audit::Hash>{} : proof(old, 0, size, true);
        return witness->add_checkpoint(audit::add_checkpoint_body(old, path, notes.at(size)), kNow);
    }
    std::size_t evidence() {
        return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(place / "evidence"),
                                                      std::filesystem::directory_iterator()));
    }
    audit::VerifierKey verifier() { return audit::VerifierKey::parse(text_of(key)).value(); }
};

}  // namespace

TEST_CASE("A witness signs what goes on from what it saw last, with a line that the log takes") {
    Watched log;
    for (const std::uint64_t size : {1U, 2U, 3U, 7U, 8U, 9U, 256U, 300U, 1025U}) log.grow_to(size);
    CHECK(log.verifier().kind == audit::KeyKind::kWitness);
    std::uint64_t old = 0;
    for (const auto& [size, note] : log.notes) {
        const auto answer = log.ask(old, size);
        INFO(size << ": " << answer.body);
        REQUIRE(answer.status == 200);
        const auto text = audit::text_of(log.head(size));
        const auto lines = audit::good_lines(answer.body, text, std::vector{log.verifier()});
        REQUIRE(lines.has_value());
        REQUIRE(lines->size() == 1);
        CHECK(lines->front() == answer.body);
        const auto of_another = audit::good_lines(answer.body, text + "x", std::vector{log.verifier()});
        CHECK(of_another.error().code == policy::Code::kCorrupt);
        old = size;
    }
    CHECK(log.ask(1025, 1025).status == 200);  // again: nothing is new, and it says so anew
    CHECK(log.evidence() == 0);
}

TEST_CASE("A witness remembers over its own end, and is one process") {
    Watched log;
    log.grow_to(5);
    log.grow_to(9);
    REQUIRE(log.ask(0, 5).status == 200);
    CHECK_THROWS_AS(log.open(), Unreadable);
    log.witness.reset();
    log.witness = log.open();
    const auto asked = log.ask(0, 9);
    CHECK(asked.status == 409);
    CHECK(asked.media_type == "text/x.tlog.size");
    CHECK(asked.body == "5\n");
    CHECK(audit::parse_known_size(asked.body) == 5);
    CHECK(log.ask(5, 9).status == 200);
    const auto hash = gateway::verify::to_hex(gateway::verify::sha256(tests::LogMaker::kOrigin));
    CHECK(log.witness->newest(hash).value().starts_with(log.notes[9]));
    CHECK_FALSE(log.witness->newest("other").has_value());
}

TEST_CASE("What does not go on from before is never signed, and kept as evidence when the log signed it") {
    Watched log;
    log.grow_to(8);
    REQUIRE(log.ask(0, 8).status == 200);
    tests::LogMaker& maker = log.maker;
    const auto forked = maker.entries();
    maker.entries()[3] = tests::sample_entry(77);
    log.grow_to(8);
    CHECK(log.ask(8, 8).status == 409);
    log.grow_to(12);
    CHECK(log.ask(8, 12).status == 422);
    CHECK(log.evidence() == 2);
    CHECK(log.ask(0, 12).status == 409);  // it says the size that it knows, to whoever pretends to know none
    maker.entries() = forked;
    log.grow_to(12);
    CHECK(log.ask(8, 12).status == 200);
}

TEST_CASE("A witness answers what is malformed, unknown or not signed, each in its own way") {
    Watched log;
    log.grow_to(4);
    const auto status = [&](const std::string& body) { return log.witness->add_checkpoint(body, kNow).status; };
    const auto good = audit::add_checkpoint_body(0, {}, log.notes[4]);
    CHECK(status("") == 400);
    CHECK(status("old 0\n") == 400);
    CHECK(status("old 00\n\n" + log.notes[4]) == 400);
    CHECK(status("old 0\nAAAA\n\n" + log.notes[4]) == 400);
    CHECK(status("old 0\n\nno note\n") == 400);
    CHECK(status(audit::add_checkpoint_body(5, {}, log.notes[4])) == 400);
    CHECK(status(audit::add_checkpoint_body(0, std::vector<audit::Hash>(1), log.notes[4])) == 422);
    CHECK(status(audit::add_checkpoint_body(0, std::vector<audit::Hash>(64), log.notes[4])) == 400);
    tests::LogMaker other(log.folder.path() / "other");
    other.add(4);
    const auto head = log.head(4);
    const auto elsewhere = other.signer().sign(audit::text_of({"example.com/else", 4, head.root})).value();
    CHECK(status(audit::add_checkpoint_body(0, {}, elsewhere)) == 404);
    const auto by_other = other.signer().sign(audit::text_of(head)).value();
    CHECK(status(audit::add_checkpoint_body(0, {}, by_other)) == 403);
    std::string changed = log.notes[4];
    changed[changed.size() - 5] = changed[changed.size() - 5] == 'A' ? 'B' : 'A';
    CHECK(status(audit::add_checkpoint_body(0, {}, changed)) == 403);
    CHECK(status(good) == 200);
}

TEST_CASE("A witness is never made by serving, never made twice, and stops when it cannot remember") {
    tests::TemporaryFolder folder;
    const auto place = folder.path() / "witness";
    CHECK_THROWS_AS(Witness(place, {}), Unreadable);
    Watched log;
    CHECK_THROWS_AS(Witness::init(log.place, "witness.example/w1"), Unreadable);
    CHECK_THROWS_AS(Witness::init(place, "two words"), Unreadable);
    log.grow_to(3);
    REQUIRE(log.ask(0, 3).status == 200);
    const auto hash = gateway::verify::to_hex(gateway::verify::sha256(tests::LogMaker::kOrigin));
    tests::spill(log.place / "logs" / hash, "garbage");
    log.grow_to(4);
    CHECK_THROWS_AS(log.ask(3, 4), Unreadable);
    CHECK((std::filesystem::status(log.place / "key").permissions() & std::filesystem::perms::all) ==
          (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
}

TEST_CASE("Nobody can end a witness with lines of their own, or fill its evidence") {
    Watched log;
    log.grow_to(4);
    std::string junk;
    for (int i = 0; i < 31; ++i) junk += "\xE2\x80\x94 anybody AAAAAAAA\n";
    const auto full = audit::add_checkpoint_body(0, {}, log.notes[4] + junk);
    CHECK(log.witness->add_checkpoint(full, kNow).status == 400);
    CHECK(log.ask(0, 4).status == 200);
    // The same tree with a proof of nothing, in many ways: no evidence of anything.
    for (unsigned char i = 0; i < 20; ++i) {
        const std::vector<audit::Hash> proof(1, audit::Hash{std::byte{i}});
        CHECK(log.witness->add_checkpoint(audit::add_checkpoint_body(4, proof, log.notes[4]), kNow).status == 422);
    }
    CHECK(log.evidence() == 0);
    log.grow_to(9);
    for (unsigned char i = 0; i < 20; ++i) {
        const std::vector<audit::Hash> proof(1, audit::Hash{std::byte{i}});
        CHECK(log.witness->add_checkpoint(audit::add_checkpoint_body(4, proof, log.notes[9]), kNow).status == 422);
    }
    CHECK(log.evidence() == 1);  // one a checkpoint
    CHECK(log.ask(4, 9).status == 200);
}

TEST_CASE("A witness that lost what it signed signs nothing") {
    Watched log;
    log.grow_to(3);
    REQUIRE(log.ask(0, 3).status == 200);
    const auto hash = gateway::verify::to_hex(gateway::verify::sha256(tests::LogMaker::kOrigin));
    std::filesystem::remove(log.place / "logs" / hash);
    CHECK_THROWS_AS(log.ask(0, 3), Unreadable);
    log.witness.reset();
    std::filesystem::remove(log.place / "logs");
    CHECK_THROWS_AS(log.open(), Unreadable);
}

TEST_CASE("The verifier proves what a quorum saw and nothing beyond it") {
    Watched log;
    log.grow_to(300);
    log.maker.publish();
    const auto store = log.folder.path() / "store";
    const auto saved = log.folder.path() / "saved";
    tests::spill(store / "log" / "witnessed" / "00000000000000000300", log.notes[300] + log.ask(0, 300).body);
    log.grow_to(400);
    log.maker.publish();
    tests::spill(saved, log.notes[400]);
    const std::vector<std::string> keys{"--key", log.maker.key(), "--key", text_of(log.key), "--quorum", "1", "--json"};
    const auto verdict = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.end(), keys.begin(), keys.end());
        return tests::verify(arguments);
    };
    const auto whole = verdict({"log", store});
    CHECK(whole.exit == 0);
    CHECK(whole.out.find("\"size\":\"300\"") != std::string::npos);
    CHECK(whole.out.find("the newest 100 entries") != std::string::npos);
    CHECK(verdict({"log", store, "--since", saved}).exit == 0);
    CHECK(verdict({"consistency", store, "--since", saved}).exit == 0);  // no accusation, and told as not checked
    CHECK(verdict({"entry", store, "299"}).exit == 0);
    CHECK(verdict({"entry", store, "350"}).codes == std::set<std::string>{"checkpoint.no_quorum"});
    CHECK(verdict({"entry", store, "400"}).codes == std::set<std::string>{"log.cut"});
    CHECK(whole.out.find("\"witnessed at\":\"2026-11-18T11:06:40Z\"") != std::string::npos);
}

TEST_CASE("A key that was given for another log does not speak for this one") {
    Watched log;
    log.grow_to(300);
    log.maker.publish();
    tests::LogMaker other(log.folder.path() / "other");
    const auto key = gateway::verify::parse_key(other.key()).value();
    const auto renamed = gateway::verify::make_key("example.com/other", key.public_key, false);
    const auto store = log.folder.path() / "store";
    const auto note = other.signer().sign(audit::text_of(log.head(300))).value();
    const auto line = note.substr(note.rfind(' ') + 1);
    const auto signature = gateway::verify::from_base64(line.substr(0, line.size() - 1)).value().substr(4);
    tests::spill(store / "log" / "checkpoint" / "00000000000000000300",
                 audit::text_of(log.head(300)) + '\n' + gateway::verify::signature_line(renamed, signature));
    CHECK(tests::verify({"log", store, "--key", log.maker.key(), "--key", text_of(renamed), "--json"}).codes ==
          std::set<std::string>{"checkpoint.resigned"});
}

TEST_CASE("The verifier counts the witnesses whose keys it was given, and no others") {
    Watched log;
    log.grow_to(300);
    log.maker.publish();
    const auto store = log.folder.path() / "store";
    const auto second = Witness::init(log.folder.path() / "second", "witness.example/w2");
    const auto verdict = [&](std::vector<std::string> more) {
        std::vector<std::string> arguments{
            "log", store, "--key", log.maker.key(), "--key", text_of(log.key), "--key", text_of(second), "--json"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return tests::verify(arguments);
    };
    CHECK(verdict({}).exit == 0);
    CHECK(verdict({"--quorum", "1"}).codes == std::set<std::string>{"checkpoint.no_quorum"});
    CHECK(verdict({"--quorum", "3"}).exit == 2);
    const auto line = log.ask(0, 300).body;
    tests::spill(store / "log" / "witnessed" / "00000000000000000300", log.notes[300] + line);
    CHECK(verdict({"--quorum", "1"}).exit == 0);
    CHECK(verdict({"--quorum", "1"}).out.find("\"witnessed size\":\"300\"") != std::string::npos);
    CHECK(verdict({"--quorum", "2"}).codes == std::set<std::string>{"checkpoint.no_quorum"});
    const auto entry =
        tests::verify({"entry", store, "7", "--key", log.maker.key(), "--key", text_of(log.key), "--quorum", "1"});
    CHECK(entry.exit == 0);
    // A line that names the witness and is another's.
    std::string forged = line;
    forged[forged.size() - 6] = forged[forged.size() - 6] == 'A' ? 'B' : 'A';
    tests::spill(store / "log" / "witnessed" / "00000000000000000300", log.notes[300] + forged);
    CHECK(verdict({"--quorum", "1"}).codes ==
          std::set<std::string>{"checkpoint.bad_signature", "checkpoint.no_quorum"});
    // A note that only a witness signed is no checkpoint of the log.
    const auto text = log.notes[300].substr(0, log.notes[300].find("\n\n") + 2);
    tests::spill(store / "log" / "witnessed" / "00000000000000000300", text + line);
    CHECK(verdict({}).codes == std::set<std::string>{"checkpoint.resigned"});
}
