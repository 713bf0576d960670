#include "storage/catalogue/connection_text.hpp"

#include <catch2/catch.hpp>
#include <string>

using storage::catalogue::check_connection_text;

TEST_CASE("A database on this machine needs no TLS") {
    for (const char* text : {"postgresql:///callvault", "host=/run/postgresql dbname=callvault", "host=localhost",
                             "host=127.0.0.1", "host=::1", "postgresql://u@localhost/d", "hostaddr=127.0.0.1",
                             "host=/run/a,/run/b target_session_attrs=read-write", "dbname=d"}) {
        INFO(text);
        CHECK(check_connection_text(text).has_value());
    }
}

TEST_CASE("A database on another machine is reached by TLS to a server whose name is verified, and not otherwise") {
    const std::string far[] = {"host=db.example.eu", "postgresql://u@db.example.eu/d", "hostaddr=192.0.2.1",
                               "host=localhost,db.example.eu", "host=db.example.eu hostaddr=127.0.0.1"};
    for (const std::string& text : far) {
        INFO(text);
        CHECK(check_connection_text(text).has_error());
    }
    for (const char* mode : {"disable", "prefer", "require", "verify-ca"}) {
        CHECK(check_connection_text(std::string("host=db.example.eu sslmode=") + mode).has_error());
    }
    CHECK(check_connection_text("host=db.example.eu sslmode=verify-full").has_value());
    CHECK(check_connection_text("postgresql://u@db.example.eu/d?sslmode=verify-full").has_value());
}

TEST_CASE("Of several hosts the one that takes writes is asked for") {
    using storage::catalogue::names_several_hosts;
    const std::string both = "host=a.example.eu,b.example.eu sslmode=verify-full";
    CHECK(check_connection_text(both).error().what.find("target_session_attrs") != std::string::npos);
    CHECK(check_connection_text(both + " target_session_attrs=any").has_error());
    CHECK(check_connection_text(both + " target_session_attrs=read-write").has_value());
    CHECK(check_connection_text(both + " target_session_attrs=primary").has_value());
    CHECK(names_several_hosts(both));
    CHECK(names_several_hosts("postgresql://u@a,b/d"));
    CHECK_FALSE(names_several_hosts("host=a.example.eu"));
    CHECK_FALSE(names_several_hosts("nonsense"));
}

TEST_CASE("What is no connection string is refused, and the refusal quotes nothing of it") {
    const auto refused = check_connection_text("host=db.example.eu password=hunter2 nonsense=1");
    REQUIRE(refused.has_error());
    CHECK(refused.error().what.find("hunter2") == std::string::npos);
    CHECK(check_connection_text("host=db.example.eu password=hunter2").error().what.find("hunter2") ==
          std::string::npos);
}
