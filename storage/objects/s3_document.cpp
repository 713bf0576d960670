#include "storage/objects/s3_document.hpp"

#include <algorithm>

#include "storage/net/url.hpp"

namespace storage::objects {

using policy::Code;
using policy::fail;
using policy::Result;

Result<pugi::xml_node> parse_document(pugi::xml_document& document, std::string_view body,
                                      std::string_view expected_root) {
    const auto parsed = document.load_buffer(body.data(), body.size(), pugi::parse_default, pugi::encoding_utf8);
    if (!parsed)
        return fail(Code::kUnavailable,
                    "the S3 store answered with no XML where " + std::string(expected_root) + " must come");
    const pugi::xml_node root = document.document_element();
    if (root.name() == expected_root) return root;
    std::string what =
        "the S3 store answered <" + std::string(root.name()) + "> where <" + std::string(expected_root) + "> must come";
    if (std::string_view(root.name()) == "Error") what += ": " + text_of_child(root, "Code");
    return fail(Code::kUnavailable, what);
}

std::string text_of_child(const pugi::xml_node& node, const char* name) {
    return node.child(name).text().get();
}

std::string url_decoded(std::string text) {
    std::ranges::replace(text, '+', ' ');
    return net::percent_decoded(text).value_or(text);
}

}  // namespace storage::objects
