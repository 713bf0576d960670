#include "gateway/recordings/prepare_recording.hpp"

#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstring>
#include <utility>
#include <variant>
#include <vector>

#include "gateway/recordings/caller.hpp"
#include "gateway/recordings/media_facts.hpp"
#include "gateway/recordings/prepare_job.hpp"
#include "gateway/recordings/rendition_upload.hpp"
#include "gateway/recordings/sealed_file.hpp"
#include "gateway/recordings/stored_recording.hpp"
#include "storage/async/crash_point.hpp"
#include "transcode/measure/outline.hpp"
#include "transcode/wav/virtual_wav.hpp"

namespace gateway::recordings {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;
using policy::Result;
using storage::audit::Action;
using storage::audit::Entry;
using storage::audit::Outcome;
using storage::audit::Word;
using transcode::wav::VirtualWav;
namespace catalogue = storage::catalogue;
namespace crypto = storage::crypto;
namespace measure = transcode::measure;
namespace messages = transcode::messages;

namespace {

constexpr std::chrono::seconds kKeepEvery{15};
/// Frames measured at a time, between which others have their turn.
constexpr std::uint64_t kFramesAtATime = 4096;

/// Reads on, and keeps the claim meanwhile.
class KeptSource final : public media::Source {
  public:
    KeptSource(SealedReader& reader, const PrepareRecording::Keep& keep, const media::Workers& workers)
        : reader_(reader), keep_(keep), workers_(workers) {}
    std::uint64_t size_in_bytes() const override { return reader_.size_in_bytes(); }
    awaitable<Result<std::span<const std::byte>>> read(std::uint64_t offset, std::size_t most) override {
        if (workers_.stopped()) co_return fail(Code::kUnavailable, "the gateway stops");
        const auto now = std::chrono::steady_clock::now();
        if (now - kept_at_ > kKeepEvery) {
            const auto kept = co_await keep_();
            // Erased or taken by another: not a byte more. A database that does not answer now may do so next time.
            if (kept.has_error() && kept.error().code == Code::kConflict) co_return kept.error();
            kept_at_ = now;
        }
        co_return co_await reader_.read(offset, most);
    }

  private:
    SealedReader& reader_;
    const PrepareRecording::Keep& keep_;
    const media::Workers& workers_;
    std::chrono::steady_clock::time_point kept_at_ = std::chrono::steady_clock::now();
};

messages::Coding coding_of(transcode::wav::Coding coding) {
    switch (coding) {
        case transcode::wav::Coding::kALaw:
            return messages::Coding::kALaw;
        case transcode::wav::Coding::kMuLaw:
            return messages::Coding::kMuLaw;
        default:
            return messages::Coding::kPcm;
    }
}

/// Sound in memory, until it is measured.
struct SoundBuffers {
    std::vector<std::byte> source;
    std::vector<std::byte> pcm;
    std::vector<std::int16_t> samples;
    ~SoundBuffers() {
        crypto::zero(source);
        crypto::zero(pcm);
        crypto::zero(std::as_writable_bytes(std::span(samples)));
    }
};

awaitable<Result<void>> gather(media::Source& source, std::uint64_t offset, std::span<std::byte> into) {
    while (!into.empty()) {
        const auto piece = co_await source.read(offset, into.size());
        if (piece.has_error()) co_return piece.error();
        if (piece->empty()) co_return fail(Code::kCorrupt, "a recording is shorter than its row says");
        std::memcpy(into.data(), piece->data(), piece->size());
        into = into.subspan(piece->size());
        offset += piece->size();
    }
    co_return Result<void>{};
}

/// Measures a WAV that plays as it is: what a listener hears is what is measured.
awaitable<Result<media::Prepared>> measure_wav(const transcode::wav::Format& format, media::Source& source) {
    const auto wav = VirtualWav::create(format);
    if (wav.has_error()) co_return wav.error();
    measure::Meter meter(format.channels, format.sample_rate_hz);
    SoundBuffers buffers;
    const std::uint64_t step = kFramesAtATime * format.channels * sizeof(std::int16_t);
    buffers.samples.resize(step / sizeof(std::int16_t));
    const auto executor = co_await boost::asio::this_coro::executor;
    for (std::uint64_t at = VirtualWav::kHeaderInBytes; at < wav->size_in_bytes(); at += step) {
        const auto slice = wav->plan(at, std::min(at + step, wav->size_in_bytes()) - 1);
        buffers.source.resize(slice.source_size);
        buffers.pcm.resize(slice.size);
        const auto read = co_await gather(source, slice.source_offset, buffers.source);
        if (read.has_error()) co_return read.error();
        const auto rendered = wav->render(slice, buffers.source, buffers.pcm);
        if (rendered.has_error()) co_return rendered.error();
        for (std::size_t i = 0; i < slice.size / 2; ++i) {
            const auto low = std::to_integer<unsigned>(buffers.pcm[2 * i]);
            const auto high = std::to_integer<unsigned>(buffers.pcm[2 * i + 1]);
            buffers.samples[i] = static_cast<std::int16_t>(high << 8U | low);
        }
        meter.take(std::span<const std::int16_t>(buffers.samples).first(slice.size / 2));
        co_await boost::asio::post(executor, boost::asio::use_awaitable);
    }
    auto measured = meter.finish();
    media::Prepared out;
    out.facts = {coding_of(format.coding), measured.rate_hz, measured.frames, measured.channels, measured.equal};
    out.outline = measure::write_outline(measured);
    co_return out;
}

/// The steps of one job; members are what they hand on.
class Preparing {
  public:
    Preparing(Services& services, media::Workers& workers, const catalogue::ClaimedJob& job,
              const PrepareRecording::Keep& keep)
        : services_(services), workers_(workers), job_(job), keep_(keep), begun_(std::chrono::steady_clock::now()) {}

    awaitable<Result<void>> run() {
        if (!job_.recording) co_return co_await nothing_to_do();
        auto stored = co_await services_.catalogue.recordings().facts(*job_.recording, services_.deadline());
        if (stored.has_error() && stored.error().code == Code::kNotFound) co_return co_await nothing_to_do();
        if (stored.has_error()) co_return stored.error();
        stored_ = std::move(*stored);
        if (stored_.access.state != "live") co_return co_await nothing_to_do();
        auto media = media_facts_from(stored_.row.media);
        if (media.has_error()) co_return media.error();
        media_ = std::move(*media);
        // Whatever does not open: a purge takes the job with the recording, and what else it is may be mended.
        const auto audio = co_await open_audio(services_, stored_);
        if (audio.has_error()) co_return audio.error();
        log_id_ = audio->log_id;
        auto done = co_await prepare(audio->data_key);
        if (done.has_error() && done.error().code == Code::kCorrupt)
            alarm_damaged(services_, "prepare.corrupt", stored_.row.id, done.error());
        co_return done;
    }

    bool gone() const noexcept { return gone_; }
    const std::optional<messages::Reason>& worker_failed() const noexcept { return worker_failed_; }

  private:
    awaitable<Result<void>> nothing_to_do() {
        return services_.catalogue.jobs().finish(job_.id, job_.token, services_.deadline());
    }

    awaitable<Result<void>> prepare(const crypto::Key256& key) {
        auto file = co_await open_sealed(services_, stored_, renditions::kOriginal, key);
        if (file.has_error()) co_return file.error();
        auto reader =
            SealedReader::create(services_, std::move(*file), key, seal_context(stored_.row.id, renditions::kOriginal));
        if (reader.has_error()) co_return reader.error();
        KeptSource source(*reader, keep_, workers_);
        RenditionUpload playback(services_, stored_.row, renditions::kPlayback, key, begun_);
        RenditionUpload outline(services_, stored_.row, renditions::kOutline, key, begun_);
        const auto done = co_await make(source, playback, outline);
        if (done.has_error()) {
            co_await playback.give_up();
            co_await outline.give_up();
        }
        co_return done;
    }

    awaitable<Result<void>> make(media::Source& source, RenditionUpload& playback, RenditionUpload& outline) {
        auto outcome = co_await look_at(source, playback);
        if (outcome.has_error()) co_return outcome.error();
        if (const auto* unplayable = std::get_if<media::Unplayable>(&*outcome)) {
            co_await playback.give_up();
            if (messages::may_pass(unplayable->reason) && job_.failures + 1 < kMaxTries) {
                worker_failed_ = unplayable->reason;
                co_return Result<void>{};
            }
            co_return co_await give_up_on(unplayable->reason);
        }
        auto& prepared = std::get<media::Prepared>(*outcome);
        media_.sound = prepared.facts;
        media_.playback_in_bytes = playback.plain_in_bytes();
        media_.index_in_bytes = prepared.index_in_bytes;
        // Roles of channels that are not there would name the wrong party.
        if (!media_.format && media_.roles.size() != prepared.facts.channels.size()) media_.roles.clear();
        std::vector<catalogue::ObjectRow> made;
        // One after the other: whoever holds memory for one must not wait for that of another.
        auto object = co_await playback.commit();
        if (object.has_error()) co_return object.error();
        if (*object) made.push_back(std::move(**object));
        const auto written = co_await outline.write(prepared.outline);
        if (written.has_error()) co_return written.error();
        object = co_await outline.commit();
        if (object.has_error()) co_return object.error();
        if (*object) made.push_back(std::move(**object));
        CALLVAULT_CRASH_POINT("prepare.objects_durable");
        co_return co_await finish(std::move(made), std::nullopt);
    }

    awaitable<Result<media::Outcome>> look_at(media::Source& source, RenditionUpload& playback) {
        if (media_.format) {
            auto measured = co_await measure_wav(*media_.format, source);
            if (measured.has_error()) co_return measured.error();
            co_return media::Outcome(std::move(*measured));
        }
        media::Task task;
        task.input = media_.input;
        task.rendition = &playback;
        if (media_.raw) {
            task.channels = media_.raw->channels;
            task.rate_hz = media_.raw->rate_hz;
        }
        co_return co_await workers_.prepare(task, source);
    }

    awaitable<Result<void>> give_up_on(messages::Reason reason) {
        services_.metrics
            .counter("callvault_unplayable_total", "Recordings that no playable form could be made of, by reason.",
                     {{"reason", std::string(text(reason))}})
            .add();
        std::vector<catalogue::ObjectRow> none;
        co_return co_await finish(std::move(none), reason);
    }

    awaitable<Result<void>> finish(std::vector<catalogue::ObjectRow> made, std::optional<messages::Reason> reason) {
        Entry entry(services_.clock.now(), {storage::audit::ActorKind::kJob, {}, {}}, Action::kRecordingPrepare,
                    reason ? Outcome::kFailed : Outcome::kDone);
        entry.recording(log_id_);
        if (reason) entry.reason(Word::of(*reason));
        catalogue::PreparedRecording prepared;
        prepared.media = to_json(media_);
        if (reason) {
            prepared.unplayable = text(*reason);
            prepared.park = messages::may_pass(*reason);
        }
        if (const auto duration = media_.duration_ms()) prepared.duration_ms = static_cast<std::int64_t>(*duration);
        prepared.renditions = std::move(made);
        prepared.entry = entry_bytes(entry);
        const catalogue::UploadAge age{begun_, services_.upload_lease / 2};
        const auto written =
            co_await services_.catalogue.recordings().prepared(job_, prepared, age, services_.deadline());
        CALLVAULT_CRASH_POINT("prepare.committed");
        // In doubt, the objects may belong to the recording: the sweeper finds out.
        if (written.has_error() && written.error().code == Code::kInDoubt) co_return Result<void>{};
        gone_ = written.has_error() && written.error().code == Code::kNotFound;
        co_return written;
    }

    Services& services_;
    media::Workers& workers_;
    const catalogue::ClaimedJob& job_;
    const PrepareRecording::Keep& keep_;
    const std::chrono::steady_clock::time_point begun_;
    std::optional<messages::Reason> worker_failed_;
    bool gone_ = false;  ///< Purged under our hands.
    catalogue::RecordingFacts stored_;
    MediaFacts media_;
    policy::LogId log_id_;
};

}  // namespace

awaitable<Result<std::optional<messages::Reason>>> PrepareRecording::run(const catalogue::ClaimedJob& job, Keep keep) {
    Preparing preparing(services_, workers_, job, keep);
    const auto done = co_await preparing.run();
    // Purged under our hands: the statement has taken the job, and the renditions were given up.
    if (done.has_error() && !preparing.gone()) co_return done.error();
    co_return preparing.worker_failed();
}

}  // namespace gateway::recordings
