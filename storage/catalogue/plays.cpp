#include "storage/catalogue/plays.hpp"

#include <charconv>

#include "storage/catalogue/pool.hpp"
#include "storage/catalogue/reading.hpp"
#include "storage/catalogue/session.hpp"

namespace storage::catalogue {
namespace {

using policy::Code;
using policy::fail;
using policy::Result;

using Ranges = std::vector<std::pair<std::int64_t, std::int64_t>>;

/// "{[0,10),[20,30)}"
std::string multirange_text(const Ranges& ranges) {
    std::string out = "{";
    for (const auto& [first, last] : ranges) {
        if (first >= last) continue;
        if (out.size() > 1) out.push_back(',');
        out += "[" + std::to_string(first) + "," + std::to_string(last) + ")";
    }
    return out + "}";
}

Ranges read_multirange(const std::string& text) {
    Ranges out;
    const char* const end = text.data() + text.size();
    for (const char* at = text.data(); at != end; ++at) {
        if (*at != '[') continue;
        std::pair<std::int64_t, std::int64_t> range;
        at = std::from_chars(at + 1, end, range.first).ptr;
        at = std::from_chars(at + 1, end, range.second).ptr;
        out.push_back(range);
    }
    return out;
}

PlayRow play_row(const Row& row) {
    PlayRow out;
    out.id = row.id<policy::PlayId>("id");
    out.recording = row.id<policy::RecordingId>("recording_id");
    out.session = row.mac("session_mac");
    out.subject = row.text("subject");
    out.purpose = row.text("purpose");
    out.case_ref = row.text("case_ref");
    out.opened_at = row.instant("opened_at");
    out.lease_until = row.instant("lease_until");
    out.closed_at = row.maybe_instant("closed_at");
    out.close_reason = row.text("close_reason");
    out.served_bytes = row.number("served_bytes");
    out.ranges = read_multirange(row.text("served_ranges"));
    return out;
}

Result<PlayOpening> open_now(Session& session, const Parameters& parameters) {
    const Rows rows = session.write("play_open", parameters);
    const Row row = rows.first();
    if (row.flag("opened")) return PlayOpening::kOpened;
    if (!row.flag("allowed")) return PlayOpening::kSessionRevoked;
    return row.flag("there") ? PlayOpening::kChanged : PlayOpening::kGone;
}

}  // namespace

Answer<PlayOpening> Plays::open(NewPlay play, Deadline deadline) {
    Parameters p;
    p.id(play.id).id(play.recording).number(play.expected_version).date(play.today).flag(play.past_purge_date);
    p.bytes(play.session).instant(play.session_started).text(play.subject).text(play.purpose);
    p.text_or_null(play.case_ref).text(play.gateway).milliseconds(play.lease).bytes(play.entry);
    return pool_.run("play_open", deadline, [p = std::move(p)](Session& session) { return open_now(session, p); });
}

Answer<Renewal> Plays::renew(const std::string& gateway, const std::vector<Served>& served, policy::Date today,
                             std::chrono::milliseconds lease, Deadline deadline) {
    Parameters p;
    p.text(gateway).array(served, [](const Served& one) { return one.play.text(); });
    p.array(served, [](const Served& one) { return std::to_string(one.bytes); });
    p.array(served, [](const Served& one) { return multirange_text(one.ranges); });
    p.date(today).milliseconds(lease);
    return pool_.run("play_renew", deadline, [p = std::move(p)](Session& session) {
        Renewal out;
        const Rows rows = session.write("play_renew", p);
        for (std::size_t i = 0; i < rows.size(); ++i)
            (rows[i].flag("goes_on") ? out.going : out.logged_out).push_back(rows[i].id<policy::PlayId>("id"));
        return Result<Renewal>(std::move(out));
    });
}

Answer<bool> Plays::close(const Served& served, const std::string& reason, EntryBytes entry, Deadline deadline) {
    Parameters p;
    p.id(served.play).number(served.bytes).text(multirange_text(served.ranges)).text(reason).bytes(entry);
    return pool_.run("play_close", deadline, [p = std::move(p)](Session& session) {
        const Rows rows = session.write("play_close", p);
        return Result<bool>(rows.first().flag("ended"));
    });
}

Answer<std::vector<PlayRow>> Plays::orphans(std::chrono::milliseconds grace, std::int32_t limit, Deadline deadline) {
    Parameters p;
    p.milliseconds(grace).number(limit);
    return pool_.run("play_orphans", deadline, [p = std::move(p)](Session& session) {
        return Result<std::vector<PlayRow>>(session.read("play_orphans", p).each(play_row));
    });
}

Answer<PlayRow> Plays::get(policy::PlayId id, Deadline deadline) {
    return pool_.run("play_get", deadline, [id](Session& session) -> Result<PlayRow> {
        const Rows rows = session.read("play_get", Parameters().id(id));
        if (rows.empty()) return fail(Code::kNotFound, "no such play");
        return play_row(rows.first());
    });
}

Answer<std::vector<policy::RecordingId>> Plays::played_by(const std::vector<policy::RecordingId>& recordings,
                                                          const std::vector<std::string>& subjects, Deadline deadline) {
    Parameters p;
    p.ids(recordings).texts(subjects);
    return pool_.run("play_played_by", deadline, [p = std::move(p)](Session& session) {
        return Result<std::vector<policy::RecordingId>>(session.read("play_played_by", p).each([](const Row& row) {
            return row.id<policy::RecordingId>("recording_id");
        }));
    });
}

Answer<std::vector<PlayRow>> Plays::history(policy::RecordingId recording, std::int32_t limit, Deadline deadline) {
    Parameters p;
    p.id(recording).number(limit);
    return pool_.run("play_history", deadline, [p = std::move(p)](Session& session) {
        return Result<std::vector<PlayRow>>(session.read("play_history", p).each(play_row));
    });
}

}  // namespace storage::catalogue
