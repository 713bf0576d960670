#include "storage/catalogue/recordings.hpp"

#include "storage/async/crash_point.hpp"
#include "storage/catalogue/pool.hpp"
#include "storage/catalogue/reading.hpp"
#include "storage/catalogue/session.hpp"

namespace storage::catalogue {
namespace {

using policy::Code;
using policy::fail;
using policy::Result;

Tombstone tombstone_row(const Row& row) {
    return {row.id<policy::RecordingId>("recording_id"), row.date("purged_on"), row.text("ground")};
}

Reference reference_row(const Row& row) {
    if (row.is_null("recording_id")) return UnknownReference{};
    if (!row.is_null("purged_on")) return tombstone_row(row);
    // Between two statements of a purge the recording may be gone from an older snapshot; ask again.
    if (row.is_null("state")) return UnknownReference{};
    return KnownReference{row.id<policy::RecordingId>("recording_id"),
                          row.mac("content_mac"),
                          row.date("purge_date"),
                          row.text("rule_id"),
                          row.text("retention_class"),
                          row.instant("received_at"),
                          row.text("state")};
}

Parameters push_parameters(const NewRecording& recording) {
    const RecordingRow& row = recording.row;
    Parameters p;
    p.id(row.id).bytes(recording.ref_mac).bytes(recording.content_mac).text(row.sender).date(row.purge_date);
    p.id(recording.day_key).maybe(row.kept_until, &Parameters::date);
    p.instant(row.started_at).instant(row.received_at).maybe(row.duration_ms, &Parameters::number);
    p.text_or_null(row.direction).text(row.team).text_or_null(row.agent).text_or_null(row.queue).text(row.basis);
    p.texts(row.purposes).text(row.profile).text(row.rule_id).text_or_null(row.retention_class).text(row.media);
    p.text_or_null(row.unplayable).flag(row.quarantined);
    p.number(recording.secret.epoch).bytes(recording.secret.sealed);
    put_objects(p, recording.objects);
    put_macs(p, recording.tokens);
    p.text(jobs_json(recording.jobs)).bytes(recording.entry);
    return p;
}

Result<Reference> look_up(Session& session, const Mac& ref_mac) {
    const Rows rows = session.read("find_reference", Parameters().bytes(ref_mac));
    return rows.empty() ? Reference(UnknownReference{}) : reference_row(rows.first());
}

Result<PushOutcome> push_now(Session& session, const NewRecording& recording, const UploadAge& age) {
    if (std::chrono::steady_clock::now() - age.begun > age.limit) {
        return fail(Code::kDeadline, "push: the upload began too long ago");
    }
    const Rows rows = session.write("push", push_parameters(recording));
    const Row row = rows.first();
    if (row.flag("stored")) return PushOutcome(Stored{});
    Reference standing = reference_row(row);
    if (std::holds_alternative<UnknownReference>(standing)) {
        if (!row.flag("key_open")) return PushOutcome(KeyNotOpen{});
        // The winner committed while we waited for it: our snapshot is older, the next one sees it.
        standing = look_up(session, recording.ref_mac).value();
    }
    if (const auto* known = std::get_if<KnownReference>(&standing)) return PushOutcome(*known);
    if (const auto* gone = std::get_if<Tombstone>(&standing)) return PushOutcome(*gone);
    return fail(Code::kUnavailable, "push: the reference changed hands; try again");
}

RecordingFacts facts_row(const Row& row) {
    RecordingFacts out;
    out.row = recording_row(row);
    out.access = access_state(row);
    out.ref_mac = row.mac("ref_mac");
    out.content_mac = row.mac("content_mac");
    out.day_key = row.id<policy::KeyId>("day_key");
    out.secret = secret(row);
    const auto names = row.texts("names");
    const auto renditions = row.texts("renditions");
    const auto parts = row.texts("parts");
    const auto sizes = row.texts("sizes");
    for (std::size_t i = 0; i < names.size(); ++i) {
        out.objects.push_back({names[i], renditions[i], std::stoi(parts[i]), std::stoll(sizes[i])});
    }
    return out;
}

}  // namespace

Answer<Reference> Recordings::find_reference(Mac ref_mac, Deadline deadline) {
    return pool_.run("find_reference", deadline, [ref_mac](Session& session) { return look_up(session, ref_mac); });
}

Answer<PushOutcome> Recordings::push(NewRecording recording, UploadAge age, Deadline deadline) {
    return pool_.run("push", deadline, [recording = std::move(recording), age](Session& session) {
        CALLVAULT_CRASH_POINT("catalogue.push.before_commit");
        auto outcome = push_now(session, recording, age);
        CALLVAULT_CRASH_POINT("catalogue.push.after_commit");
        return outcome;
    });
}

Answer<RecordingFacts> Recordings::facts(policy::RecordingId id, Deadline deadline) {
    return pool_.run("recording_facts", deadline, [id](Session& session) -> Result<RecordingFacts> {
        const Rows rows = session.read("recording_facts", Parameters().id(id));
        if (rows.empty()) return fail(Code::kNotFound, "no such recording");
        return facts_row(rows.first());
    });
}

Answer<Tombstone> Recordings::tombstone(policy::RecordingId id, Deadline deadline) {
    return pool_.run("tombstone_of", deadline, [id](Session& session) -> Result<Tombstone> {
        const Rows rows = session.read("tombstone_of", Parameters().id(id));
        if (rows.empty()) return fail(Code::kNotFound, "no such tombstone");
        return tombstone_row(rows.first());
    });
}

Answer<void> Recordings::prepared(const ClaimedJob& claim, const PreparedRecording& recording, UploadAge age,
                                  Deadline deadline) {
    Parameters p;
    p.id(claim.id).number(claim.token).text(recording.media).text_or_null(recording.unplayable);
    p.maybe(recording.duration_ms, &Parameters::number);
    put_objects(p, recording.renditions);
    p.bytes(recording.entry).flag(recording.park);
    return pool_.run("recording_prepared", deadline, [p = std::move(p), age](Session& session) -> Result<void> {
        if (std::chrono::steady_clock::now() - age.begun > age.limit)
            return fail(Code::kDeadline, "recording_prepared: the renditions were begun too long ago");
        const Rows rows = session.write("recording_prepared", p);
        if (!rows.first().flag("claimed")) return fail(Code::kConflict, "the claim is no longer ours");
        if (!rows.first().flag("found")) return fail(Code::kNotFound, "no such live recording");
        return {};
    });
}

Answer<void> Recordings::quarantine(policy::RecordingId id, std::int64_t version, bool quarantined, EntryBytes entry,
                                    Deadline deadline) {
    Parameters p;
    p.id(id).number(version).flag(quarantined).bytes(entry);
    return pool_.run("recording_quarantine", deadline, [p = std::move(p)](Session& session) -> Result<void> {
        const Rows rows = session.write("recording_quarantine", p);
        const Row row = rows.first();
        if (row.flag("changed")) return {};
        if (!row.flag("known")) return fail(Code::kNotFound, "no such recording");
        return fail(Code::kConflict, "the recording's version moved on");
    });
}

Answer<std::vector<std::string>> Recordings::owned(const std::vector<std::string>& object_names, Deadline deadline) {
    Parameters p;
    p.texts(object_names);
    return pool_.run("objects_owned", deadline, [p = std::move(p)](Session& session) {
        return Result<std::vector<std::string>>(
            session.read("objects_owned", p).each([](const Row& row) { return row.text("name"); }));
    });
}

Answer<std::vector<std::string>> Recordings::living(const std::vector<std::string>& object_names, Deadline deadline) {
    Parameters p;
    p.texts(object_names);
    return pool_.run("objects_living", deadline, [p = std::move(p)](Session& session) {
        return Result<std::vector<std::string>>(
            session.read("objects_living", p).each([](const Row& row) { return row.text("name"); }));
    });
}

Answer<void> Recordings::placed(const std::vector<std::string>& object_names, std::int32_t place, Deadline deadline) {
    Parameters p;
    p.texts(object_names).number(place);
    return pool_.run("objects_placed", deadline, [p = std::move(p)](Session& session) -> Result<void> {
        session.write("objects_placed", p);
        return {};
    });
}

Answer<void> Recordings::forbid(Mac ref_mac, const Tombstone& tombstone, EntryBytes entry, Deadline deadline) {
    Parameters p;
    p.bytes(ref_mac).id(tombstone.id).date(tombstone.purged_on).text(tombstone.ground).bytes(entry);
    return pool_.run("reference_forbid", deadline, [p = std::move(p)](Session& session) -> Result<void> {
        const Rows rows = session.write("reference_forbid", p);
        if (!rows.first().flag("claimed")) return fail(Code::kConflict, "something stands under the reference");
        return {};
    });
}

}  // namespace storage::catalogue
