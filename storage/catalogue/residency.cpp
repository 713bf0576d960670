#include "storage/catalogue/residency.hpp"

#include "storage/catalogue/pool.hpp"
#include "storage/catalogue/session.hpp"

namespace storage::catalogue {

using policy::Result;

namespace {

PlaceUse place_use(const Row& row) {
    PlaceUse out;
    if (const auto id = row.maybe_number("id")) {
        out.id = static_cast<std::int32_t>(*id);
        out.first_seen = row.instant("first_seen");
        out.last_seen = row.instant("last_seen");
    }
    out.place = {row.text("kind"),   row.text("endpoint"), row.text("bucket"),
                 row.text("region"), row.text("country"),  row.bytes("certificate")};
    out.recordings = row.number("held");
    out.arrived = row.number("arrived");
    return out;
}

ResidencyCheck check_of(const Row& row) {
    return {row.instant("checked_at"), row.text("gateway"), row.texts("faults")};
}

}  // namespace

Answer<std::int32_t> Residency::note_place(Place place, Deadline deadline) {
    Parameters p;
    p.text(place.kind).text(place.endpoint).text(place.bucket).text(place.region).text(place.country);
    p.bytes(place.certificate);
    return pool_.run("place_note", deadline, [p = std::move(p)](Session& session) {
        return Result<std::int32_t>(session.write("place_note", p).first().small("id"));
    });
}

Answer<std::vector<PlaceUse>> Residency::places(policy::Instant from, policy::Instant to, Deadline deadline) {
    return pool_.run("place_list", deadline, [from, to](Session& session) {
        const Rows rows = session.read("place_list", Parameters().instant(from).instant(to));
        return Result<std::vector<PlaceUse>>(rows.each(place_use));
    });
}

Answer<void> Residency::note_check(ResidencyCheck check, EntryBytes entry, Deadline deadline) {
    Parameters p;
    p.instant(check.checked_at).text(check.gateway).texts(check.faults).bytes(entry);
    return pool_.run("residency_note", deadline, [p = std::move(p)](Session& session) -> Result<void> {
        session.write("residency_note", p);
        return {};
    });
}

Answer<std::vector<ResidencyCheck>> Residency::checks(policy::Instant from, policy::Instant to, Deadline deadline) {
    return pool_.run("residency_list", deadline, [from, to](Session& session) {
        const Rows rows = session.read("residency_list", Parameters().instant(from).instant(to));
        return Result<std::vector<ResidencyCheck>>(rows.each(check_of));
    });
}

}  // namespace storage::catalogue
