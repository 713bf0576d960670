#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "storage/objects/object_name.hpp"
#include "storage/objects/s3_xml.hpp"

// What an S3 store answers in XML: nothing crashes, whatever is no answer is kUnavailable, no page is cut off without
// saying how it goes on, and what is asked to be deleted reads as exactly the name and version that were listed.

namespace {

using namespace storage::objects;

template <class Answer>
bool is_good(const policy::Result<Answer>& answer) {
    if (!answer && answer.error().code != policy::Code::kUnavailable) std::abort();
    return answer.has_value();
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    return text;
}

/// The request, read as if it were the answer.
void expect_same(const std::vector<S3Version>& versions) {
    std::string text = replaced(delete_request(versions), "<Quiet>true</Quiet>", "");
    text = replaced(std::move(text), "Delete>", "DeleteResult>");
    text = replaced(std::move(text), "Object>", "Error>");
    const auto read = read_delete_result(text);
    if (!read || read->size() != versions.size()) std::abort();
    for (std::size_t i = 0; i < versions.size(); ++i) {
        const auto& version = (*read)[i].version;
        if (version.key != versions[i].key || version.version_id != versions[i].version_id) std::abort();
    }
}

bool is_plain(const std::string& text) {
    for (const char c : text) {
        if (c <= ' ' || c > '~' || c == '>') return false;  // ">": not to be taken for a name of an element above
    }
    return !text.empty();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    static_cast<void>(read_refusal(body));
    if (const auto page = read_object_page(body); is_good(page) && page->objects.size() > size) std::abort();
    if (const auto page = read_upload_page(body); is_good(page) && page->more && page->next_key.empty()) std::abort();
    if (const auto page = read_version_page(body); is_good(page)) {
        if (page->more && page->next_key.empty()) std::abort();
        std::vector<S3Version> ours;
        for (const auto& version : page->versions) {
            if (version.version_id.empty()) std::abort();
            if (ObjectName::parse(version.key) && is_plain(version.version_id)) ours.push_back(version);
        }
        expect_same(ours);
    }
    is_good(read_delete_result(body));
    if (const auto id = read_upload_id(body); is_good(id) && id->empty()) std::abort();
    is_good(read_completion(body));
    return 0;
}
