#include "gateway/recordings/push_attempt.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "gateway/recordings/caller.hpp"
#include "gateway/recordings/counted_on.hpp"
#include "gateway/recordings/prepare_job.hpp"
#include "gateway/recordings/receipt.hpp"
#include "gateway/recordings/reference.hpp"
#include "gateway/recordings/sealed_file.hpp"
#include "gateway/recordings/search_tokens.hpp"
#include "gateway/recordings/stored_recording.hpp"
#include "storage/async/crash_point.hpp"
#include "storage/crypto/random.hpp"
#include "storage/keys/recording_secret.hpp"

namespace gateway::recordings {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;
using policy::FaultCode;
using policy::Result;
using storage::audit::Action;
using storage::audit::Entry;
using storage::audit::Outcome;
using storage::audit::Word;
using storage::keys::KeyPurpose;
namespace catalogue = storage::catalogue;
namespace crypto = storage::crypto;
namespace objects = storage::objects;

namespace {

bool only_retention_over(const std::vector<policy::Fault>& faults) {
    return std::ranges::all_of(faults,
                               [](const policy::Fault& fault) { return fault.code == FaultCode::kRetentionOver; });
}

}  // namespace

PushAttempt::PushAttempt(Services& services, http::Request& request, auth::Principal principal)
    : services_(services),
      request_(request),
      principal_(std::move(principal)),
      rules_(services.rules.current()),
      begun_(std::chrono::steady_clock::now()),
      received_at_(services.clock.now()) {}

http::Response PushAttempt::problem(unsigned status, std::string code, std::string title, std::string detail) const {
    http::Problem out;
    out.status = status;
    out.code = std::move(code);
    out.title = std::move(title);
    out.detail = std::move(detail);
    return http::problem_response(request_.id(), std::move(out));
}

/// A denial of a known subject stands in the log before it is answered.
awaitable<http::Response> PushAttempt::deny(Word reason, http::Response response) {
    Entry entry(services_.clock.now(), actor_of(principal_), Action::kRecordingPush, Outcome::kDeny);
    entry.reason(reason);
    const auto recorded = co_await record(services_, std::move(entry));
    if (recorded.has_error()) co_return failed(services_, request_, recorded.error());
    co_return response;
}

/// A failure while the body was read: the server answers framing, size and rate itself; a malformed multipart is ours.
http::Response PushAttempt::broken_body(const policy::Error& error) {
    if (error.code == Code::kInvalid) return problem(400, "malformed-request", "Malformed request", error.what + ".");
    if (error.code == Code::kTooLarge) {
        return problem(413, "too-large", "Too large", "Send at most " + std::to_string(max_bytes_) + " bytes.");
    }
    return http::problem_response(request_.id(), error);
}

awaitable<http::Response> PushAttempt::run() {
    if (auto done = co_await read_metadata_part()) co_return std::move(*done);
    // Before the rules of today: what was stored once is answered the same for ever.
    if (!only_validates() && metadata_->claim.recording_ref) {
        if (auto done = co_await look_up()) co_return std::move(*done);
    }
    if (auto done = co_await admit()) co_return std::move(*done);
    if (auto done = co_await receive()) co_return std::move(*done);
    co_return co_await commit();
}

bool PushAttempt::only_validates() const {
    return request_.query_parameter("validate") == "only";
}

PushAttempt::Step PushAttempt::read_metadata_part() {
    allowance_ = rules_->allowance(*principal_.sender);
    if (allowance_ == nullptr) {
        auto response = http::problem_response(request_.id(), fail(Code::kDenied, ""));
        co_return co_await deny("sender_unknown", std::move(response));
    }
    max_bytes_ = std::min(allowance_->max_bytes, services_.max_recording_bytes);
    auto digests = AnnouncedDigests::of(request_);
    if (digests.has_error()) {
        co_return problem(400, "malformed-request", "Malformed request",
                          "Send digests as RFC 9530 has them: sha-256=:<base64>:, or sha-512.");
    }
    digests_.emplace(std::move(*digests));
    const auto type = std::string(request_.header("content-type").value_or(""));
    if (request_.method() == http::Method::kPut) {
        body_.emplace(request_);
        metadata_ = read_metadata_header(request_.header("callvault-metadata").value_or(""));
        const auto declared = declared_shape(type);
        if (const auto* wrong = std::get_if<AudioRefusal>(&declared))
            co_return problem(422, "audio-refused", "The audio was refused", wrong->sentence);
        if (const auto* raw = std::get_if<RawShape>(&declared)) raw_ = *raw;
        co_return std::nullopt;
    }
    const auto boundary = MultipartReader::boundary_of(type);
    if (!boundary) {
        co_return problem(415, "unsupported-media-type", "Unsupported media type",
                          "POST multipart/form-data or multipart/mixed with a boundary, or PUT the audio itself.");
    }
    body_.emplace(request_, *boundary);
    auto text = co_await body_->metadata(kMaxMetadataPartInBytes);
    if (text.has_error()) co_return broken_body(text.error());
    metadata_ = read_metadata(*text);
    co_return std::nullopt;
}

PushAttempt::Step PushAttempt::admit() {
    const auto& claim = metadata_->claim;
    const policy::When when{received_at_, services_.today(),
                            claim.started_at ? services_.clock.local_date(*claim.started_at) : services_.today()};
    auto decided = policy::admit(claim, std::move(metadata_->faults), *allowance_, rules_->deployment, when);
    if (const auto* faults = std::get_if<std::vector<policy::Fault>>(&decided)) {
        const bool over = only_retention_over(*faults);
        auto response = refused(request_, over ? "retention-over" : "metadata-refused",
                                over ? "This call must not be kept any more" : "The metadata was refused", *faults);
        co_return co_await deny(Word::of(faults->front().code), std::move(response));
    }
    admission_ = std::get<policy::Admission>(std::move(decided));
    if (only_validates()) {
        boost::json::object out{
            {"admitted", true}, {"purge_date", policy::text(admission_.purge_date)}, {"profile", admission_.profile}};
        out["rule"] = boost::json::object{{"id", admission_.rule_id}, {"text", admission_.rule}};
        co_return http::json_response(200, boost::json::serialize(out));
    }
    co_return std::nullopt;
}

/// What stands under the reference already: asked before the body is read.
PushAttempt::Step PushAttempt::look_up() {
    auto text = reference_text(*principal_.sender, *metadata_->claim.recording_ref);
    const auto mac = co_await services_.keys.mac(KeyPurpose::kTombstone, std::move(text), services_.deadline());
    if (mac.has_error()) co_return failed(services_, request_, mac.error());
    ref_mac_ = *mac;
    const auto found = co_await services_.catalogue.recordings().find_reference(ref_mac_, services_.deadline());
    if (found.has_error()) co_return failed(services_, request_, found.error());
    const auto length = body_->length();
    if (length && *length > max_bytes_) co_return broken_body(fail(Code::kTooLarge, ""));
    const auto* known = std::get_if<catalogue::KnownReference>(&*found);
    if (std::holds_alternative<catalogue::Tombstone>(*found) || (known != nullptr && known->state != "live")) {
        auto response = problem(410, "gone", "Gone", "This recording was stored and destroyed: do not send it again.");
        co_return co_await deny("gone", std::move(response));
    }
    if (known != nullptr) co_return co_await compare_with_known(*known);
    co_return std::nullopt;
}

/// Receives, looks at, hashes and seals the audio, in one pass over the bytes while they are in the cache.
PushAttempt::Step PushAttempt::receive() {
    const auto allowed = services_.residency.may_store();
    if (allowed.has_error()) co_return failed(services_, request_, allowed.error());
    const auto key = co_await services_.keys.day_key(admission_.purge_date, services_.deadline());
    if (key.has_error() && key.error().code == Code::kGone) {
        std::vector<policy::Fault> faults;
        faults.push_back({FaultCode::kRetentionOver, "/started_at", "The purge of its day has begun: do not send it."});
        auto response = refused(request_, "retention-over", "This call must not be kept any more", faults);
        co_return co_await deny(Word::of(FaultCode::kRetentionOver), std::move(response));
    }
    if (key.has_error()) co_return failed(services_, request_, key.error());
    const auto epoch = co_await services_.keys.epoch(services_.deadline());
    if (epoch.has_error()) co_return failed(services_, request_, epoch.error());
    day_key_ = *key;
    epoch_ = *epoch;
    id_ = crypto::random_id<policy::RecordingId>();
    data_key_.emplace(crypto::Key256::random());

    crypto::Sealer sealer(*data_key_, seal_context(id_, renditions::kOriginal));
    auto name = objects::recording_object(admission_.purge_date, id_, crypto::random_id<policy::AttemptId>());
    // Before the body is asked for: a client that waits for 100 Continue then learns that there is no room for it now.
    const SealedUpload::Deadlines deadlines{services_.deadline(), begun_ + services_.upload_lease / 2};
    auto begun = co_await SealedUpload::begin(services_.objects, services_.memory, std::move(name), std::move(sealer),
                                              body_->length(), deadlines);
    if (begun.has_error()) co_return failed(services_, request_, begun.error());
    upload_ = std::move(*begun);

    AudioIntake intake(metadata_->claim, body_->length(), raw_);
    std::uint64_t received = 0;
    while (true) {
        const auto piece = co_await body_->next();
        if (piece.has_error()) {
            co_await upload_->abort();
            co_return broken_body(piece.error());
        }
        if (piece->empty()) break;
        received += piece->size();
        if (received > max_bytes_) {
            co_await upload_->abort();
            co_return broken_body(fail(Code::kTooLarge, ""));
        }
        if (const auto refusal = intake.take(*piece)) co_return co_await refuse_audio(*refusal);
        digests_->update(*piece);
        const auto written = co_await upload_->write(*piece);
        if (written.has_error()) {
            co_await upload_->abort();
            co_return failed(services_, request_, written.error());
        }
    }
    auto facts = intake.finish(admission_.channels);
    if (const auto* refusal = std::get_if<AudioRefusal>(&facts)) co_return co_await refuse_audio(*refusal);
    media_ = std::get<MediaFacts>(std::move(facts));
    fields_.digest = digests_->finish();
    if (auto wrong = co_await check_digest()) {
        co_await upload_->abort();
        co_return wrong;
    }
    co_return std::nullopt;
}

PushAttempt::Step PushAttempt::refuse_audio(const AudioRefusal& refusal) {
    co_await upload_->abort();
    if (refusal.unsupported) {
        auto response = problem(415, "unsupported-audio", "Unsupported audio", refusal.sentence);
        co_return co_await deny("unsupported_audio", std::move(response));
    }
    if (!refusal.faults.empty()) {
        auto response = refused(request_, "metadata-refused", "The metadata does not fit the audio", refusal.faults);
        co_return co_await deny("metadata_against_audio", std::move(response));
    }
    auto response = problem(422, "audio-refused", "The audio was refused", refusal.sentence);
    co_return co_await deny("audio_refused", std::move(response));
}

PushAttempt::Step PushAttempt::check_digest() {
    if (digests_->match()) co_return std::nullopt;
    auto response = problem(422, "digest-mismatch", "The bytes do not have the announced digest",
                            "The bytes were damaged on the way, or the digest is another file's: send again.");
    co_return co_await deny("digest_mismatch", std::move(response));
}

awaitable<Result<catalogue::Mac>> PushAttempt::content_mac() {
    std::string text = "content" + std::string(1, '\0') +
                       std::string(reinterpret_cast<const char*>(fields_.digest.data()), fields_.digest.size());
    co_return co_await services_.keys.mac(KeyPurpose::kTombstone, std::move(text), services_.deadline());
}

/// A repeat: the body is hashed and compared, nothing is stored.
awaitable<http::Response> PushAttempt::compare_with_known(catalogue::KnownReference known) {
    std::uint64_t received = 0;
    while (true) {
        const auto piece = co_await body_->next();
        if (piece.has_error()) co_return broken_body(piece.error());
        if (piece->empty()) break;
        received += piece->size();
        if (received > max_bytes_) co_return broken_body(fail(Code::kTooLarge, ""));
        digests_->update(*piece);
    }
    fields_.digest = digests_->finish();
    if (auto wrong = co_await check_digest()) co_return std::move(*wrong);
    const auto mac = co_await content_mac();
    if (mac.has_error()) co_return failed(services_, request_, mac.error());
    if (*mac != known.content_mac) co_return co_await other_bytes(known.id);
    co_return co_await answer_from_stored(known.id);
}

/// The catalogue holds the hash of audio only as an HMAC, and the reference too: neither can be looked up by guessing.
awaitable<http::Response> PushAttempt::other_bytes(policy::RecordingId id) {
    static_cast<void>(id);
    services_.log.warning("push.other_bytes", {{"request_id", request_.id().text()}, {"sender", *principal_.sender}});
    services_.metrics.counter("callvault_push_other_bytes_total", "Pushes of other bytes under a known reference.")
        .add();
    auto response =
        problem(409, "other-bytes", "Other bytes stand under this reference",
                "This recording_ref was stored with other bytes: give the new recording a reference of its own.");
    co_return co_await deny("other_bytes", std::move(response));
}

/// The receipt of what is stored: the same for the first answer and for every repeat.
awaitable<http::Response> PushAttempt::answer_from_stored(policy::RecordingId id) {
    auto facts = co_await services_.catalogue.recordings().facts(id, services_.deadline());
    if (facts.has_error()) {
        if (facts.error().code != Code::kNotFound) co_return failed(services_, request_, facts.error());
        auto response = problem(410, "gone", "Gone", "This recording was stored and destroyed: do not send it again.");
        co_return co_await deny("gone", std::move(response));
    }
    const auto fields = co_await open_fields(services_, *facts);
    if (fields.has_error()) co_return failed(services_, request_, fields.error());
    Entry entry(services_.clock.now(), actor_of(principal_), Action::kRecordingRepeat, Outcome::kDone);
    entry.recording(fields->log_id);
    const auto recorded = co_await record(services_, std::move(entry));
    if (recorded.has_error()) co_return failed(services_, request_, recorded.error());
    auto receipt = receipt_json(facts->row, *fields);
    if (receipt.has_error()) co_return failed(services_, request_, receipt.error());
    auto response = http::json_response(201, std::move(*receipt));
    response.headers.push_back({"Location", "/v1/recordings/" + id.text()});
    co_return response;
}

catalogue::RecordingRow PushAttempt::row() const {
    const auto& claim = metadata_->claim;
    catalogue::RecordingRow row;
    row.id = id_;
    row.sender = *principal_.sender;
    row.purge_date = admission_.purge_date;
    row.kept_until = admission_.keep_until;
    row.started_at = *claim.started_at;
    row.received_at = received_at_;
    if (const auto duration = media_->duration_ms()) row.duration_ms = static_cast<std::int64_t>(*duration);
    row.direction = claim.direction.value_or("");
    row.team = claim.team->id.value_or("");
    if (claim.agent) row.agent = claim.agent->id.value_or("");
    if (claim.queue) row.queue = claim.queue->id.value_or("");
    row.basis = policy::text(admission_.basis);
    for (const auto purpose : admission_.purposes) row.purposes.emplace_back(policy::text(purpose));
    row.profile = admission_.profile;
    row.rule_id = admission_.rule_id;
    row.retention_class = admission_.retention_class.value_or("");
    row.media = to_json(*media_);
    if (!media_->format) row.unplayable = kPreparing;
    row.quarantined = admission_.quarantine.has_value();
    return row;
}

/// Everything that the one statement writes. All vault calls of a push in one visit to the pool.
awaitable<Result<catalogue::NewRecording>> PushAttempt::assemble() {
    fields_.log_id = storage::keys::log_id_of(*data_key_);
    fields_.rule = admission_.rule;
    fields_.claim = metadata_->claim;
    catalogue::NewRecording out;
    out.row = row();
    out.ref_mac = ref_mac_;
    const auto mac = co_await content_mac();
    if (mac.has_error()) co_return mac.error();
    out.content_mac = *mac;
    out.day_key = day_key_;
    const auto place = co_await services_.residency.place(services_.deadline());
    if (place.has_error()) co_return place.error();
    out.objects.push_back({upload_->name().text(), std::string(renditions::kOriginal), 0,
                           static_cast<std::int64_t>(upload_->sealed_bytes()), *place});

    out.jobs.push_back(prepare_job(id_, *media_));

    const storage::keys::SecretPlace keys{id_, admission_.purge_date, day_key_, epoch_.seal};
    auto sealed = co_await services_.vault_pool.run([this, &keys, &out]() -> Result<void> {
        auto& vault = services_.vault;
        const auto fields = encode(fields_);
        auto secret = storage::keys::seal_recording_secret(vault, keys, *data_key_,
                                                           fields.reveal(crypto::InsecureSecretAccess{}));
        if (secret.has_error()) return secret.error();
        out.secret = {epoch_.epoch, std::move(*secret)};
        auto tokens = search_tokens(vault, day_key_, fields_.claim, rules_->deployment.country);
        if (tokens.has_error()) return tokens.error();
        out.tokens = std::move(*tokens);
        return {};
    });
    if (const auto done = counted_on(std::move(sealed)); done.has_error()) co_return done.error();

    Entry entry(services_.clock.now(), actor_of(principal_), Action::kRecordingPush, Outcome::kDone);
    entry.recording(fields_.log_id).date("purge_date", admission_.purge_date);
    entry.number("bytes", static_cast<std::int64_t>(media_->size_in_bytes));
    if (admission_.quarantine) entry.number("quarantined", 1);
    out.entry = entry_bytes(entry);
    co_return out;
}

awaitable<void> PushAttempt::drop_object() {
    const auto removed = co_await services_.objects.remove(upload_->name(), services_.deadline());
    // What stays is found by the sweeper: it belongs to no row.
    if (removed.has_error()) services_.log.warning("push.object_left", {{"what", removed.error().what}});
}

awaitable<http::Response> PushAttempt::commit() {
    auto durable = co_await upload_->commit();
    if (durable.has_error()) co_return failed(services_, request_, durable.error());
    CALLVAULT_CRASH_POINT("push.object_durable");
    auto recording = co_await assemble();
    if (recording.has_error()) {
        co_await drop_object();
        co_return failed(services_, request_, recording.error());
    }
    const catalogue::UploadAge age{begun_, services_.upload_lease / 2};
    auto outcome = co_await services_.catalogue.recordings().push(std::move(*recording), age, services_.deadline());
    CALLVAULT_CRASH_POINT("push.committed");
    if (outcome.has_value() && std::holds_alternative<catalogue::KeyNotOpen>(*outcome)) {
        auto again = co_await assemble_under_next_key();
        if (again.has_value())
            outcome = co_await services_.catalogue.recordings().push(std::move(*again), age, services_.deadline());
    }
    co_return co_await answer(std::move(outcome));
}

/// When another key took over from the day's meanwhile, as when keys move to another vault. kGone: none did.
awaitable<Result<catalogue::NewRecording>> PushAttempt::assemble_under_next_key() {
    services_.keys.forget(admission_.purge_date);
    const auto key = co_await services_.keys.day_key(admission_.purge_date, services_.deadline());
    if (key.has_error()) co_return key.error();
    if (*key == day_key_) co_return fail(Code::kGone, "the day key is closed");
    day_key_ = *key;
    co_return co_await assemble();
}

awaitable<http::Response> PushAttempt::answer(Result<catalogue::PushOutcome> outcome) {
    if (outcome.has_error()) {
        // Unless it is certain that nothing happened the object stays: a retry finds out, the sweeper takes what has no
        // row.
        const auto code = outcome.error().code;
        if (code == Code::kUnavailable || code == Code::kDeadline || code == Code::kOverloaded) co_await drop_object();
        co_return failed(services_, request_, outcome.error());
    }
    if (std::holds_alternative<catalogue::Stored>(*outcome)) {
        auto receipt = receipt_json(row(), fields_);
        if (receipt.has_error()) co_return failed(services_, request_, receipt.error());
        auto response = http::json_response(201, std::move(*receipt));
        response.headers.push_back({"Location", "/v1/recordings/" + id_.text()});
        co_return response;
    }
    co_await drop_object();
    if (const auto* known = std::get_if<catalogue::KnownReference>(&*outcome)) {
        const auto mac = co_await content_mac();
        if (mac.has_error()) co_return failed(services_, request_, mac.error());
        if (*mac != known->content_mac) co_return co_await other_bytes(known->id);
        co_return co_await answer_from_stored(known->id);
    }
    if (std::holds_alternative<catalogue::Tombstone>(*outcome)) {
        auto response = problem(410, "gone", "Gone", "This recording was stored and destroyed: do not send it again.");
        co_return co_await deny("gone", std::move(response));
    }
    services_.keys.forget(admission_.purge_date);
    co_return failed(services_, request_,
                     fail(Code::kUnavailable, "the day key was closed while the recording came in"));
}

}  // namespace gateway::recordings
