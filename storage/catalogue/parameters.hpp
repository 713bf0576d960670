#pragma once

#include <concepts>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/catalogue/types.hpp"

namespace storage::catalogue {

/// The parameters of one statement, $1 first, in PostgreSQL's text format. Arrays are for `unnest($n::type[])`.
class Parameters {
  public:
    Parameters& null();
    Parameters& text(std::string_view value);
    /// Empty means NULL: for columns where "not told" is the absence of a value.
    Parameters& text_or_null(std::string_view value);
    Parameters& number(std::int64_t value);
    Parameters& flag(bool value);
    Parameters& bytes(std::span<const std::byte> value);
    Parameters& date(policy::Date value);
    Parameters& instant(policy::Instant value);
    Parameters& milliseconds(std::chrono::milliseconds value);  ///< As an interval.

    template <class Tag>
    Parameters& id(const policy::Id<Tag>& value) {
        return text(value.text());
    }

    /// NULL, or what `put` (a member function pointer) makes of the value.
    template <class T, class Put>
    Parameters& maybe(const std::optional<T>& value, Put put) {
        return value ? (this->*put)(*value) : null();
    }
    template <class Tag>
    Parameters& maybe_id(const std::optional<policy::Id<Tag>>& value) {
        return value ? id(*value) : null();
    }

    /// An array of the texts that `element` makes of each item.
    template <class Items, class Element>
    Parameters& array(const Items& items, Element element) {
        std::string out = "{";
        for (const auto& item : items) {
            if (out.size() > 1) out.push_back(',');
            append_quoted(out, element(item));
        }
        out.push_back('}');
        values_.emplace_back(std::move(out));
        return *this;
    }
    Parameters& texts(const std::vector<std::string>& values);
    template <class Tag>
    Parameters& ids(const std::vector<policy::Id<Tag>>& values) {
        return array(values, [](const auto& value) { return value.text(); });
    }

    const std::vector<std::optional<std::string>>& values() const noexcept { return values_; }

  private:
    static void append_quoted(std::string& out, const std::optional<std::string>& element);
    std::vector<std::optional<std::string>> values_;
};

/// "\x0123..": the text format of a bytea.
std::string bytea_text(std::span<const std::byte> bytes);
/// "250 milliseconds": the text format of an interval.
std::string interval_text(std::chrono::milliseconds value);

}  // namespace storage::catalogue
