#include <thread>

#include "storage/catalogue/sql.hpp"
#include "tests/support/catalogue_site.hpp"

// Catalogue::migrate and check_schema.

using namespace storage::catalogue;  // NOLINT(google-build-using-namespace)
using policy::Code;

namespace {

struct Fresh {
    std::string database = tests::Postgres::shared().fresh_database();
    std::string connection = tests::Postgres::shared().connection(database);

    std::string value(const std::string& sql) const {
        return tests::Postgres::shared().query(database, sql).at(0).at(0);
    }
    policy::Result<void> check() const {
        Catalogue catalogue({.connection = connection, .connections = 1});
        return tests::await(catalogue.check_schema(tests::soon()));
    }
};

}  // namespace

TEST_CASE("An empty database is no schema of this program until it is migrated") {
    const Fresh fresh;
    CHECK_FALSE(fresh.check());
    REQUIRE(Catalogue::migrate(fresh.connection));
    CHECK(fresh.check());
    CHECK(fresh.value("select count(*) from callvault.schema_migration") == std::to_string(migrations().size()));
}

TEST_CASE("Migrating again changes nothing") {
    const Fresh fresh;
    REQUIRE(Catalogue::migrate(fresh.connection));
    const std::string tables =
        "select string_agg(relname, ',' order by relname) from pg_class c join pg_namespace n on "
        "n.oid = c.relnamespace where n.nspname = 'callvault'";
    const std::string before = fresh.value(tables);
    const std::string applied = fresh.value("select max(applied_at) from callvault.schema_migration");
    REQUIRE(Catalogue::migrate(fresh.connection));
    CHECK(fresh.value(tables) == before);
    CHECK(fresh.value("select max(applied_at) from callvault.schema_migration") == applied);
    CHECK(fresh.value("select count(*) from callvault.tree_head") == "1");
}

TEST_CASE("Of many migrators at once each succeeds and every step is applied once") {
    const Fresh fresh;
    std::vector<policy::Result<void>> answers(6);
    std::vector<std::thread> migrators;
    for (auto& answer : answers) {
        migrators.emplace_back([&fresh, &answer] { answer = Catalogue::migrate(fresh.connection); });
    }
    for (auto& migrator : migrators) migrator.join();
    for (const auto& answer : answers) CHECK(answer);
    CHECK(fresh.check());
}

TEST_CASE("A database that is newer than the program is refused and left as it is") {
    const Fresh fresh;
    REQUIRE(Catalogue::migrate(fresh.connection));
    fresh.value("insert into callvault.schema_migration values ('9999_later', 'digest') returning name");
    const auto migrated = Catalogue::migrate(fresh.connection);
    REQUIRE_FALSE(migrated);
    CHECK(migrated.error().code == Code::kConflict);
    CHECK(migrated.error().what.find("9999_later") != std::string::npos);
    CHECK(fresh.check().error().code == Code::kConflict);
}

TEST_CASE("A database whose past steps were others is refused") {
    const Fresh fresh;
    REQUIRE(Catalogue::migrate(fresh.connection));
    fresh.value("update callvault.schema_migration set digest = 'other' where name = '0001_first' returning name");
    CHECK(Catalogue::migrate(fresh.connection).error().code == Code::kConflict);
    CHECK(fresh.check().error().code == Code::kConflict);
}

TEST_CASE("A step that fails leaves nothing of itself") {
    const Fresh fresh;
    // A table that the first step makes stands there already: the step fails half way.
    tests::Postgres::shared().query(fresh.database,
                                    "create schema callvault; create table callvault.tree_head (x integer)");
    CHECK(Catalogue::migrate(fresh.connection).error().code == Code::kInternal);
    CHECK(fresh.value("select count(*) from pg_tables where schemaname = 'callvault'") == "2");
    tests::Postgres::shared().query(fresh.database, "drop table callvault.tree_head");
    REQUIRE(Catalogue::migrate(fresh.connection));
    CHECK(fresh.check());
}

TEST_CASE("A database that does not answer is unavailable") {
    const auto migrated = Catalogue::migrate("host=/nonexistent dbname=none connect_timeout=2");
    REQUIRE_FALSE(migrated);
    CHECK(migrated.error().code == Code::kUnavailable);
}
