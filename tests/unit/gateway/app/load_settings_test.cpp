#include "gateway/app/load_settings.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "tests/support/temporary_folder.hpp"

namespace {

using namespace gateway::app;

const policy::Date kToday = policy::parse_date("2026-11-24").value();

/// The least that a configuration must say; the lines of each table may be added to.
struct File {
    std::string server, database, deployment, residency = "stored_in = [\"NL\"]\n", rest;

    std::string text() const {
        return "[server]\ncertificate = \"tls/server.pem\"\nkey = \"tls/server.key\"\nclient_ca = \"tls/ca.pem\"\n" +
               server + "[database]\nurl = \"host=/run/postgresql dbname=callvault password=hunter2\"\n" + database +
               "[deployment]\nname = \"Example BV\"\norigin = \"example.org/callvault\"\ncountry = \"NL\"\n" +
               deployment + "[residency]\n" + residency + rest;
    }
};

auto parse(const std::string& text) {
    return parse_settings(text, "callvault.toml", "/etc/callvault", kToday);
}

LoadedSettings loaded(const std::string& text) {
    auto outcome = parse(text);
    if (const auto* faults = std::get_if<std::vector<SettingFault>>(&outcome)) FAIL(faults->front().text());
    return std::get<LoadedSettings>(std::move(outcome));
}

/// Every message about a file.
std::vector<std::string> messages(const std::string& text) {
    const auto outcome = parse(text);
    std::vector<std::string> out;
    if (const auto* faults = std::get_if<std::vector<SettingFault>>(&outcome)) {
        for (const auto& fault : *faults) out.push_back(fault.text());
    }
    return out;
}

/// The only message about a file.
std::string message(const std::string& text) {
    const auto all = messages(text);
    if (all.empty()) return "no fault";
    if (all.size() > 1) return "several: " + all[0] + " AND " + all[1];
    return all[0];
}

const std::string kSender =
    "[[sender]]\nname = \"pbx\"\nteams = [\"a\"]\npurposes = [\"quality\"]\nbases = [\"consent\"]\n";

TEST_CASE("The least configuration gets its defaults, and relative paths are the file's neighbours") {
    const auto settings = loaded(File{}.text()).settings;
    REQUIRE(settings.server.port == 8443);
    REQUIRE(settings.server.certificate == "/etc/callvault/tls/server.pem");
    REQUIRE(settings.objects.folder == "/var/lib/callvault/objects");
    REQUIRE(settings.limits.recording_bytes == 2ULL << 30U);
    REQUIRE(settings.limits.header_time == std::chrono::seconds(10));
    REQUIRE(settings.play.pace_ahead == std::chrono::seconds(90));
    REQUIRE(settings.purge.at == std::chrono::minutes(150));
    REQUIRE(settings.deployment.retention_months == 3);
    REQUIRE_FALSE(settings.deployment.recording);
    REQUIRE(settings.mfa.acr == std::vector<std::string>{"mfa", "phr", "phrh"});
    REQUIRE(settings.vault.copies.empty());
    REQUIRE(settings.senders.empty());
    File file;
    file.server = "socket = \"/tmp/x/../y.sock\"\n";
    file.rest = "[vault]\ncopies = [\"backup\", \"/mnt/b\"]\n" + kSender;
    const auto own = loaded(file.text()).settings;
    REQUIRE(own.server.socket == "/tmp/y.sock");
    REQUIRE(own.vault.copies == std::vector<std::filesystem::path>{"/etc/callvault/backup", "/mnt/b"});
    REQUIRE(own.senders.at(0).max_bytes == 1ULL << 30U);
}

TEST_CASE("A value that is not allowed is told with file, line, key and what is allowed") {
    const auto server = [](const std::string& line) {
        File file;
        file.server = line + "\n";
        return message(file.text());
    };
    REQUIRE(server("port = 99999") ==
            "callvault.toml:5: server.port: 99999 is not allowed: use a whole number from 0 to 65535");
    REQUIRE(server("port = -1") ==
            "callvault.toml:5: server.port: -1 is not allowed: use a whole number from 0 to 65535");
    REQUIRE(server("port = \"8443\"") ==
            "callvault.toml:5: server.port: \"8443\" is not allowed: use a whole number from 0 to 65535");
    REQUIRE(server("port = 84.43") == "callvault.toml:5: server.port: not allowed: use a whole number from 0 to 65535");
    REQUIRE(server("address = 1") ==
            "callvault.toml:5: server.address: 1 is not allowed: use a text of 1 to 64 characters");
    const auto rest = [](const std::string& lines) {
        File file;
        file.rest = lines;
        return message(file.text());
    };
    REQUIRE(rest("[limits]\nrecording = \"2 TB\"\n") ==
            "callvault.toml:14: limits.recording: \"2 TB\" is not allowed: use a size such as \"64 MiB\", from 1 KiB "
            "to 64 GiB");
    REQUIRE(rest("[limits]\nheader_time = \"1 h\"\n") ==
            "callvault.toml:14: limits.header_time: \"1 h\" is not allowed: use a time such as \"90 s\", \"15 min\", "
            "\"8 h\" or \"7 d\", "
            "from 1 s to 2 min");
    REQUIRE(rest("[purge]\nat = \"24:00\"\n") ==
            "callvault.toml:14: purge.at: \"24:00\" is not allowed: use a time of day such as \"02:30\"");
    REQUIRE(rest("[[sender]]\nname = \"pbx\"\nteams = [\"a\"]\npurposes = [\"fun\"]\nbases = [\"consent\"]\n") ==
            "callvault.toml:16: sender[1].purposes: [\"fun\"] is not allowed: use a list of any of: quality, training, "
            "complaint, "
            "contract_evidence, statutory");
    REQUIRE(rest("[[certificate]]\nfingerprint = \"abc\"\nroles = [\"qa\"]\n")
                .find("certificate[1].fingerprint: \"abc\" is not allowed: use a SHA-256 "
                      "fingerprint of 64 hexadecimal digits") != std::string::npos);
    REQUIRE(rest("[[local_user]]\nuser = \"op\"\nroles = [\"recorder\"]\n")
                .find("local_user[1].roles: [\"recorder\"] is not allowed") != std::string::npos);
}

TEST_CASE("A name that does not exist is told with the nearest one that does") {
    File file;
    file.server = "prot = 1\n";
    REQUIRE(message(file.text()) == "callvault.toml:5: server.prot: no such setting; did you mean port?");
    file.server = "completely_different = 1\n";
    REQUIRE(message(file.text()) == "callvault.toml:5: server.completely_different: no such setting");
    file = {};
    file.rest = "[limist]\nmemory = \"64 MiB\"\n";
    REQUIRE(message(file.text()) == "callvault.toml:13: limist: no such table; did you mean limits?");
    file.rest = "[[server]]\nport = 1\n";
    REQUIRE_FALSE(messages(file.text()).empty());
    file.rest = "[sender]\nname = \"pbx\"\n";
    REQUIRE(message(file.text()) == "callvault.toml:13: sender: may stand several times: write [[sender]]");
}

TEST_CASE("Keys outside any table, and tables written as keys, are told") {
    REQUIRE(message("port = 1\n" + File{}.text()) ==
            "callvault.toml:1: port: stands outside of any table; settings belong into one, such as [server]");
    REQUIRE(message("limits = 1\n" + File{}.text()) ==
            "callvault.toml:1: limits: this is a table: write [limits] or [[limits]]");
}

TEST_CASE("What is needed and missing is told, all of it, and an empty text is no value") {
    const auto all = messages("");
    for (const auto* key : {"server.certificate", "server.key", "server.client_ca", "database.url", "deployment.name",
                            "deployment.country", "residency.stored_in"}) {
        INFO(key);
        const auto told = std::count_if(all.begin(), all.end(), [&](const std::string& one) {
            return one.find("callvault.toml: " + std::string(key) + ": missing: ") == 0;
        });
        REQUIRE(told == 1);
    }
    File file;
    file.residency = "stored_in = []\n";
    REQUIRE(message(file.text()).find("callvault.toml:12: residency.stored_in: must not be empty: ") == 0);
}

TEST_CASE("Every fault is in the answer, in the order of the lines") {
    File file;
    file.server = "port = 99999\nsocket = 1\n";
    file.rest = "[purge]\nbrake_factor = 5\n";
    const auto all = messages(file.text());
    REQUIRE(all.size() == 3);
    REQUIRE(all[0].find("callvault.toml:5: server.port") == 0);
    REQUIRE(all[1].find("callvault.toml:6: server.socket") == 0);
    REQUIRE(all[2].find("callvault.toml:16: purge.brake_factor") == 0);
}

TEST_CASE("A database on another machine without a verified TLS is refused, and its password is not repeated") {
    auto text = File().text();
    text.replace(text.find("host=/run/postgresql"), std::string_view("host=/run/postgresql").size(),
                 "host=db.example.eu");
    const auto told = message(text);
    REQUIRE(told.find("callvault.toml:6: database.url") == 0);
    REQUIRE(told.find("sslmode=verify-full") != std::string::npos);
    REQUIRE(told.find("hunter2") == std::string::npos);
}

TEST_CASE("What is no TOML is told with its line") {
    REQUIRE(message("[server]\nport = \n").find("callvault.toml:2: ") == 0);
    REQUIRE(message("[server]\nport = 1\nport = 2\n").find("callvault.toml:3: ") == 0);
    REQUIRE(message("[server\n").find("callvault.toml:1: ") == 0);
    REQUIRE(message("[server]\naddress = \"\xFF\"\n") != "no fault");
}

TEST_CASE("Settings that contradict each other are told where they stand") {
    const auto rest = [](const std::string& lines) {
        File file;
        file.rest = lines;
        return message(file.text());
    };
    REQUIRE(rest(kSender + kSender) == "callvault.toml:19: sender[2].name: \"pbx\" stands twice");
    REQUIRE(rest("[play]\nrenew = \"6 s\"\n").find("callvault.toml:14: play.renew: may be at most a third") == 0);
    REQUIRE(rest(kSender + "max_bytes = \"3 GiB\"\n")
                .find("callvault.toml:18: sender[1].max_bytes: is more than limits.recording") == 0);
    const std::string digits(64, 'a');
    REQUIRE(rest("[[certificate]]\nsender = \"pbx\"\n").find("several: ") == 0);
    REQUIRE(rest("[[certificate]]\nfingerprint = \"" + digits + "\"\nsender = \"pbx\"\n") ==
            "callvault.toml:15: certificate[1].sender: there is no [[sender]] with the name \"pbx\"");
    REQUIRE(rest("[[certificate]]\nsubject = \"CN=a\"\nroles = [\"qa\"]\n")
                .find("certificate[1].subject: a name counts only from one authority") != std::string::npos);
    REQUIRE(rest("[[local_user]]\nuser = \"op\"\nroles = [\"admin\", \"qa\"]\n")
                .find("local_user[1].roles: these roles exclude each other") != std::string::npos);
    File file;
    file.deployment = "retention_months = 5\nmax_months = 4\n";
    REQUIRE_FALSE(messages(file.text()).empty());
}

TEST_CASE("Data may lie in the EEA only, and a list of countries runs out") {
    const auto residency = [](const std::string& lines) {
        File file;
        file.residency = lines;
        return messages(file.text());
    };
    REQUIRE(residency("stored_in = [\"NL\", \"MQ\"]\n").empty());
    REQUIRE_FALSE(residency("stored_in = [\"NL\", \"GB\"]\n").empty());
    REQUIRE_FALSE(residency("stored_in = [\"CW\"]\n").empty());
    REQUIRE_FALSE(
        residency(
            "stored_in = [\"NL\"]\nallowed = [\"NL\", \"US\"]\nas_of = \"2026-01-01\"\nvalid_until = \"2027-01-01\"\n")
            .empty());
    REQUIRE(
        residency("stored_in = [\"NL\"]\nallowed = [\"NL\"]\nas_of = 2026-01-01\nvalid_until = 2027-01-01\n").empty());
    REQUIRE_FALSE(
        residency("stored_in = [\"NL\"]\nallowed = [\"NL\"]\nas_of = \"2026-01-01\"\nvalid_until = \"2026-11-23\"\n")
            .empty());
    REQUIRE_FALSE(
        residency("stored_in = [\"NL\"]\nallowed = [\"NL\"]\nas_of = \"2026-01-01\"\nvalid_until = \"2026-02-30\"\n")
            .empty());
}

TEST_CASE("A time of day with seconds is not silently cut") {
    File file;
    file.rest = "[purge]\nat = 02:30:00\n";
    REQUIRE(loaded(file.text()).settings.purge.at == std::chrono::minutes(150));
    file.rest = "[purge]\nat = 02:30:45\n";
    REQUIRE_FALSE(messages(file.text()).empty());
}

TEST_CASE("Two files that mean the same have one digest") {
    const auto plain = loaded(File{}.text()).digest;
    REQUIRE(plain.size() == 64);
    File spelled;
    spelled.server = "# a comment\nport = 8443\nsocket = \"/run//callvault/./callvault.sock\"\n";
    spelled.rest =
        "[limits]\nrecording = \"2048 MiB\"\nheader_time = \"10 s\"\n[play]\nidle = \"300 s\"\n[purge]\nat = "
        "02:30:00\n";
    REQUIRE(loaded(spelled.text()).digest == plain);
    File moved;
    moved.rest = "[purge]\n[keys]\n";
    REQUIRE(loaded(moved.text()).digest == plain);
}

TEST_CASE("Another meaning has another digest") {
    std::vector<std::string> digests{loaded(File{}.text()).digest};
    const auto add = [&](const File& file) {
        const auto digest = loaded(file.text()).digest;
        REQUIRE(std::find(digests.begin(), digests.end(), digest) == digests.end());
        digests.push_back(digest);
    };
    File file;
    file.server = "port = 8444\n";
    add(file);
    file = {};
    file.rest = kSender;
    add(file);
    file.rest = kSender + "max_bytes = \"1 MiB\"\n";
    add(file);
    file.rest = "[[sender]]\nname = \"pbx\"\nteams = [\"a\", \"b\"]\npurposes = [\"quality\"]\nbases = [\"consent\"]\n";
    add(file);
    file.rest =
        "[[sender]]\nname = \"pbx\"\nteams = [\"a\\\", \\\"b\"]\npurposes = [\"quality\"]\nbases = [\"consent\"]\n";
    add(file);
}

TEST_CASE("The connection string may hold a password: it is in no digest and no message") {
    const auto text = File{}.text();
    auto other = text;
    other.replace(other.find("hunter2"), 7, "correct-horse");
    REQUIRE(loaded(text).digest == loaded(other).digest);
    auto broken = text;
    broken.replace(broken.find("host=/run"), 9, std::string(2000, 'x'));
    const auto told = message(broken);
    REQUIRE(told.find("callvault.toml:6: database.url: not allowed: use a text of 1 to 1024 characters") == 0);
    REQUIRE(told.find("hunter2") == std::string::npos);
}

TEST_CASE("A file that cannot be read, or is no file, is told by name") {
    const tests::TemporaryFolder folder;
    const auto first = [](const std::filesystem::path& file) {
        const auto outcome = load_settings(file, kToday);
        return std::get<std::vector<SettingFault>>(outcome).front().text();
    };
    REQUIRE(first(folder.path() / "none.toml") == (folder.path() / "none.toml").string() + ": cannot be read");
    REQUIRE(first(folder.path()) == folder.path().string() + ": cannot be read");
    std::ofstream(folder.path() / "large.toml") << std::string(2 << 20U, '#');
    REQUIRE(first(folder.path() / "large.toml").find("has more than 1 MiB") != std::string::npos);
    std::ofstream(folder.path() / "good.toml") << File{}.text();
    const auto good = load_settings(folder.path() / "good.toml", kToday);
    REQUIRE(std::get<LoadedSettings>(good).settings.server.key == folder.path() / "tls/server.key");
}

TEST_CASE("The store that recordings come from has a table of its own, and must be another one") {
    File file;
    CHECK(loaded(file.text()).settings.old_objects.kind == "none");
    file.rest =
        "[objects]\nfolder = \"/mnt/new\"\n[objects.old]\nkind = \"s3\"\nendpoint = \"https://s3.example\"\n"
        "region = \"eu\"\nbucket = \"calls\"\ncredentials_file = \"key\"\n"
        "country = \"NL\"\nstatement = \"contract 7\"\n";
    const auto settings = loaded(file.text()).settings;
    CHECK(in_words(settings.objects) == "/mnt/new");
    CHECK(in_words(settings.old_objects) == "bucket calls at https://s3.example");
    CHECK(settings.old_objects.credentials_file == "/etc/callvault/key");
    file.rest = "[objects.old]\nkind = \"file\"\n";
    CHECK(message(file.text()).ends_with("objects.old: is the store that [objects] names: nothing can move there"));
    file.rest = "[objects.old]\nkind = \"s3\"\n";
    CHECK(messages(file.text()).size() == 6);  // a country and its document too
    file.rest = "[objects.older]\nkind = \"file\"\n";
    CHECK(message(file.text()).ends_with("no such table; did you mean objects.old?"));
}

}  // namespace
