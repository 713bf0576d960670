#include "gateway/media/conversation.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <string_view>
#include <utility>

#include "storage/crypto/secret.hpp"
#include "transcode/measure/outline.hpp"

namespace gateway::media {

namespace asio = boost::asio;
using asio::awaitable;
using messages::Header;
using messages::Kind;
using messages::Reason;
using policy::Result;

awaitable<bool> Conversation::send_job() {
    messages::Job job;
    job.input = task_.input;
    job.file_in_bytes = source_.size_in_bytes();
    job.rendition = task_.rendition != nullptr;
    job.channels = task_.channels;
    job.rate_hz = task_.rate_hz;
    const auto bytes = messages::encode(job);
    boost::system::error_code failed;
    co_await asio::async_write(socket_, asio::buffer(bytes), asio::redirect_error(asio::use_awaitable, failed));
    co_return !failed;
}

/// The next message; its payload goes into payload_. False: there is none that could be one.
awaitable<bool> Conversation::receive(Header& header) {
    messages::HeaderBytes bytes{};
    boost::system::error_code failed;
    co_await asio::async_read(socket_, asio::buffer(bytes), asio::redirect_error(asio::use_awaitable, failed));
    if (failed) co_return false;
    const auto decoded = messages::decode_header(bytes);
    // A kind that only we may say is answered as one that does not fit.
    header = decoded ? *decoded : Header{Kind::kJob, 0, 0, 0};
    payload_.resize(header.payload_in_bytes);
    if (payload_.empty()) co_return true;
    co_await asio::async_read(socket_, asio::buffer(payload_), asio::redirect_error(asio::use_awaitable, failed));
    co_return !failed;
}

awaitable<Result<std::optional<Outcome>>> Conversation::run() {
    if (!co_await send_job()) co_return std::optional<Outcome>();
    while (true) {
        Header header;
        if (!co_await receive(header)) co_return std::optional<Outcome>();
        auto step = co_await answer(header);
        if (step.has_error()) co_return step.error();
        if (*step) co_return std::move((*step)->outcome);
    }
}

namespace {

std::optional<Outcome> misspoke() {
    return Outcome(Unplayable{Reason::kWorkerMisspoke});
}

}  // namespace

awaitable<Conversation::Step> Conversation::answer(Header header) {
    switch (header.kind) {
        case Kind::kRead:
            co_return co_await give_bytes(header);
        case Kind::kFacts:
            co_return take_facts(header);
        case Kind::kOutline:
            co_return take_outline();
        case Kind::kRendition:
            co_return co_await take_rendition();
        case Kind::kDone:
        case Kind::kFailed:
            co_return take_end(header);
        case Kind::kJob:
        case Kind::kBytes:
            break;
    }
    co_return End{misspoke()};
}

awaitable<Conversation::Step> Conversation::give_bytes(Header header) {
    if (heard_ != Heard::kNothing || header.payload_in_bytes != 0 || header.second == 0 ||
        header.second > messages::kMaxPayloadInBytes)
        co_return End{misspoke()};
    std::span<const std::byte> bytes;
    if (header.first < source_.size_in_bytes()) {
        const auto read = co_await source_.read(header.first, static_cast<std::size_t>(header.second));
        if (read.has_error()) co_return read.error();
        bytes = *read;
    }
    const auto head = messages::encode(Header{Kind::kBytes, static_cast<std::uint32_t>(bytes.size()), header.first, 0});
    const std::array<asio::const_buffer, 2> both{asio::buffer(head), asio::buffer(bytes.data(), bytes.size())};
    boost::system::error_code failed;
    co_await asio::async_write(socket_, both, asio::redirect_error(asio::use_awaitable, failed));
    if (failed) co_return End{std::nullopt};
    co_return std::nullopt;
}

Conversation::Step Conversation::take_facts(const Header& header) {
    if (heard_ != Heard::kNothing) return End{misspoke()};
    auto facts = messages::decode_facts(header.first, payload_);
    if (facts.has_error()) return End{misspoke()};
    prepared_.facts = std::move(*facts);
    heard_ = Heard::kFacts;
    return std::nullopt;
}

Conversation::Step Conversation::take_outline() {
    const bool in_turn = heard_ == Heard::kFacts || heard_ == Heard::kOutline;
    if (!in_turn || payload_.empty() || prepared_.outline.size() + payload_.size() > measure::kMaxOutlineInBytes)
        return End{misspoke()};
    prepared_.outline.insert(prepared_.outline.end(), payload_.begin(), payload_.end());
    heard_ = Heard::kOutline;
    return std::nullopt;
}

awaitable<Conversation::Step> Conversation::take_rendition() {
    const bool in_turn = heard_ == Heard::kOutline || heard_ == Heard::kRendition;
    if (!in_turn || payload_.empty() || task_.rendition == nullptr) co_return End{misspoke()};
    if (heard_ == Heard::kOutline && (!fits() || !begins_like_a_rendition())) co_return End{misspoke()};
    rendition_in_bytes_ += payload_.size();
    if (rendition_in_bytes_ > messages::kMaxRenditionInBytes) co_return End{misspoke()};
    const auto written = co_await task_.rendition->write(payload_);
    if (written.has_error()) co_return written.error();
    heard_ = Heard::kRendition;
    co_return std::nullopt;
}

Conversation::Step Conversation::take_end(const Header& header) {
    if (!payload_.empty()) return End{misspoke()};
    if (header.kind == Kind::kFailed) {
        if (header.first == 0 || header.first > messages::kLastSaid) return End{misspoke()};
        return End{Outcome(Unplayable{static_cast<Reason>(header.first)})};
    }
    const auto last = task_.rendition != nullptr ? Heard::kRendition : Heard::kOutline;
    if (heard_ != last || (heard_ == Heard::kOutline && !fits())) return End{misspoke()};
    return End{Outcome(std::move(prepared_))};
}

/// Whether the outline is one, and that of the facts.
bool Conversation::fits() const {
    if (measure::check_outline(prepared_.outline).has_error()) return false;
    const auto parts = measure::read_outline(prepared_.outline, prepared_.outline.size());
    if (parts.has_error()) return false;
    const auto& facts = prepared_.facts;
    const auto points = (facts.frames + parts->samples_per_point - 1) / parts->samples_per_point;
    return parts->channels == facts.channels.size() && parts->rate_hz == facts.rate_hz &&
           parts->samples_per_point == measure::samples_per_point(facts.rate_hz) && parts->points == points;
}

/// Whether the payload is the start of an .m4a whose index comes first; notes how long that is. Each box of it begins
/// with its size and its name.
bool Conversation::begins_like_a_rendition() {
    const auto box = [this](std::uint64_t at, std::string_view name) -> std::optional<std::uint64_t> {
        if (at + 8 > payload_.size()) return std::nullopt;
        std::uint64_t size = 0;
        for (std::size_t i = 0; i < 4; ++i) size = size << 8U | std::to_integer<std::uint64_t>(payload_[at + i]);
        for (std::size_t i = 0; i < 4; ++i) {
            if (std::to_integer<char>(payload_[at + 4 + i]) != name[i]) return std::nullopt;
        }
        return size >= 8 ? std::optional(size) : std::nullopt;
    };
    const auto type = box(0, "ftyp");
    const auto index = type ? box(*type, "moov") : std::nullopt;
    if (!index) return false;
    prepared_.index_in_bytes = *type + *index;
    return true;
}

Conversation::~Conversation() {
    storage::crypto::zero(payload_);
    storage::crypto::zero(prepared_.outline);
}

}  // namespace gateway::media
