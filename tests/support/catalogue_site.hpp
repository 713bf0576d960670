#pragma once

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/catalogue/catalogue.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/print_result.hpp"
#include "tests/support/run_loop.hpp"

namespace tests {

/// A migrated and empty database of the test's own, and a catalogue over it. Everything in it is told apart by small
/// numbers: recording 7 has the id, reference, digest, objects and secret number 7.
class CatalogueSite {
  public:
    explicit CatalogueSite(storage::catalogue::Settings settings = {.connection = {}, .connections = 4});
    CatalogueSite(const CatalogueSite&) = delete;
    CatalogueSite& operator=(const CatalogueSite&) = delete;

    /// Rows of a statement that names tables without their schema.
    TextRows rows(const std::string& sql) const;
    /// The first value of the first row.
    std::string value(const std::string& sql) const;
    std::int64_t count(const std::string& table, const std::string& where = "true") const;
    /// Whether an audit entry with exactly these bytes stands in the database, and how often.
    std::int64_t entries(std::string_view text) const;

    /// Opens the day key of a date (idempotent); its id.
    policy::KeyId open_day(policy::Date purge_date);
    /// Recording `n`, as the gateway would push it: pushed by "pbx" for team "support", due on 2027-02-24.
    storage::catalogue::NewRecording recording(std::uint64_t n) const;
    policy::Result<storage::catalogue::PushOutcome> push(storage::catalogue::NewRecording recording);
    /// Pushes recording `n` after `change`, under an open day key; must be stored. Its id.
    policy::RecordingId store(std::uint64_t n,
                              const std::function<void(storage::catalogue::NewRecording&)>& change = {});
    storage::catalogue::RecordingFacts facts(policy::RecordingId id);

    /// A database that nobody else uses now; emptied, because making a new one for each test takes ten times as long.
    /// Named before the catalogue, so that it is given back after it.
    struct Database {
        Database();
        ~Database();
        std::string name;
    };
    Database database;
    std::string connection;
    storage::catalogue::Catalogue catalogue;
};

/// Makes an empty, migrated database; its name.
std::string migrated_database();

inline storage::catalogue::Deadline soon() {
    return std::chrono::steady_clock::now() + std::chrono::seconds(30);
}
inline storage::catalogue::Deadline within(std::chrono::milliseconds time) {
    return std::chrono::steady_clock::now() + time;
}

template <class Id>
Id id_of(std::uint64_t n) {
    typename Id::Bytes bytes{};
    for (std::size_t i = 0; i < sizeof n; ++i) bytes[15 - i] = static_cast<std::uint8_t>(n >> (8 * i) & 0xFFU);
    return Id(bytes);
}

storage::catalogue::Mac mac_of(const std::string& text);
storage::catalogue::Bytes bytes(std::string_view text);
policy::Date date(std::string_view text);
policy::Instant instant(std::string_view text);
/// An upload that was begun now and may be an hour old.
storage::catalogue::UploadAge fresh_upload();
storage::catalogue::NewJob job(std::uint64_t n, std::string kind, std::string unique_key = "");

}  // namespace tests
