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

/// "{[0,10),[20,30)}"
std::string multirange_text(const PlayRanges& ranges) {
    std::string out = "{";
    for (const auto& [first, last] : ranges) {
        if (first >= last) continue;
        if (out.size() > 1) out.push_back(',');
        out += "[" + std::to_string(first) + "," + std::to_string(last) + ")";
    }
    return out + "}";
}

PlayRanges read_multirange(const std::string& text) {
    PlayRanges out;
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
    out.held = row.text("holders") != "{}";
    out.served_bytes = row.number("served_bytes");
    out.ranges = read_multirange(row.text("served_ranges"));
    return out;
}

Listening listening_row(const Row& row) {
    return {play_row(row), row.texts("roles"), row.texts("teams"), row.text("media")};
}

/// What a gateway served of its plays, as the first three parameters of a statement.
Parameters told(const std::string& gateway, const std::vector<Served>& served) {
    Parameters p;
    p.text(gateway).array(served, [](const Served& one) { return one.play.text(); });
    p.array(served, [](const Served& one) { return multirange_text(one.ranges); });
    return p;
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
    p.texts(play.roles).texts(play.teams);
    return pool_.run("play_open", deadline, [p = std::move(p)](Session& session) { return open_now(session, p); });
}

Answer<std::vector<Renewed>> Plays::renew(const std::string& gateway, const std::vector<Served>& served,
                                          policy::Date today, std::chrono::milliseconds lease, Deadline deadline) {
    Parameters p = told(gateway, served);
    p.date(today).milliseconds(lease);
    return pool_.run("play_renew", deadline, [p = std::move(p)](Session& session) {
        return Result<std::vector<Renewed>>(session.write("play_renew", p).each([](const Row& row) {
            Renewed out{row.id<policy::PlayId>("id"), row.flag("goes_on"), row.flag("logged_out"), {}, {}};
            out.ended_as = row.text("close_reason");
            out.elsewhere = read_multirange(row.text("ranges"));
            return out;
        }));
    });
}

Answer<HeldPlay> Plays::hold(policy::PlayId play, const std::string& gateway, Deadline deadline) {
    Parameters p;
    p.id(play).text(gateway);
    return pool_.run("play_hold", deadline, [p = std::move(p)](Session& session) -> Result<HeldPlay> {
        const Rows rows = session.write("play_hold", p);
        if (rows.empty()) return fail(Code::kNotFound, "the play has ended");
        return HeldPlay{play_row(rows.first()), std::chrono::milliseconds(rows.first().number("age"))};
    });
}

Answer<void> Plays::let_go(const std::string& gateway, const std::vector<Served>& served, Deadline deadline) {
    return pool_.run("play_let_go", deadline, [p = told(gateway, served)](Session& session) -> Result<void> {
        session.write("play_let_go", p);
        return {};
    });
}

Answer<void> Plays::end(policy::PlayId play, const std::string& reason, Deadline deadline) {
    Parameters p;
    p.id(play).text(reason);
    return pool_.run("play_end", deadline, [p = std::move(p)](Session& session) -> Result<void> {
        session.write("play_end", p);
        return {};
    });
}

Answer<Left> Plays::leave(const Served& served, const std::string& gateway, const std::string& reason, bool everywhere,
                          EntryBytes entry, Deadline deadline) {
    Parameters p;
    p.id(served.play).text(gateway).text(multirange_text(served.ranges)).text(reason).bytes(entry).flag(everywhere);
    return pool_.run("play_close", deadline, [p = std::move(p)](Session& session) {
        const Rows rows = session.write("play_close", p);
        const Row row = rows.first();
        if (row.flag("ended")) return Result<Left>(Left{Leaving::kClosed, {}});
        if (row.flag("held")) return Result<Left>(Left{Leaving::kStillHeld, {}});
        auto all = read_multirange(row.text("ranges"));
        const auto outcome = all.empty() ? Leaving::kWasClosed : Leaving::kMoreServed;
        return Result<Left>(Left{outcome, std::move(all)});
    });
}

Answer<std::vector<PlayRow>> Plays::orphans(std::chrono::milliseconds grace, std::int32_t limit, Deadline deadline) {
    Parameters p;
    p.milliseconds(grace).number(limit);
    return pool_.run("play_orphans", deadline, [p = std::move(p)](Session& session) {
        return Result<std::vector<PlayRow>>(session.read("play_orphans", p).each(play_row));
    });
}

Answer<bool> Plays::close_orphan(policy::PlayId play, std::chrono::milliseconds grace, const std::string& reason,
                                 EntryBytes entry, Deadline deadline) {
    Parameters p;
    p.id(play).milliseconds(grace).text(reason).bytes(entry);
    return pool_.run("play_close_orphan", deadline, [p = std::move(p)](Session& session) {
        return Result<bool>(session.write("play_close_orphan", p).first().flag("ended"));
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

Answer<std::vector<Listening>> Plays::history(policy::RecordingId recording, std::int32_t limit, Deadline deadline) {
    Parameters p;
    p.id(recording).number(limit);
    return pool_.run("play_history", deadline, [p = std::move(p)](Session& session) {
        return Result<std::vector<Listening>>(session.read("play_history", p).each(listening_row));
    });
}

Answer<std::vector<Listening>> Plays::history_of(const std::string& subject, policy::Instant from,
                                                 policy::Instant until, std::int32_t limit, Deadline deadline) {
    Parameters p;
    p.text(subject).instant(from).instant(until).number(limit);
    return pool_.run("play_history_of_subject", deadline, [p = std::move(p)](Session& session) {
        return Result<std::vector<Listening>>(session.read("play_history_of_subject", p).each(listening_row));
    });
}

}  // namespace storage::catalogue
