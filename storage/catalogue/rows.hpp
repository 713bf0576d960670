#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/catalogue/types.hpp"

namespace pqxx {
class result;
}

namespace storage::catalogue {

/// One row of an answer, read by column name. Reading a column that is not there, or as what it is not, throws
/// DbFailure(kInternal): the statement and its reader do not belong together.
class Row {
  public:
    Row(const pqxx::result& result, std::size_t index) : result_(&result), index_(index) {}

    bool is_null(const char* column) const;
    std::string text(const char* column) const;  ///< NULL reads as empty.
    std::int64_t number(const char* column) const;
    std::int32_t small(const char* column) const;
    double real(const char* column) const;
    bool flag(const char* column) const;
    Bytes bytes(const char* column) const;  ///< NULL reads as empty.
    Mac mac(const char* column) const;
    policy::Date date(const char* column) const;
    policy::Instant instant(const char* column) const;  ///< Cut to milliseconds.
    std::vector<std::string> texts(const char* column) const;

    std::optional<std::int64_t> maybe_number(const char* column) const;
    std::optional<policy::Date> maybe_date(const char* column) const;
    std::optional<policy::Instant> maybe_instant(const char* column) const;

    template <class Id>
    Id id(const char* column) const {
        return Id(id_bytes(column));
    }
    template <class Id>
    std::optional<Id> maybe_id(const char* column) const {
        return is_null(column) ? std::nullopt : std::optional<Id>(id<Id>(column));
    }

  private:
    std::array<std::uint8_t, 16> id_bytes(const char* column) const;
    std::string_view cell(const char* column) const;
    const pqxx::result* result_;
    std::size_t index_;
};

/// The answer to one statement.
class Rows {
  public:
    explicit Rows(std::shared_ptr<const pqxx::result> result) : result_(std::move(result)) {}
    std::size_t size() const;
    bool empty() const { return size() == 0; }
    std::size_t affected() const;  ///< Rows that an INSERT, UPDATE or DELETE touched.
    Row operator[](std::size_t index) const { return Row(*result_, index); }
    Row first() const { return Row(*result_, 0); }

    /// What `read` makes of each row.
    template <class Read>
    auto each(Read read) const {
        std::vector<decltype(read(first()))> out;
        out.reserve(size());
        for (std::size_t i = 0; i < size(); ++i) out.push_back(read((*this)[i]));
        return out;
    }

  private:
    std::shared_ptr<const pqxx::result> result_;
};

/// The elements of a one-dimensional array in PostgreSQL's text format; NULL elements read as empty.
std::vector<std::string> array_elements(std::string_view text);

}  // namespace storage::catalogue
