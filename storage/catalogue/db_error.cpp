#include "storage/catalogue/db_error.hpp"

#include <pqxx/except>

namespace storage::catalogue {
namespace {

using policy::Code;

[[noreturn]] void lost(std::string_view statement, Sent sent, const char* how) {
    const Code code = sent == Sent::kWrite ? Code::kInDoubt : Code::kUnavailable;
    throw DbFailure(code, std::string(statement) + ": " + how, true);
}

[[noreturn]] void refused(std::string_view statement, Code code, const std::string& state, bool drop = false) {
    throw DbFailure(code, std::string(statement) + ": SQLSTATE " + state, drop);
}

/// The server answered with an error, so the statement was rolled back, except where the connection ended with it.
[[noreturn]] void by_state(std::string_view statement, Sent sent, const std::string& state) {
    const std::string_view type = std::string_view(state).substr(0, 2);
    if (state == "57014" || state == "55P03") refused(statement, Code::kDeadline, state);  // timeouts
    if (state == "57P01" || state == "57P02" || state == "57P03" || state == "57P05" || type == "08") {
        // The backend was told to die, perhaps just after its commit: like a lost connection.
        lost(statement, sent, "the server ended the connection");
    }
    if (state == "25006") refused(statement, Code::kUnavailable, state, true);  // a standby: look for the primary
    if (state == "26000") refused(statement, Code::kUnavailable, state, true);  // prepared statement lost by a proxy
    if (state == "23505") refused(statement, Code::kConflict, state);
    if (type == "40" || type == "53" || type == "58") refused(statement, Code::kUnavailable, state);
    refused(statement, Code::kInternal, state);
}

}  // namespace

void translate(std::string_view statement, Sent sent, bool connection_open) {
    try {
        throw;
    } catch (const DbFailure&) {
        throw;
    } catch (const pqxx::too_many_connections&) {
        refused(statement, Code::kUnavailable, "53300", true);
    } catch (const pqxx::broken_connection&) {
        lost(statement, sent, "the connection broke");
    } catch (const pqxx::deadlock_detected&) {
        refused(statement, Code::kUnavailable, "40P01");
    } catch (const pqxx::statement_completion_unknown&) {
        lost(statement, sent, "completion unknown");
    } catch (const pqxx::transaction_rollback&) {
        refused(statement, Code::kUnavailable, "40001");
    } catch (const pqxx::in_doubt_error&) {
        throw DbFailure(Code::kInDoubt, std::string(statement) + ": commit in doubt", true);
    } catch (const pqxx::sql_error& error) {
        // libpq reports a connection that ends in the middle of an answer as an error without SQLSTATE.
        if (error.sqlstate().empty() || !connection_open) lost(statement, sent, "the answer was cut off");
        by_state(statement, sent, error.sqlstate());
    } catch (const pqxx::failure&) {
        lost(statement, sent, "no answer");
    } catch (const std::bad_alloc&) {
        lost(statement, sent, "out of memory");
    } catch (const std::exception&) {
        throw DbFailure(Code::kInternal, std::string(statement) + ": the driver was misused", true);
    }
}

}  // namespace storage::catalogue
