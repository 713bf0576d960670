#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace tests {

/// The rows of an answer, every value as text; NULL reads as empty.
using TextRows = std::vector<std::vector<std::string>>;

/// A connection of the test's own, beside those of the program: it can hold a transaction and its locks open.
class PostgresLine {
  public:
    explicit PostgresLine(const std::string& connection);
    ~PostgresLine();
    PostgresLine(const PostgresLine&) = delete;
    PostgresLine& operator=(const PostgresLine&) = delete;

    /// Runs one or more statements; the rows of the last. Throws std::runtime_error with the server's message.
    TextRows query(const std::string& sql);

  private:
    struct Close {
        void operator()(void* line) const;
    };
    std::unique_ptr<void, Close> line_;
};

/// A private PostgreSQL cluster: a Unix socket in a folder of its own, no TCP, SCRAM; never another cluster. As root
/// the server runs as the user postgres. It and its folder go with this object, and also when the process dies: a
/// guardian process that holds the other end of a pipe sees to both.
///
/// Thread safety: query() and connection() from any thread; the rest from one.
class Postgres {
  public:
    /// The cluster of this executable, started at the first call.
    static Postgres& shared();

    Postgres();
    ~Postgres();
    Postgres(const Postgres&) = delete;
    Postgres& operator=(const Postgres&) = delete;

    /// Makes a database, empty or as a copy of `from` (which nobody may be connected to); its name.
    std::string fresh_database(const std::string& from = "template0");
    /// A libpq connection string of the databases' owner, who is no superuser.
    std::string connection(const std::string& database) const;
    TextRows query(const std::string& database, const std::string& sql) const;

    void start();
    void stop();  ///< As an administrator stops it: sessions are ended, what is committed is kept.
    void kill();  ///< kill -9 of the server and all of its processes.

  private:
    void run(const std::vector<std::string>& command) const;
    std::vector<std::string> as_owner(const std::string& program, const std::vector<std::string>& arguments) const;
    std::string last_words() const;
    void guard();

    std::filesystem::path folder_;
    std::string password_;
    pid_t guardian_ = -1;
    int guardian_pipe_ = -1;
    int databases_ = 0;
};

}  // namespace tests
