#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/http/body.hpp"
#include "gateway/http/method.hpp"
#include "gateway/http/peer.hpp"
#include "gateway/http/request_head.hpp"
#include "policy/ids.hpp"

namespace gateway::http {

/// One request, as its handler sees it.
///
/// Thread safety: none; belongs to the connection's loop.
/// Lifetime:      the session keeps it until the response has been sent and its BodySource destroyed, so a handler, and
///                a BodySource it returns, may keep references and views into it.
class Request {
  public:
    /// `peer` and `body` must outlive the request. Tests build one with tests/support/http_request.hpp.
    Request(policy::RequestId id, RequestHead head, const Peer& peer, Body& body);
    Request(const Request&) = delete;
    Request& operator=(const Request&) = delete;

    const policy::RequestId& id() const { return id_; }
    Method method() const { return head_.method; }
    std::string_view path() const { return head_.path; }

    /// The text after '?', undecoded; empty without one. Never log it.
    std::string_view query() const { return head_.query; }

    /// The decoded value of the first query parameter of that name; "" for a name without a value (`?dry_run`); nothing
    /// when it is absent or badly escaped.
    std::optional<std::string> query_parameter(std::string_view name) const;

    /// What a header field holds (first field of that name, any case), see RequestHead::field.
    std::optional<std::string_view> header(std::string_view name) const { return head_.field(name); }
    const std::vector<Field>& headers() const { return head_.fields; }

    /// The path segment that stood for `{name}` in the route's pattern, as sent. Empty when the route has none such.
    std::string_view param(std::string_view name) const;

    const Peer& peer() const { return peer_; }
    Body& body() { return read_before_ ? *read_before_ : body_; }
    /// For who has read the body and passes the request on: from now on body() gives this text.
    void set_body_read(std::string text);

    /// What an act of this request names its thing with when it is told to (Idempotency-Key): the second try of a
    /// request whose first was lost makes the same thing, not another. Nothing: each try makes its own.
    const std::optional<policy::RequestId>& made_id() const { return made_id_; }
    void set_made_id(const policy::RequestId& id) { made_id_ = id; }

    /// Who the caller turned out to be, as a pseudonym: goes into the access line. Set by whoever authenticates.
    void set_actor(std::string pseudonym) { actor_ = std::move(pseudonym); }
    const std::string& actor() const { return actor_; }

    /// Set by the router.
    void set_params(std::vector<std::pair<std::string_view, std::string_view>> params) { params_ = std::move(params); }

  private:
    policy::RequestId id_;
    RequestHead head_;
    const Peer& peer_;
    Body& body_;
    std::unique_ptr<Body> read_before_;
    std::optional<policy::RequestId> made_id_;
    std::string actor_;
    std::vector<std::pair<std::string_view, std::string_view>> params_;
};

}  // namespace gateway::http
