#include "storage/catalogue/search.hpp"

#include <algorithm>

#include "storage/catalogue/pool.hpp"
#include "storage/catalogue/reading.hpp"
#include "storage/catalogue/session.hpp"

namespace storage::catalogue {
namespace {

using policy::Result;

/// By what the index range is chosen: the narrowest first.
enum class By { kToken, kAgent, kTeam };

By chosen(const Query& query) {
    if (!query.tokens.empty()) return By::kToken;
    return query.agent.empty() ? By::kTeam : By::kAgent;
}

const char* page_statement(By by) {
    if (by == By::kToken) return "search_by_token";
    return by == By::kAgent ? "search_by_agent" : "search_by_team";
}

const char* count_statement(By by) {
    if (by == By::kToken) return "count_by_token";
    return by == By::kAgent ? "count_by_agent" : "count_by_team";
}

Parameters filter(const Query& query, By by) {
    Parameters p;
    p.date(query.today).flag(query.show_kept).flag(query.show_restricted).instant(query.from).instant(query.to);
    if (query.teams) {
        p.texts(*query.teams);
    } else {
        p.null();
    }
    p.text_or_null(query.agent).text_or_null(query.queue).text_or_null(query.sender);
    if (by == By::kToken) put_macs(p, query.tokens);
    return p;
}

Found found_row(const Row& row) {
    return {recording_row(row), access_state(row), row.id<policy::KeyId>("day_key"), secret(row)};
}

Result<Page> page_now(Session& session, const char* statement, const Parameters& parameters, std::size_t limit) {
    Page page;
    page.found = session.read(statement, parameters).each(found_row);
    if (page.found.size() > limit) {
        page.found.pop_back();
        page.next = Cursor{page.found.back().row.started_at, page.found.back().row.id};
    }
    return page;
}

}  // namespace

Answer<Page> Search::page(const Query& query, std::optional<Cursor> after, std::int32_t limit, Deadline deadline) {
    const std::int32_t lines = std::clamp(limit, 1, kMaxPage);
    const By by = chosen(query);
    Parameters p = filter(query, by);
    if (after) {
        p.instant(after->started_at).id(after->id);
    } else {
        p.text("infinity").text("ffffffffffffffffffffffffffffffff");
    }
    p.number(lines + 1);
    const char* const name = page_statement(by);
    return pool_.run(name, deadline, [name, p = std::move(p), lines](Session& session) {
        return page_now(session, name, p, static_cast<std::size_t>(lines));
    });
}

Answer<std::int32_t> Search::count(const Query& query, Deadline deadline) {
    const By by = chosen(query);
    Parameters p = filter(query, by);
    p.number(kCountCap);
    const char* const name = count_statement(by);
    return pool_.run(name, deadline, [name, p = std::move(p)](Session& session) {
        const Rows rows = session.read(name, p);
        return Result<std::int32_t>(rows.first().small("count"));
    });
}

}  // namespace storage::catalogue
