#include "storage/objects/s3_document.hpp"

#include <charconv>

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

std::string url_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned char byte = 0;
        if (text[i] == '%' && i + 2 < text.size() &&
            std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16).ptr == text.data() + i + 3) {
            out.push_back(static_cast<char>(byte));
            i += 2;
        } else {
            out.push_back(text[i] == '+' ? ' ' : text[i]);
        }
    }
    return out;
}

}  // namespace storage::objects
