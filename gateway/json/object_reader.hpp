#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "policy/fault.hpp"
#include "policy/time.hpp"

namespace gateway::json {

/// Reads the fields of one JSON object and notes every fault on the way: a field of the wrong type, and, in done(),
/// each field that nobody asked for. What is absent or null is absent; what is faulty is absent and noted.
///
/// Lifetime: the object and the list of faults must outlive the reader.
class ObjectReader {
  public:
    /// `pointer`: the JSON Pointer of the object ("" for the document).
    ObjectReader(const boost::json::object& object, std::string pointer, std::vector<policy::Fault>& faults);

    std::optional<std::string> text(std::string_view name);
    std::optional<bool> boolean(std::string_view name);
    /// A whole number in [least, most].
    std::optional<std::int64_t> whole_number(std::string_view name, std::int64_t least, std::int64_t most);
    /// An RFC 3339 date-time with offset.
    std::optional<policy::Instant> instant(std::string_view name);
    /// A day, "YYYY-MM-DD".
    std::optional<policy::Date> date(std::string_view name);
    /// At most `most` strings.
    std::optional<std::vector<std::string>> texts(std::string_view name, std::size_t most);

    /// A nested object; its reader must be done() too.
    std::optional<ObjectReader> object(std::string_view name);
    /// Calls `each` for every object of an array of at most `most` of them, and done() on each reader.
    void objects(std::string_view name, std::size_t most, const std::function<void(ObjectReader&)>& each);

    /// Notes that a field is needed: for bodies whose reader has no policy behind it.
    void need(std::string_view name);
    /// Notes a fault at a field.
    void fault(policy::FaultCode code, std::string_view name, std::string sentence);
    /// Notes every field that was not asked for.
    void done();

  private:
    const boost::json::value* find(std::string_view name);
    std::string pointer_to(std::string_view name) const;
    void wrong_type(std::string_view name, std::string_view expected);

    const boost::json::object* object_;
    std::string pointer_;
    std::vector<policy::Fault>* faults_;
    std::set<std::string, std::less<>> asked_;
};

/// Parses a document that must be an object. A fault about the text itself stands at "" and is the only one.
std::optional<boost::json::object> parse_object(std::string_view text, std::vector<policy::Fault>& faults);

}  // namespace gateway::json
