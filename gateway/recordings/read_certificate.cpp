#include "gateway/recordings/read_certificate.hpp"

#include <utility>

#include "gateway/recordings/admission.hpp"
#include "gateway/recordings/caller.hpp"
#include "storage/objects/object_name.hpp"
#include "storage/objects/whole_object.hpp"

namespace gateway::recordings {

using boost::asio::awaitable;
using policy::Code;
using policy::fail;
using policy::Result;
using storage::audit::Action;
namespace objects = storage::objects;

namespace {

constexpr std::size_t kMaxCertificateInBytes = std::size_t{1} << 20U;

http::Response pending() {
    auto response = http::json_response(202, R"({"state":"pending"})");
    response.headers.push_back({"Retry-After", "2"});
    return response;
}

}  // namespace

awaitable<Result<ReadCertificate::Found>> ReadCertificate::look_up(policy::RecordingId id) {
    const auto bytes = co_await objects::get(services_.objects, objects::deletion_certificate(id),
                                             kMaxCertificateInBytes, services_.deadline());
    if (bytes.has_value()) {
        co_return Found{State::kMade, std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size())};
    }
    if (bytes.error().code != Code::kNotFound) co_return bytes.error();
    const auto tombstone = co_await services_.catalogue.recordings().tombstone(id, services_.deadline());
    if (tombstone.has_value()) co_return Found{State::kPending, {}};
    if (tombstone.error().code != Code::kNotFound) co_return tombstone.error();
    const auto facts = co_await services_.catalogue.recordings().facts(id, services_.deadline());
    if (facts.has_value()) co_return Found{facts->access.state == "purging" ? State::kPending : State::kNone, {}};
    if (facts.error().code != Code::kNotFound) co_return facts.error();
    co_return Found{};
}

awaitable<http::Response> ReadCertificate::handle(http::Request& request) {
    auto caller = co_await admit_caller(services_, request, policy::Action::kSeeCertificate, Action::kCertificateRead);
    if (auto* response = std::get_if<http::Response>(&caller)) co_return std::move(*response);
    const auto& principal = std::get<Admitted>(caller).principal;
    const auto id = policy::RecordingId::parse(request.param("id"));
    if (!id) co_return http::problem_response(request.id(), fail(Code::kNotFound, ""));
    auto found = co_await look_up(*id);
    if (found.has_error()) co_return failed(services_, request, found.error());

    auto entry = permitted_entry(services_, principal, Action::kCertificateRead);
    // The id names the certificate and nothing that still lives; an id that was guessed stays out of the log.
    if (found->state != State::kNone) entry.ref("certificate", *id);
    if (found->state == State::kPending) entry.reason("pending");
    if (found->state == State::kNone) entry.reason("not_found");
    const auto recorded = co_await record(services_, std::move(entry));
    if (recorded.has_error()) co_return failed(services_, request, recorded.error());
    switch (found->state) {
        case State::kMade:
            co_return http::text_response(200, "text/plain; charset=utf-8", std::move(found->text));
        case State::kPending:
            co_return pending();
        case State::kNone:
            break;
    }
    co_return http::problem_response(request.id(), fail(Code::kNotFound, ""));
}

}  // namespace gateway::recordings
