#include <map>
#include <pqxx/connection>
#include <pqxx/nontransaction>
#include <pqxx/result>
#include <pqxx/transaction>
#include <string>
#include <vector>

#include "storage/catalogue/catalogue.hpp"
#include "storage/catalogue/db_error.hpp"
#include "storage/catalogue/session.hpp"
#include "storage/catalogue/sql.hpp"

namespace storage::catalogue {
namespace {

using policy::Code;
using policy::fail;
using policy::Result;

/// The migrators' advisory lock: one at a time in a database. "callvaul" read as a number.
constexpr const char* kLock = "SELECT pg_advisory_lock(7161124095594165612)";
constexpr const char* kPrepare =
    "CREATE SCHEMA IF NOT EXISTS callvault; SET search_path = callvault, pg_catalog;"
    "CREATE TABLE IF NOT EXISTS schema_migration (name text PRIMARY KEY, digest text NOT NULL,"
    " applied_at timestamptz NOT NULL DEFAULT now())";
constexpr const char* kDigest = "encode(sha256(convert_to($1, 'UTF8')), 'hex')";

/// name -> digest of what the database has.
std::map<std::string, std::string> applied(pqxx::connection& line) {
    pqxx::nontransaction work(line);
    std::map<std::string, std::string> out;
    for (const auto& row : work.exec("SELECT name, digest FROM schema_migration")) {
        out[row[0].as<std::string>()] = row[1].as<std::string>();
    }
    return out;
}

void apply(pqxx::connection& line, const SqlFile& step) {
    pqxx::work work(line);
    work.exec(step.text);
    work.exec_params(std::string("INSERT INTO schema_migration (name, digest) VALUES ($2, ") + kDigest + ")", step.text,
                     step.name);
    work.commit();
}

/// Which steps are missing; a fault when the database has others than this program's, or others under their names.
Result<std::vector<const SqlFile*>> missing(pqxx::connection& line) {
    auto present = applied(line);
    std::vector<const SqlFile*> out;
    for (const SqlFile& step : migrations()) {
        const auto found = present.find(step.name);
        if (found == present.end()) {
            out.push_back(&step);
            continue;
        }
        const auto digest = pqxx::nontransaction(line).exec_params(std::string("SELECT ") + kDigest, step.text);
        if (digest[0][0].as<std::string>() != found->second) {
            return fail(Code::kConflict, std::string("migration ") + step.name + " is not the one that was applied");
        }
        present.erase(found);
    }
    if (present.empty()) return out;
    return fail(Code::kConflict, "the database is newer than this program: it has " + present.begin()->first);
}

Result<void> migrate_now(pqxx::connection& line) {
    pqxx::nontransaction(line).exec(kLock);
    pqxx::nontransaction(line).exec(kPrepare);
    const auto steps = missing(line);
    if (!steps) return steps.error();
    for (const SqlFile* step : *steps) apply(line, *step);
    return {};
}

}  // namespace

Result<void> Catalogue::migrate(const std::string& connection) {
    try {
        pqxx::connection line(connection_string(connection, std::chrono::seconds(5)));
        pqxx::nontransaction(line).exec("SET client_min_messages = error");
        try {
            return migrate_now(line);
        } catch (...) {
            translate("migrate", Sent::kWrite, line.is_open());
        }
    } catch (const DbFailure& failure) {
        return fail(failure.code(), failure.what());
    } catch (const std::exception&) {
        return fail(Code::kUnavailable, "migrate: the database does not answer");
    }
}

}  // namespace storage::catalogue
