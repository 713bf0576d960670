#include "tests/support/postgres.hpp"

#include <fcntl.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <stdexcept>
#include <thread>

namespace tests {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

/// Starts a program in a session of its own, with nothing of ours but the three given descriptors.
pid_t spawn(const Words& command, int in, int out) {
    std::vector<char*> argv;
    for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    const pid_t child = ::fork();
    if (child < 0) throw std::runtime_error("fork failed");
    if (child != 0) return child;
    ::setsid();
    ::dup2(in, 0);
    ::dup2(out, 1);
    ::dup2(out, 2);
    ::close_range(3, ~0U, 0);
    if (::chdir("/") == 0) ::execvp(argv.front(), argv.data());
    ::_exit(127);
}

int wait_for(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

/// The exit status of a program that reads nothing; what it says goes to `log`.
int status_of(const Words& command, const fs::path& log) {
    const int in = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const int status = wait_for(spawn(command, in, out));
    ::close(in);
    ::close(out);
    return status;
}

fs::path programs() {
    if (const char* named = std::getenv("CALLVAULT_PG_BIN")) return named;
    fs::path newest;
    for (const auto& version : fs::directory_iterator("/usr/lib/postgresql")) {
        if (std::stoi(version.path().filename()) > (newest.empty() ? 0 : std::stoi(newest.filename()))) {
            newest = version.path();
        }
    }
    if (newest.empty()) throw std::runtime_error("PostgreSQL is not installed: run deploy/install");
    return newest / "bin";
}

Words as_server_user(Words command) {
    if (::getuid() != 0) return command;
    const Words prefix{"runuser", "-u", "postgres", "--"};
    command.insert(command.begin(), prefix.begin(), prefix.end());
    return command;
}

/// A folder that the server's user comes to and whose socket's path (at most 107 bytes) is short enough.
fs::path new_folder() {
    for (const char* const name : {"CALLVAULT_LAB_FOLDER", "TMPDIR", ""}) {
        const char* const set = *name == '\0' ? "/tmp" : std::getenv(name);
        if (set == nullptr || std::string_view(set).size() > 60) continue;
        if (status_of(as_server_user({"test", "-x", set}), "/dev/null") != 0) continue;
        std::string pattern = std::string(set) + "/callvault-pg-XXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr) continue;
        if (::getuid() == 0) {
            const passwd* const user = ::getpwnam("postgres");
            if (user == nullptr || ::chown(pattern.c_str(), user->pw_uid, user->pw_gid) != 0) {
                throw std::runtime_error("the server's user cannot own " + pattern);
            }
        }
        return pattern;
    }
    throw std::runtime_error("no temporary folder that PostgreSQL's user can reach: set CALLVAULT_LAB_FOLDER");
}

std::string new_password() {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::random_device random;
    std::string out;
    for (int i = 0; i < 32; ++i) out.push_back(kDigits[random() & 15U]);
    return out;
}

std::string read_all(const fs::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<pid_t> children_of(pid_t parent) {
    std::ifstream in("/proc/" + std::to_string(parent) + "/task/" + std::to_string(parent) + "/children");
    return {std::istream_iterator<pid_t>(in), {}};
}

/// Ended: gone, or a zombie that whoever adopted it has not buried yet.
bool ended(pid_t process) {
    const std::string stat = read_all("/proc/" + std::to_string(process) + "/stat");
    const std::size_t name_end = stat.rfind(')');
    return name_end == std::string::npos || stat.compare(name_end, 3, ") Z") == 0;
}

PGconn* conn(void* line) {
    return static_cast<PGconn*>(line);
}

}  // namespace

void PostgresLine::Close::operator()(void* line) const {
    ::PQfinish(conn(line));
}

PostgresLine::PostgresLine(const std::string& connection) : line_(::PQconnectdb(connection.c_str())) {
    if (::PQstatus(conn(line_.get())) != CONNECTION_OK) throw std::runtime_error(::PQerrorMessage(conn(line_.get())));
}

PostgresLine::~PostgresLine() = default;

TextRows PostgresLine::query(const std::string& sql) {
    const std::unique_ptr<PGresult, decltype(&::PQclear)> answer(::PQexec(conn(line_.get()), sql.c_str()), &::PQclear);
    const ExecStatusType status = ::PQresultStatus(answer.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
        throw std::runtime_error(::PQerrorMessage(conn(line_.get())));
    }
    TextRows rows;
    for (int row = 0; row < ::PQntuples(answer.get()); ++row) {
        rows.emplace_back();
        for (int column = 0; column < ::PQnfields(answer.get()); ++column) {
            rows.back().emplace_back(::PQgetvalue(answer.get(), row, column));
        }
    }
    return rows;
}

Postgres& Postgres::shared() {
    static Postgres postgres;
    return postgres;
}

Postgres::Postgres() : folder_(new_folder()), password_(new_password()) {
    guard();
    const std::string superuser = new_password();
    const fs::path password_file = folder_ / "password";
    std::ofstream(password_file) << superuser << '\n';
    run({"chmod", "0644", password_file});  // within a folder that only the server's user enters
    // A crash of the machine needs no surviving: without fsync a database is made in a tenth of the time.
    run(as_owner("initdb", {"-D", folder_ / "data", "-U", "postgres", "--auth=scram-sha-256",
                            "--pwfile=" + password_file.string(), "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
                            "--no-instructions"}));
    fs::remove(password_file);
    start();
    PostgresLine line("host=" + folder_.string() + " user=postgres dbname=postgres password=" + superuser);
    line.query("create role callvault login createdb password '" + password_ + "'");
}

Postgres::~Postgres() {
    ::close(guardian_pipe_);
    wait_for(guardian_);
}

/// Its input ends when we close it or die; then it ends the server and removes the folder.
void Postgres::guard() {
    static constexpr const char* kScript =
        "trap '' INT TERM HUP; cat; folder=$1; shift; [ -f \"$folder/data/postmaster.pid\" ] && \"$@\"; "
        "rm -rf \"$folder\"";
    int pipe[2];
    if (::pipe2(pipe, O_CLOEXEC) != 0) throw std::runtime_error("pipe failed");
    const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    Words command{"sh", "-c", kScript, "guardian", folder_};
    const Words stop = as_owner("pg_ctl", {"-D", folder_ / "data", "-m", "immediate", "-w", "stop"});
    command.insert(command.end(), stop.begin(), stop.end());
    guardian_ = spawn(command, pipe[0], nowhere);
    ::close(pipe[0]);
    ::close(nowhere);
    guardian_pipe_ = pipe[1];
}

Words Postgres::as_owner(const std::string& program, const Words& arguments) const {
    Words command{programs() / program};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return as_server_user(std::move(command));
}

std::string Postgres::last_words() const {
    return read_all(folder_ / "programs.log") + read_all(folder_ / "server.log");
}

void Postgres::run(const Words& command) const {
    if (status_of(command, folder_ / "programs.log") == 0) return;
    throw std::runtime_error("PostgreSQL's program failed\n" + last_words());
}

void Postgres::start() {
    const std::string options =
        "-c listen_addresses='' -c unix_socket_directories='" + folder_.string() +
        "' -c fsync=off -c full_page_writes=off -c max_connections=200 -c shared_buffers=64MB -c max_wal_size=128MB";
    const Words command = as_owner("pg_ctl", {"-D", folder_ / "data", "-l", folder_ / "server.log", "-w", "-t", "60",
                                              "-s", "-o", options, "start"});
    run(command);
}

void Postgres::stop() {
    run(as_owner("pg_ctl", {"-D", folder_ / "data", "-m", "fast", "-w", "-t", "60", "-s", "stop"}));
}

void Postgres::kill() {
    const pid_t server = std::stoi(read_all(folder_ / "data" / "postmaster.pid"));
    std::vector<pid_t> all = children_of(server);
    all.insert(all.begin(), server);
    for (const pid_t process : all) ::kill(process, SIGKILL);
    for (int i = 0; i < 1000 && !std::all_of(all.begin(), all.end(), ended); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    // A zombie's number still counts as a running server's.
    for (const char* const left : {"data/postmaster.pid", ".s.PGSQL.5432.lock", ".s.PGSQL.5432"})
        fs::remove(folder_ / left);
}

std::string Postgres::fresh_database(const std::string& from) {
    const std::string name = "test_" + std::to_string(++databases_);
    query("postgres", "create database " + name + " template " + from);
    return name;
}

std::string Postgres::connection(const std::string& database) const {
    return "host=" + folder_.string() + " user=callvault dbname=" + database + " password=" + password_;
}

TextRows Postgres::query(const std::string& database, const std::string& sql) const {
    return PostgresLine(connection(database)).query(sql);
}

}  // namespace tests
