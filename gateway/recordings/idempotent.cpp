#include "gateway/recordings/idempotent.hpp"

#include <algorithm>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "gateway/recordings/caller.hpp"
#include "storage/crypto/length_prefixed.hpp"
#include "storage/crypto/sha256.hpp"

namespace gateway::recordings {

using boost::asio::awaitable;
using policy::Result;
using storage::keys::KeyPurpose;
namespace catalogue = storage::catalogue;
namespace crypto = storage::crypto;

namespace {

constexpr std::size_t kMaxBodyInBytes = std::size_t{64} * 1024;
constexpr std::size_t kMaxKeyInBytes = 128;

bool well_formed(std::string_view key) {
    const auto printable = [](char c) { return c >= '!' && c <= '~'; };
    return !key.empty() && key.size() <= kMaxKeyInBytes && std::ranges::all_of(key, printable);
}

std::string text_of(const crypto::LengthPrefixed& fields) {
    const auto& bytes = fields.bytes();
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// All that makes it this request: the body by its digest, as a field of a MAC's input is short.
std::string request_text(const http::Request& request, std::string_view body) {
    crypto::Sha256 hash;
    hash.update(std::as_bytes(std::span(body)));
    const auto digest = hash.finish();
    crypto::LengthPrefixed fields;
    fields.add("idempotent-request").add(http::name_of(request.method())).add(request.path()).add(request.query());
    fields.add(std::span<const std::byte>(digest));
    return text_of(fields);
}

http::Response problem(const http::Request& request, unsigned status, std::string code, std::string title,
                       std::string detail) {
    http::Problem out;
    out.status = status;
    out.code = std::move(code);
    out.title = std::move(title);
    out.detail = std::move(detail);
    return http::problem_response(request.id(), std::move(out));
}

http::Response replayed(catalogue::KeptAnswer kept) {
    auto response = http::json_response(static_cast<unsigned>(kept.status), std::move(kept.body));
    if (!kept.location.empty()) response.headers.push_back({"Location", std::move(kept.location)});
    return response;
}

std::optional<catalogue::KeptAnswer> to_keep(const http::Response& response) {
    const auto* body = std::get_if<std::string>(&response.body);
    if (body == nullptr || response.status < 200 || response.status > 299) return std::nullopt;
    const auto* location = response.header("Location");
    return catalogue::KeptAnswer{static_cast<std::int32_t>(response.status), location ? *location : "", *body};
}

class Idempotent {
  public:
    Idempotent(Services& services, http::Handler handler) : services_(services), handler_(std::move(handler)) {}

    awaitable<http::Response> handle(http::Request& request) {
        const auto key = request.header("idempotency-key");
        if (!key) co_return co_await handler_(request);
        if (!well_formed(*key)) {
            co_return problem(request, 400, "malformed-request", "Malformed request",
                              "Send an Idempotency-Key of 1 to 128 printable ASCII characters without spaces.");
        }
        auto caller = co_await identify(services_, request);
        if (auto* response = std::get_if<http::Response>(&caller)) co_return std::move(*response);
        auto body = co_await request.body().read_all(kMaxBodyInBytes);
        if (body.has_error()) co_return http::problem_response(request.id(), body.error());
        auto keyed = co_await keyed_request(request, std::get<auth::Principal>(caller), *body);
        if (keyed.has_error()) co_return failed(services_, request, keyed.error());
        request.set_body_read(std::move(*body));
        auto outcome =
            co_await services_.catalogue.idempotency().begin(*keyed, kKeyLease, kKeyLife, services_.deadline());
        if (outcome.has_error()) co_return failed(services_, request, outcome.error());
        if (auto* kept = std::get_if<catalogue::KeptAnswer>(&*outcome)) co_return replayed(std::move(*kept));
        if (std::holds_alternative<catalogue::OtherRequest>(*outcome)) {
            co_return problem(request, 422, "idempotency-key-reused", "The Idempotency-Key was used before",
                              "This key came with another request: send each request under a key of its own.");
        }
        if (std::holds_alternative<catalogue::StillRunning>(*outcome)) {
            co_return problem(request, 409, "still-running", "The first request still runs",
                              "The first request under this Idempotency-Key has not ended: ask again in a while.");
        }
        request.set_made_id(std::get<catalogue::RunIt>(*outcome).made_id);
        co_return co_await run(request, *keyed);
    }

  private:
    awaitable<Result<catalogue::KeyedRequest>> keyed_request(const http::Request& request,
                                                             const auth::Principal& principal, std::string_view body) {
        catalogue::KeyedRequest out;
        crypto::LengthPrefixed fields;
        fields.add("idempotency-key").add(principal.subject.pseudonym).add(*request.header("idempotency-key"));
        const auto key = co_await services_.keys.mac(KeyPurpose::kSession, text_of(fields), services_.deadline());
        if (key.has_error()) co_return key.error();
        const auto same =
            co_await services_.keys.mac(KeyPurpose::kSession, request_text(request, body), services_.deadline());
        if (same.has_error()) co_return same.error();
        out.key = *key;
        out.request = *same;
        out.made_id = crypto::random_id<policy::RequestId>();
        out.token = crypto::random_id<policy::RequestId>();
        co_return out;
    }

    awaitable<http::Response> run(http::Request& request, catalogue::KeyedRequest keyed) {
        http::Response response;
        std::exception_ptr thrown;
        try {
            response = co_await handler_(request);
        } catch (...) {
            thrown = std::current_exception();
            response.status = 500;
        }
        const auto ended = co_await end(keyed, response);
        // The answer stands all the same: what it says is durable, and a repeat makes the same thing.
        if (ended.has_error()) {
            services_.log.warning("idempotency.not_kept",
                                  {{"request_id", request.id().text()}, {"what", ended.error().what}});
        }
        if (thrown) std::rethrow_exception(thrown);
        co_return response;
    }

    awaitable<Result<void>> end(const catalogue::KeyedRequest& keyed, const http::Response& response) {
        auto& kept = services_.catalogue.idempotency();
        if (auto answer = to_keep(response)) {
            co_return co_await kept.finish(keyed.key, keyed.token, *answer, services_.deadline());
        }
        if (response.status >= 500) co_return co_await kept.yield(keyed.key, keyed.token, services_.deadline());
        co_return co_await kept.abandon(keyed.key, keyed.token, services_.deadline());
    }

    Services& services_;
    http::Handler handler_;
};

}  // namespace

http::Handler idempotent(Services& services, http::Handler handler) {
    auto mind = std::make_shared<Idempotent>(services, std::move(handler));
    return [mind = std::move(mind)](http::Request& request) { return mind->handle(request); };
}

}  // namespace gateway::recordings
