#pragma once

#include <pugixml.hpp>
#include <string>
#include <string_view>

#include "policy/result.hpp"

// For the units that read S3's XML; nothing else includes pugixml.

namespace storage::objects {

/// The root element, when it is the one that must come. kUnavailable: no XML, or another root. pugixml reads no
/// document type and expands no entity of its own.
policy::Result<pugi::xml_node> parse_document(pugi::xml_document& document, std::string_view body,
                                              std::string_view expected_root);

/// The text of a child; empty when there is none.
std::string text_of_child(const pugi::xml_node& node, const char* name);

/// Undoes encoding-type=url; a text that is badly encoded stays (no name of ours is).
std::string url_decoded(std::string text);

}  // namespace storage::objects
