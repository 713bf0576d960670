#include "gateway/recordings/prepared_play.hpp"

#include <algorithm>
#include <utility>

#include "gateway/recordings/media_facts.hpp"
#include "gateway/recordings/stored_recording.hpp"

namespace gateway::recordings {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;
using policy::Result;
namespace catalogue = storage::catalogue;

namespace {

/// The call is whole, the picture of it is not: it is heard without, and somebody is told.
void without_picture(Services& services, const catalogue::RecordingFacts& stored, const policy::Error& error) {
    if (error.code == Code::kCorrupt) return alarm_damaged(services, "play.without_outline", stored.row.id, error);
    services.log.warning("play.without_outline", {{"recording", stored.row.id.text()}, {"what", error.what}});
}

}  // namespace

awaitable<Result<PreparedPlay>> prepare_play(Services& services, const catalogue::RecordingFacts& stored) {
    const auto media = media_facts_from(stored.row.media);
    if (media.has_error()) co_return media.error();
    const auto file = PlayedFile::of(*media);
    if (file.has_error()) co_return file.error();
    auto audio = co_await open_audio(services, stored);
    if (audio.has_error()) co_return audio.error();
    auto source = co_await open_sealed(services, stored, file->rendition(), audio->data_key);
    if (source.has_error()) {
        if (source.error().code != Code::kNotFound) co_return source.error();
        co_return fail(Code::kCorrupt, "a recording has no object");
    }
    if (source->plain_in_bytes != file->source_in_bytes())
        co_return fail(Code::kCorrupt, "a recording is not as long as its row says");
    PreparedPlay out{audio->log_id, *file, std::move(audio->data_key), std::move(*source), std::nullopt};
    auto outline = co_await open_sealed(services, stored, renditions::kOutline, out.data_key);
    if (outline.has_value()) out.outline = std::move(*outline);
    if (outline.has_error() && outline.error().code != Code::kNotFound)
        without_picture(services, stored, outline.error());
    co_return out;
}

awaitable<Result<policy::RecordingFacts>> facts_to_play(Services& services, const catalogue::RecordingFacts& stored,
                                                        const auth::Principal& principal) {
    auto facts = facts_for_policy(stored, principal);
    if (facts.has_error()) co_return facts.error();
    const auto& subject = principal.subject;
    if (std::ranges::find(subject.roles, policy::Role::kPrivacyOfficer) != subject.roles.end()) {
        const auto own =
            co_await services.catalogue.rights().erases(stored.row.id, subject.pseudonym, services.deadline());
        if (own.has_error()) co_return own.error();
        facts->erasure_by_subject = *own;
    }
    co_return facts;
}

}  // namespace gateway::recordings
