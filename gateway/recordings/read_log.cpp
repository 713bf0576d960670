#include "gateway/recordings/read_log.hpp"

#include <limits>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "gateway/json/strict_json.hpp"
#include "gateway/recordings/admission.hpp"
#include "gateway/recordings/caller.hpp"
#include "gateway/recordings/query_values.hpp"

namespace gateway::recordings {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;
using policy::Result;
using storage::audit::Action;
namespace catalogue = storage::catalogue;

namespace {

constexpr std::int64_t kMostEntries = 1000;
constexpr std::int64_t kUsualEntries = 100;

/// The entries as they are in the tree, byte for byte: each is one JSON object. kCorrupt: one is not.
Result<std::string> entries_json(const std::vector<catalogue::NumberedEntry>& entries, std::int64_t size) {
    std::string out = "{\"size\":" + std::to_string(size) + ",\"entries\":[";
    for (const auto& entry : entries) {
        const std::string_view text(reinterpret_cast<const char*>(entry.bytes.data()), entry.bytes.size());
        const auto parsed = json::parse_strict_json(text);
        const auto* value = std::get_if<boost::json::value>(&parsed);
        if (value == nullptr || !value->is_object()) return fail(Code::kCorrupt, "an audit entry is no JSON object");
        if (out.back() != '[') out.push_back(',');
        out += "{\"index\":" + std::to_string(entry.index) + ",\"entry\":";
        out += text;
        out.push_back('}');
    }
    return out + "]}";
}

}  // namespace

awaitable<http::Response> ReadLog::entries(http::Request& request) {
    auto caller = co_await admit_caller(services_, request, policy::Action::kReadLog, Action::kAuditRead);
    if (auto* response = std::get_if<http::Response>(&caller)) co_return std::move(*response);
    const auto from = whole_query(request, "from", 0, std::numeric_limits<std::int64_t>::max(), 0);
    const auto limit = whole_query(request, "limit", 1, kMostEntries, kUsualEntries);
    if (!from || !limit) co_return malformed(request, "Send a `from` of 0 or more and a `limit` from 1 to 1000.");
    const auto head = co_await services_.catalogue.audit_log().head(services_.deadline());
    if (head.has_error()) co_return failed(services_, request, head.error());
    const auto found = co_await services_.catalogue.audit_log().entries(*from, static_cast<std::int32_t>(*limit),
                                                                        services_.deadline());
    if (found.has_error()) co_return failed(services_, request, found.error());
    auto text = entries_json(*found, head->size);
    if (text.has_error()) co_return failed(services_, request, text.error());
    auto entry = permitted_entry(services_, std::get<Admitted>(caller).principal, Action::kAuditRead);
    entry.code("what", "entries").number("from", *from).number("count", static_cast<std::int64_t>(found->size()));
    const auto recorded = co_await record(services_, std::move(entry));
    if (recorded.has_error()) co_return failed(services_, request, recorded.error());
    co_return http::json_response(200, std::move(*text));
}

}  // namespace gateway::recordings
