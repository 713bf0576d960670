#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "policy/result.hpp"

namespace gateway::app {

/// What a setting's value looks like in the file.
enum class Form {
    kText,
    kPath,         ///< Absolute, or relative to the configuration file's folder.
    kWhole,        ///< A whole number.
    kBytes,        ///< A size: "64 MiB", "16 KiB", "2 GiB", "100 B"; kB, MB and GB are powers of 1000.
    kDuration,     ///< A time: "90 s", "15 min", "8 h", "7 d".
    kFlag,         ///< true or false
    kTimeOfDay,    ///< "02:30"
    kDate,         ///< "2026-11-24"; empty: none
    kPeriod,       ///< Calendar months, as ISO 8601 writes them: "P3M", "P5Y"; empty: none
    kCountry,      ///< ISO 3166-1 alpha-2: "NL"
    kFingerprint,  ///< SHA-256 in hexadecimal, colons allowed; empty: none
    kTexts,        ///< A list of texts.
    kPaths,        ///< A list of paths.
};

/// A value as the file gives it, before anybody knows which setting it is for.
using RawValue = std::variant<std::string, std::int64_t, bool, std::vector<std::string>>;

/// The bounds of one setting's value.
struct Shape {
    Form form = Form::kText;
    std::int64_t min = 0;  ///< Of kWhole, kBytes (bytes) and kDuration (seconds); of texts: the length.
    std::int64_t max = 0;  ///< 0 with min 0: no bounds.
    std::vector<std::string_view> allowed;  ///< The only texts (or list members) that are allowed; empty: any.
};

/// A checked value. The accessor must be the one of its form: anything else is a bug and throws std::logic_error.
class Value {
  public:
    /// Checks a raw value against the shape. The error's `what` reads on after the setting's name and says what is
    /// allowed: `99999 is not allowed: use a whole number from 0 to 65535`.
    static policy::Result<Value> check(const RawValue& raw, const Shape& shape);
    /// Reads a default from the table: the text as it would stand in the file, lists with ", " between the members.
    static Value of_default(std::string_view text, const Shape& shape);

    const std::string& text() const;
    const std::vector<std::string>& texts() const;
    bool flag() const;
    std::chrono::seconds seconds() const { return std::chrono::seconds(number()); }
    template <class T>
    T whole() const {
        return static_cast<T>(number());
    }
    /// One spelling for each value, whatever the file wrote: what the configuration's digest is made from.
    std::string canonical() const;

  private:
    explicit Value(RawValue value) : value_(std::move(value)) {}
    std::int64_t number() const;

    RawValue value_;
};

/// What may stand there, in words: "a whole number from 0 to 65535", "one of: a, b".
std::string describe(const Shape& shape);

}  // namespace gateway::app
