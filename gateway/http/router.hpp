#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "gateway/http/method.hpp"
#include "gateway/http/request.hpp"
#include "gateway/http/response.hpp"

namespace gateway::http {

/// Answers one request. The request outlives the returned awaitable and the response. An exception becomes a 500 with
/// the request id and nothing else; it is logged with its text.
using Handler = std::function<boost::asio::awaitable<Response>(Request&)>;

struct RouteOptions {
    std::string name;  ///< For metrics and the access line ("plays.audio"); letters, digits, . _ only.
    std::uint64_t max_body_bytes = std::uint64_t{64} * 1024;  ///< Past it: 413, before or while the body is read.
    bool access_line = true;                                  ///< False for probes that would fill the log.
};

struct Route {
    Method method;
    std::string pattern;
    std::vector<std::string> segments;  ///< "{id}" stays as it is; everything else is compared exactly.
    Handler handler;
    RouteOptions options;
};

/// A path and method that no route has.
struct NoRoute {
    std::vector<Method> allowed;  ///< Methods that the path does have; empty: unknown path (404), else 405 with Allow.
};

struct Found {
    const Route* route = nullptr;
    std::vector<std::pair<std::string_view, std::string_view>>
        params;  ///< Names point into the route, values into path.
};

/// The routes of a server. Filled first, then only read.
/// Thread safety: match() from any thread once add() is over.
class Router {
  public:
    /// `pattern` starts with '/'; a segment "{name}" matches any one non-empty segment, and a last one "{name...}"
    /// the rest of the path, one segment or more. A literal segment wins over a parameter. Throws std::invalid_argument
    /// for a pattern or method that is taken, or a name that is empty.
    void add(Method method, std::string_view pattern, Handler handler, RouteOptions options);

    /// A HEAD without a route of its own finds the GET route: the session then sends no body and never reads the
    /// source.
    std::variant<Found, NoRoute> match(Method method, std::string_view path) const;

    const std::vector<Route>& routes() const { return routes_; }

  private:
    std::vector<Route> routes_;
};

}  // namespace gateway::http
