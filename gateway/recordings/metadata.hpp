#pragma once

#include <boost/json/object.hpp>
#include <string_view>
#include <vector>

#include "policy/claim.hpp"
#include "policy/fault.hpp"

namespace gateway::recordings {

/// The push metadata as it was sent: what could be read, and every fault of shape. policy::admit takes both.
struct ReadMetadata {
    policy::Claim claim;
    std::vector<policy::Fault> faults;
};

/// Reads the metadata document (JSON; see deploy/openapi.yaml, schema Metadata). The caller bounds its size.
ReadMetadata read_metadata(std::string_view json);
/// The same of a document that is parsed already.
ReadMetadata read_metadata(const boost::json::object& document);

/// The document that read_metadata() reads the same claim from.
boost::json::object metadata_document(const policy::Claim& claim);

/// The largest value of the Callvault-Metadata header, in characters of base64url, and of a multipart metadata part.
inline constexpr std::size_t kMaxMetadataHeaderInBytes = std::size_t{16} * 1024;
inline constexpr std::size_t kMaxMetadataPartInBytes = std::size_t{64} * 1024;

/// Reads the Callvault-Metadata header: base64url of the document, with or without padding.
ReadMetadata read_metadata_header(std::string_view value);

}  // namespace gateway::recordings
