#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/result.hpp"
#include "policy/time.hpp"

// What S3 says in XML, read and written. Every reader demands the root element that the answer must have: stores answer
// questions that they do not know with 200 and something else. All others are kUnavailable, with the root that came.

namespace storage::objects {

/// The body of a refusal; empty where it says nothing (answers to HEAD have no body).
struct S3Refusal {
    std::string code;  ///< "NoSuchKey".
    std::string message;
    std::string region;  ///< Where the bucket is, as some tell; empty: not told.
};
S3Refusal read_refusal(std::string_view body);

struct S3Listed {
    std::string key;
    std::uint64_t size_in_bytes = 0;
    policy::Instant modified;
};
struct S3ObjectPage {
    std::vector<S3Listed> objects;
    std::string next;  ///< The continuation token; empty at the end.
};
policy::Result<S3ObjectPage> read_object_page(std::string_view body);

/// A version or a delete marker.
struct S3Version {
    std::string key;
    std::string version_id;  ///< "null" for what was stored without versioning.
};
struct S3VersionPage {
    std::vector<S3Version> versions;  ///< Markers too.
    bool more = false;
    std::string next_key;
    std::string next_version_id;
};
policy::Result<S3VersionPage> read_version_page(std::string_view body);

/// A multipart upload that was neither completed nor aborted.
struct S3OpenUpload {
    std::string key;
    std::string upload_id;
    policy::Instant initiated;
};
struct S3UploadPage {
    std::vector<S3OpenUpload> uploads;
    bool more = false;
    std::string next_key;
    std::string next_upload_id;
};
policy::Result<S3UploadPage> read_upload_page(std::string_view body);

/// One key that a DeleteObjects did not delete.
struct S3DeleteFault {
    S3Version version;
    std::string code;
    std::string message;
};
std::string delete_request(const std::vector<S3Version>& versions);
policy::Result<std::vector<S3DeleteFault>> read_delete_result(std::string_view body);

/// The id of a new multipart upload.
policy::Result<std::string> read_upload_id(std::string_view body);
/// `etags` of parts 1, 2, ...
std::string complete_request(const std::vector<std::string>& etags);
/// Success only when the answer says so: 200 may hold a refusal.
policy::Result<void> read_completion(std::string_view body);

}  // namespace storage::objects
