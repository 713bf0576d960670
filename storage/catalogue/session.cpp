#include "storage/catalogue/session.hpp"

#include <poll.h>

#include <pqxx/connection>
#include <pqxx/nontransaction>
#include <set>
#include <utility>

#include "storage/catalogue/db_error.hpp"
#include "storage/catalogue/sql.hpp"

namespace storage::catalogue {
namespace {

using std::chrono::milliseconds;

/// jit costs more than any of our statements; one generic plan a statement, whose shape the tests check, does not
/// change under load.
constexpr const char* kSetUp =
    "SET search_path = callvault, pg_catalog; SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET IntervalStyle = "
    "'postgres';"
    "SET bytea_output = 'hex'; SET client_min_messages = error; SET jit = off; SET plan_cache_mode = "
    "force_generic_plan;"
    "SET synchronous_commit = on; SET idle_in_transaction_session_timeout = '60s'; SET statement_timeout = '5s'";

/// libpqxx 6 would reconnect by itself, without our session's settings. Deprecated there because 7.x never does.
void never_reconnect(pqxx::connection& line) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    line.inhibit_reactivation(true);
#pragma GCC diagnostic pop
}

}  // namespace

struct Session::Driver {
    explicit Driver(const std::string& connection) : line(connection) {}
    pqxx::connection line;
    std::set<std::string, std::less<>> prepared;
};

std::string connection_string(const std::string& connection, std::chrono::seconds connect_timeout) {
    const std::pair<const char*, std::string> defaults[] = {
        {"connect_timeout", std::to_string(connect_timeout.count())},
        {"tcp_user_timeout", "10000"},
        {"keepalives_idle", "10"},
        {"keepalives_interval", "5"},
        {"keepalives_count", "3"}};
    const bool uri = connection.starts_with("postgres://") || connection.starts_with("postgresql://");
    std::string out = connection;
    for (const auto& [key, value] : defaults) {
        if (connection.find(std::string(key) + "=") != std::string::npos) continue;
        if (uri) {
            out += (out.find('?') == std::string::npos ? "?" : "&") + std::string(key) + "=" + value;
        } else {
            out += " " + std::string(key) + "=" + value;
        }
    }
    return out;
}

Session::Session(const std::string& connection, std::chrono::seconds connect_timeout, const std::string& name) {
    try {
        driver_ = std::make_unique<Driver>(connection_string(connection, connect_timeout));
        never_reconnect(driver_->line);
        pqxx::nontransaction work(driver_->line);
        work.exec(kSetUp);
        work.exec("SET application_name = " + work.quote(name));
    } catch (...) {
        translate("connect", Sent::kNothing, false);
    }
}

Session::~Session() = default;

Deadline Session::set_deadline(Deadline deadline) {
    using std::chrono::steady_clock;
    deadline_ = deadline;
    const auto now = steady_clock::now();
    const auto left = std::chrono::ceil<milliseconds>(deadline - now);
    if (left <= milliseconds(0)) throw DbFailure(policy::Code::kDeadline, "the deadline had passed");
    // A timeout up to a fifth too long is left as it is: callers with like deadlines pay no extra round trip.
    if (timeout_ < left || timeout_ > left + left / 5 + milliseconds(50)) {
        const auto wanted = std::min<milliseconds>(left + left / 10, std::chrono::hours(24));
        const std::string text = std::to_string(wanted.count());
        try {
            pqxx::nontransaction(driver_->line)
                .exec("SET statement_timeout = " + text + "; SET lock_timeout = " + text);
        } catch (...) {
            translate("set_timeouts", Sent::kNothing, driver_->line.is_open());
        }
        timeout_ = wanted;
    }
    return now + timeout_;
}

Rows Session::read(std::string_view name, const Parameters& parameters) {
    return run(name, parameters, false);
}

Rows Session::write(std::string_view name, const Parameters& parameters) {
    return run(name, parameters, true);
}

Rows Session::run(std::string_view name, const Parameters& parameters, bool writes) {
    Sent sent = Sent::kNothing;
    try {
        const std::string label(name);
        if (!driver_->prepared.contains(name)) {
            driver_->line.prepare(label, statement(name).text);
            driver_->line.prepare_now(label);
            driver_->prepared.insert(label);
        }
        std::vector<const char*> values;
        values.reserve(parameters.values().size());
        for (const auto& value : parameters.values()) values.push_back(value ? value->c_str() : nullptr);
        if (std::chrono::steady_clock::now() >= deadline_) {
            throw DbFailure(policy::Code::kDeadline, label + ": the deadline had passed");
        }
        pqxx::nontransaction work(driver_->line);
        sent = writes ? Sent::kWrite : Sent::kRead;
        return Rows(std::make_shared<const pqxx::result>(
            work.exec_prepared(label, pqxx::prepare::make_dynamic_params(values))));
    } catch (...) {
        translate(name, sent, driver_->line.is_open());
    }
}

bool Session::stale() const {
    if (!driver_->line.is_open()) return true;
    pollfd line{driver_->line.sock(), POLLIN, 0};
    return ::poll(&line, 1, 0) != 0;
}

int Session::socket() const {
    return driver_->line.sock();
}

}  // namespace storage::catalogue
