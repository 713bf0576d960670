#include "gateway/recordings/serve_log.hpp"

#include <string>
#include <utility>
#include <variant>

#include "gateway/recordings/admission.hpp"
#include "gateway/recordings/caller.hpp"
#include "storage/audit/tile.hpp"
#include "storage/crypto/bytes.hpp"
#include "storage/objects/whole_object.hpp"

namespace gateway::recordings {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;
using storage::audit::Action;
using storage::audit::kTileWidth;
using storage::audit::Tile;
namespace audit = storage::audit;

namespace {

constexpr const char* kBytes = "application/octet-stream";
/// A tile of a width never changes.
constexpr const char* kForEver = "public, max-age=31536000, immutable";
constexpr const char* kForEverHere = "private, max-age=31536000, immutable";

}  // namespace

class ServeLog::Turn {
  public:
    explicit Turn(std::atomic<unsigned>& all) : all_(all), taken_(all.fetch_add(1) < kMostAnonymous) {}
    ~Turn() { all_.fetch_sub(1); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    bool taken() const noexcept { return taken_; }

  private:
    std::atomic<unsigned>& all_;
    bool taken_;
};

/// Set: the caller may not see checkpoint and hash tiles, or not now.
awaitable<std::optional<http::Response>> ServeLog::turned_away_from_heads(http::Request& request, const Turn& turn) {
    if (options_.open) {
        if (turn.taken()) co_return std::nullopt;
        co_return http::problem_response(request.id(), fail(Code::kOverloaded, ""));
    }
    auto caller = co_await admit_caller(services_, request, policy::Action::kSeeCertificate, Action::kAuditRead);
    if (auto* response = std::get_if<http::Response>(&caller)) co_return std::move(*response);
    co_return std::nullopt;
}

/// Of those that are configured now: what others have cosigned, or fewer, is not what this deployment promises.
bool ServeLog::has_quorum(std::string_view note) const {
    const auto blank = note.rfind("\n\n");
    if (blank == std::string_view::npos) return false;
    const auto lines = audit::good_lines(note.substr(blank + 2), note.substr(0, blank + 1), options_.witnesses);
    return lines.has_value() && lines->size() >= options_.quorum;
}

awaitable<policy::Result<std::string>> ServeLog::note() const {
    if (options_.witnesses.empty()) {
        auto head = co_await services_.catalogue.audit_log().head(services_.deadline());
        if (head.has_error()) co_return head.error();
        co_return std::move(head->checkpoint);
    }
    auto seen = co_await services_.catalogue.audit_log().witnessed(services_.deadline());
    if (seen.has_error()) co_return seen.error();
    if (!*seen || !has_quorum((*seen)->note)) co_return std::string();
    co_return std::move((*seen)->note);
}

awaitable<http::Response> ServeLog::checkpoint(http::Request& request) {
    const Turn turn(anonymous_);
    if (auto refused = co_await turned_away_from_heads(request, turn)) co_return std::move(*refused);
    auto given = co_await note();
    if (given.has_error()) co_return failed(services_, request, given.error());
    if (given->empty()) co_return http::problem_response(request.id(), fail(Code::kNotFound, ""));
    co_return http::text_response(200, "text/plain; charset=utf-8", std::move(*given));
}

awaitable<http::Response> ServeLog::tile(http::Request& request) {
    const Turn turn(anonymous_);
    const auto tile = audit::parse_tile_path(request.param("path"));
    const bool entries = tile && tile->level == Tile::kEntries;
    if (!entries) {
        if (auto refused = co_await turned_away_from_heads(request, turn)) co_return std::move(*refused);
        if (!tile) co_return http::problem_response(request.id(), fail(Code::kNotFound, ""));
    } else {
        auto caller = co_await admit_caller(services_, request, policy::Action::kReadLog, Action::kAuditRead);
        if (auto* response = std::get_if<http::Response>(&caller)) co_return std::move(*response);
        auto entry = permitted_entry(services_, std::get<Admitted>(caller).principal, Action::kAuditRead);
        entry.code("what", "bundle").number("from", static_cast<std::int64_t>(tile->index * kTileWidth));
        entry.number("count", tile->width);
        const auto recorded = co_await record(services_, std::move(entry));
        if (recorded.has_error()) co_return failed(services_, request, recorded.error());
    }
    const auto bytes = co_await storage::objects::get(services_.objects, audit::name_of(*tile), audit::kMaxBundleSize,
                                                      services_.deadline());
    if (bytes.has_error() && bytes.error().code == Code::kNotFound)
        co_return http::problem_response(request.id(), bytes.error());
    if (bytes.has_error()) co_return failed(services_, request, bytes.error());
    auto response = http::text_response(200, kBytes, storage::crypto::text_of(*bytes));
    // Entries vanish when their time is over: nothing keeps a copy. (The server's own default says so.)
    if (!entries) response.headers.push_back({"Cache-Control", options_.open ? kForEver : kForEverHere});
    co_return response;
}

}  // namespace gateway::recordings
