#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "storage/catalogue/parameters.hpp"
#include "storage/catalogue/rows.hpp"
#include "storage/catalogue/types.hpp"

namespace storage::catalogue {

/// One connection, owned by one thread. The thin layer over libpqxx: what changes with its version is session.cpp,
/// rows.cpp and db_error.cpp.
///
/// Every statement is a transaction of its own, prepared at its first use on the connection.
/// Errors: everything throws DbFailure.
class Session {
  public:
    /// Connects and sets the session up; `name` is the session's in the server's list.
    Session(const std::string& connection, std::chrono::seconds connect_timeout, const std::string& name);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// Until when the statements that follow may take; sets the server's timeouts when they do not fit any more.
    /// Answers the moment after which the server has surely given up by itself.
    Deadline set_deadline(Deadline deadline);

    /// Runs the named statement. read() promises that it changes nothing: losing its answer is no doubt.
    Rows read(std::string_view name, const Parameters& parameters = {});
    Rows write(std::string_view name, const Parameters& parameters = {});

    /// Whether the server closed the idle connection (or said anything unasked): it is not to be used again. No wait.
    bool stale() const;
    /// The socket, for cutting the connection off from another thread by shutdown(2).
    int socket() const;

  private:
    struct Driver;
    Rows run(std::string_view name, const Parameters& parameters, bool writes);
    std::unique_ptr<Driver> driver_;
    Deadline deadline_ = Deadline::max();
    std::chrono::milliseconds timeout_{-1};  ///< What the server has now.
};

/// `connection` with `defaults` for what it does not set itself. For keyword strings and URIs.
std::string connection_string(const std::string& connection, std::chrono::seconds connect_timeout);

}  // namespace storage::catalogue
