#include "gateway/recordings/stored_recording.hpp"

#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "storage/keys/data_key_cache.hpp"
#include "storage/keys/recording_secret.hpp"

namespace gateway::recordings {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;
using policy::Result;
namespace catalogue = storage::catalogue;
namespace keys = storage::keys;

namespace {

awaitable<Result<keys::SecretPlace>> place_of(Services& services, const catalogue::RecordingFacts& stored) {
    const auto epoch = co_await services.keys.epoch_of(stored.secret.epoch, services.deadline());
    if (epoch.has_error()) co_return epoch.error();
    co_return keys::SecretPlace{stored.row.id, stored.row.purge_date, stored.access.keep_key.value_or(stored.day_key),
                                *epoch};
}

}  // namespace

void alarm_damaged(Services& services, std::string_view event, const policy::RecordingId& recording,
                   const policy::Error& error) {
    services.metrics.counter("callvault_corrupt_objects_total", "Stored objects that failed their seal.").add();
    services.log.error(event, {{"recording", recording.text()}, {"what", error.what}});
}

Result<policy::RecordingFacts> facts_for_policy(const catalogue::RecordingRow& row,
                                                const catalogue::AccessState& access,
                                                const auth::Principal& principal) {
    policy::RecordingFacts out;
    out.state = access.state == "live" ? policy::RecordingState::kLive : policy::RecordingState::kPurging;
    out.team = row.team;
    for (const auto& word : row.purposes) {
        const auto purpose = policy::parse_purpose(word);
        if (!purpose) return fail(Code::kInternal, "a stored purpose is unknown");
        out.purposes.push_back(*purpose);
    }
    out.purge_date = row.purge_date;
    out.statutory_until = row.kept_until;
    out.held = access.holds > 0;
    out.hold_review_on = access.oldest_hold_review;
    if (access.restrictions > 0) {
        const auto ground = policy::parse_restriction_ground(access.restricted_ground);
        if (!ground) return fail(Code::kInternal, "a stored restriction ground is unknown");
        out.restriction = *ground;
    }
    out.quarantined = row.quarantined;
    out.basis = policy::parse_basis_kind(row.basis);
    if (!out.basis) return fail(Code::kInternal, "a stored basis is unknown");
    out.sent_by_subject = principal.sender && *principal.sender == row.sender;
    return out;
}

Result<policy::RecordingFacts> facts_for_policy(const catalogue::RecordingFacts& stored,
                                                const auth::Principal& principal) {
    return facts_for_policy(stored.row, stored.access, principal);
}

awaitable<Result<PersonalFields>> open_fields(Services& services, const catalogue::RecordingFacts& stored) {
    const auto place = co_await place_of(services, stored);
    if (place.has_error()) co_return place.error();
    auto& vault = services.vault;
    const auto opened = co_await services.vault_pool.run(
        [&vault, &place, &stored] { return keys::open_recording_fields(vault, *place, stored.secret.sealed); });
    if (opened.has_error()) co_return opened.error();
    co_return personal_fields_from(*opened);
}

awaitable<Result<std::vector<Result<PersonalFields>>>> open_fields(Services& services,
                                                                   const std::vector<catalogue::Found>& found) {
    std::vector<Result<keys::SecretPlace>> places;
    for (const auto& one : found) {
        const auto epoch = co_await services.keys.epoch_of(one.secret.epoch, services.deadline());
        if (epoch.has_error() && epoch.error().code != Code::kNotFound) co_return epoch.error();
        if (epoch.has_error()) {
            places.emplace_back(epoch.error());
        } else {
            places.emplace_back(
                keys::SecretPlace{one.row.id, one.row.purge_date, one.access.keep_key.value_or(one.day_key), *epoch});
        }
    }
    auto& vault = services.vault;
    co_return co_await services.vault_pool.run([&vault, &places,
                                                &found]() -> Result<std::vector<Result<PersonalFields>>> {
        std::vector<Result<PersonalFields>> out;
        for (std::size_t i = 0; i < found.size(); ++i) {
            if (places[i].has_error()) {
                out.emplace_back(places[i].error());
                continue;
            }
            const auto opened = keys::open_recording_fields(vault, *places[i], found[i].secret.sealed);
            out.push_back(opened.has_error() ? Result<PersonalFields>(opened.error()) : personal_fields_from(*opened));
        }
        return out;
    });
}

awaitable<Result<AudioAccess>> open_audio(Services& services, const catalogue::RecordingFacts& stored) {
    const auto asked_at = std::chrono::steady_clock::now();
    const auto ticket = services.data_keys.begin();
    auto key = services.data_keys.get(stored.row.id, asked_at);
    if (!key) {
        const auto place = co_await place_of(services, stored);
        if (place.has_error()) co_return place.error();
        auto& vault = services.vault;
        auto opened = co_await services.vault_pool.run(
            [&vault, &place, &stored] { return keys::open_audio_key(vault, *place, stored.secret.sealed); });
        if (opened.has_error()) co_return opened.error();
        key = std::move(*opened);
        if (!key->log_id) {
            const auto fields = co_await open_fields(services, stored);
            if (fields.has_error()) co_return fields.error();
            key->log_id = fields->log_id;
        }
        services.data_keys.put(ticket, stored.row.id, *key, asked_at);
    }
    co_return AudioAccess{std::move(key->data_key), *key->log_id};
}

}  // namespace gateway::recordings
