#include "storage/objects/s3_xml.hpp"

#include <charconv>
#include <sstream>
#include <system_error>

#include "storage/objects/s3_document.hpp"

namespace storage::objects {

using policy::Code;
using policy::fail;
using policy::Result;

namespace {

bool says_true(const pugi::xml_node& node, const char* name) {
    return text_of_child(node, name) == "true";
}

/// Keys come encoded when the page says so: XML cannot carry every byte of a key.
std::string key_of(const pugi::xml_node& root, const pugi::xml_node& node, const char* name) {
    const std::string text = text_of_child(node, name);
    return text_of_child(root, "EncodingType") == "url" ? url_decoded(text) : text;
}

/// A listing whose times or sizes are not understood is none: leases are counted by them.
Result<policy::Instant> instant_of(const pugi::xml_node& node, const char* name) {
    const auto instant = policy::parse_instant(text_of_child(node, name));
    if (!instant) return fail(Code::kUnavailable, "the S3 store lists a " + std::string(name) + " that is no time");
    return *instant;
}

Result<std::uint64_t> size_of(const pugi::xml_node& node) {
    const std::string text = text_of_child(node, "Size");
    std::uint64_t size = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
    if (error != std::errc() || end != text.data() + text.size())
        return fail(Code::kUnavailable, "the S3 store lists a Size that is no number");
    return size;
}

std::string written(const pugi::xml_document& document) {
    std::ostringstream out;
    document.save(out, "", pugi::format_raw | pugi::format_no_declaration, pugi::encoding_utf8);
    return out.str();
}

void add_text(pugi::xml_node& parent, const char* name, const std::string& text) {
    parent.append_child(name).text().set(text.c_str());
}

}  // namespace

S3Refusal read_refusal(std::string_view body) {
    pugi::xml_document document;
    const auto root = parse_document(document, body, "Error");
    if (!root) return {};
    return {text_of_child(*root, "Code"), text_of_child(*root, "Message"), text_of_child(*root, "Region")};
}

Result<S3ObjectPage> read_object_page(std::string_view body) {
    pugi::xml_document document;
    const auto root = parse_document(document, body, "ListBucketResult");
    if (!root) return root.error();
    S3ObjectPage page;
    for (const auto& node : root->children("Contents")) {
        const auto size = size_of(node);
        if (!size) return size.error();
        const auto modified = instant_of(node, "LastModified");
        if (!modified) return modified.error();
        page.objects.push_back({key_of(*root, node, "Key"), *size, *modified});
    }
    if (!says_true(*root, "IsTruncated")) return page;
    page.next = text_of_child(*root, "NextContinuationToken");
    if (page.next.empty())
        return fail(Code::kUnavailable, "the S3 store cut a listing off without saying how it goes on");
    return page;
}

Result<S3VersionPage> read_version_page(std::string_view body) {
    pugi::xml_document document;
    const auto root = parse_document(document, body, "ListVersionsResult");
    if (!root) return root.error();
    S3VersionPage page;
    for (const auto& node : root->children()) {
        const std::string_view name = node.name();
        if (name != "Version" && name != "DeleteMarker") continue;
        page.versions.push_back({key_of(*root, node, "Key"), text_of_child(node, "VersionId")});
        if (page.versions.back().version_id.empty())
            return fail(Code::kUnavailable, "the S3 store lists a version without its id");
    }
    page.more = says_true(*root, "IsTruncated");
    page.next_key = key_of(*root, *root, "NextKeyMarker");
    page.next_version_id = text_of_child(*root, "NextVersionIdMarker");
    if (page.more && page.next_key.empty())
        return fail(Code::kUnavailable, "the S3 store cut a list of versions off without saying how it goes on");
    return page;
}

Result<S3UploadPage> read_upload_page(std::string_view body) {
    pugi::xml_document document;
    const auto root = parse_document(document, body, "ListMultipartUploadsResult");
    if (!root) return root.error();
    S3UploadPage page;
    for (const auto& node : root->children("Upload")) {
        const auto initiated = instant_of(node, "Initiated");
        if (!initiated) return initiated.error();
        page.uploads.push_back({key_of(*root, node, "Key"), text_of_child(node, "UploadId"), *initiated});
    }
    page.more = says_true(*root, "IsTruncated");
    page.next_key = key_of(*root, *root, "NextKeyMarker");
    page.next_upload_id = text_of_child(*root, "NextUploadIdMarker");
    if (page.more && page.next_key.empty())
        return fail(Code::kUnavailable, "the S3 store cut a list of uploads off without saying how it goes on");
    return page;
}

std::string delete_request(const std::vector<S3Version>& versions) {
    pugi::xml_document document;
    auto root = document.append_child("Delete");
    add_text(root, "Quiet", "true");
    for (const auto& version : versions) {
        auto object = root.append_child("Object");
        add_text(object, "Key", version.key);
        add_text(object, "VersionId", version.version_id);
    }
    return written(document);
}

Result<std::vector<S3DeleteFault>> read_delete_result(std::string_view body) {
    pugi::xml_document document;
    const auto root = parse_document(document, body, "DeleteResult");
    if (!root) return root.error();
    std::vector<S3DeleteFault> faults;
    for (const auto& node : root->children("Error")) {
        faults.push_back({{text_of_child(node, "Key"), text_of_child(node, "VersionId")},
                          text_of_child(node, "Code"),
                          text_of_child(node, "Message")});
    }
    return faults;
}

Result<std::string> read_upload_id(std::string_view body) {
    pugi::xml_document document;
    const auto root = parse_document(document, body, "InitiateMultipartUploadResult");
    if (!root) return root.error();
    std::string id = text_of_child(*root, "UploadId");
    if (id.empty()) return fail(Code::kUnavailable, "the S3 store began an upload without an id");
    return id;
}

std::string complete_request(const std::vector<std::string>& etags) {
    pugi::xml_document document;
    auto root = document.append_child("CompleteMultipartUpload");
    for (std::size_t i = 0; i < etags.size(); ++i) {
        auto part = root.append_child("Part");
        add_text(part, "PartNumber", std::to_string(i + 1));
        add_text(part, "ETag", etags[i]);
    }
    return written(document);
}

Result<void> read_completion(std::string_view body) {
    pugi::xml_document document;
    const auto root = parse_document(document, body, "CompleteMultipartUploadResult");
    if (!root) return root.error();
    return {};
}

}  // namespace storage::objects
