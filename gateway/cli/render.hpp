#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "gateway/cli/context.hpp"
#include "gateway/cli/http_client.hpp"

namespace gateway::cli {

/// A value in words: strings as they are, lists with commas, objects as "name=value" pairs.
std::string words_of(const boost::json::value& value);

/// Each member on a line of its own; what lies deeper is named "caller.number".
void print_object(const Context& context, const boost::json::object& object);

/// A row for each object, a column for each name (the title is the name); "caller.number" looks deeper, absent is "-".
/// Without rows it prints `nothing`.
void print_table(const Context& context, const std::vector<std::string>& columns, const boost::json::array& rows,
                 const std::string& nothing);

/// The names of all members of the objects, in the order in which they come.
std::vector<std::string> columns_of(const boost::json::array& rows);

/// Bars for a terminal, longest `width` characters; every count over 0 has at least one.
std::string histogram(const std::vector<std::pair<std::string, std::uint64_t>>& bars, std::size_t width = 50);

/// The answer as --json prints it (as the server sent it), or its object in words.
void print_answer(const Context& context, const HttpAnswer& answer);

/// A signed document: printed as it is, with --json as {"<name>": text}, or written to `file` (when that is not empty)
/// with a word on how to check it: `callvault-verify <name> FILE`. Ends the command when the file cannot be written.
void deliver_document(const Context& context, const HttpAnswer& answer, const std::string& name,
                      const std::string& file);

}  // namespace gateway::cli
