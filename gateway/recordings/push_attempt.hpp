#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gateway/auth/principal.hpp"
#include "gateway/http/request.hpp"
#include "gateway/http/response.hpp"
#include "gateway/recordings/announced_digests.hpp"
#include "gateway/recordings/audio_intake.hpp"
#include "gateway/recordings/metadata.hpp"
#include "gateway/recordings/personal_fields.hpp"
#include "gateway/recordings/push_body.hpp"
#include "gateway/recordings/sealed_upload.hpp"
#include "gateway/recordings/services.hpp"
#include "policy/admit.hpp"
#include "storage/audit/entry.hpp"
#include "storage/catalogue/recordings.hpp"

namespace gateway::recordings {

/// One push, from its request to its answer. Each step either goes on or gives the answer that ends it.
class PushAttempt {
  public:
    PushAttempt(Services& services, http::Request& request, auth::Principal principal);

    /// All of it.
    boost::asio::awaitable<http::Response> run();

  private:
    /// No value: go on.
    using Step = boost::asio::awaitable<std::optional<http::Response>>;

    Step read_metadata_part();
    Step admit();
    Step look_up();
    Step receive();
    Step check_digest();
    Step refuse_audio(const AudioRefusal& refusal);
    boost::asio::awaitable<http::Response> compare_with_known(storage::catalogue::KnownReference known);
    boost::asio::awaitable<http::Response> commit();
    boost::asio::awaitable<policy::Result<storage::catalogue::NewRecording>> assemble();
    boost::asio::awaitable<policy::Result<storage::catalogue::NewRecording>> assemble_under_next_key();
    boost::asio::awaitable<http::Response> answer_from_stored(policy::RecordingId id);
    boost::asio::awaitable<http::Response> answer(policy::Result<storage::catalogue::PushOutcome> outcome);
    boost::asio::awaitable<http::Response> other_bytes(policy::RecordingId id);
    boost::asio::awaitable<policy::Result<storage::catalogue::Mac>> content_mac();
    boost::asio::awaitable<void> drop_object();
    boost::asio::awaitable<http::Response> deny(storage::audit::Word reason, http::Response response);
    http::Response problem(unsigned status, std::string code, std::string title, std::string detail) const;
    http::Response broken_body(const policy::Error& error);
    bool only_validates() const;
    storage::catalogue::RecordingRow row() const;

    Services& services_;
    http::Request& request_;
    auth::Principal principal_;
    std::shared_ptr<const Rules> rules_;
    const policy::SenderAllowance* allowance_ = nullptr;  ///< Of rules_.
    std::chrono::steady_clock::time_point begun_;
    policy::Instant received_at_;

    std::optional<AnnouncedDigests> digests_;
    std::optional<PushBody> body_;
    std::optional<ReadMetadata> metadata_;
    policy::Admission admission_;
    std::uint64_t max_bytes_ = 0;
    storage::catalogue::Mac ref_mac_{};

    policy::RecordingId id_;
    policy::KeyId day_key_;
    CurrentEpoch epoch_;
    std::optional<storage::crypto::Key256> data_key_;
    std::unique_ptr<SealedUpload> upload_;
    std::optional<RawShape> raw_;  ///< Of raw samples, as declared.
    std::optional<MediaFacts> media_;
    PersonalFields fields_;
};

}  // namespace gateway::recordings
