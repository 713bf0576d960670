#pragma once

#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>

#include "policy/result.hpp"

namespace storage::catalogue {

/// What leaves the adapter's inner side; the pool turns it into a Result. Never leaves storage/catalogue.
class DbFailure : public std::runtime_error {
  public:
    DbFailure(policy::Code code, const std::string& what, bool lost = false)
        : std::runtime_error(what), code_(code), connection_lost_(lost) {}
    policy::Code code() const noexcept { return code_; }
    bool connection_lost() const noexcept { return connection_lost_; }

  private:
    policy::Code code_;
    bool connection_lost_;
};

/// How far a statement had come when it failed.
enum class Sent {
    kNothing,  ///< Connecting, preparing, setting timeouts.
    kRead,     ///< A statement that changes nothing.
    kWrite,    ///< A statement that changes rows: without an answer it is in doubt.
};

/// Throws the DbFailure for the exception in flight; the only place that knows pqxx exceptions and SQLSTATEs.
/// The text names the statement and the SQLSTATE, never the server's message: that may quote values.
[[noreturn]] void translate(std::string_view statement, Sent sent, bool connection_open);

}  // namespace storage::catalogue
