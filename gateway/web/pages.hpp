#pragma once

#include <boost/asio/awaitable.hpp>
#include <string_view>

#include "gateway/http/request.hpp"
#include "gateway/http/response.hpp"
#include "gateway/web/files.hpp"

namespace gateway::web {

/// Serves the web page from memory. It holds no data of anybody: whatever it shows, it asks the API for with the
/// session of its browser, so it needs no session itself.
///
/// Thread safety: handlers from any loop.
class Pages {
  public:
    /// GET /, GET /recordings/{id}: the page, which reads its own address.
    boost::asio::awaitable<http::Response> page(http::Request& request);

    /// GET /assets/{file}: its parts, kept by browsers for a year. 404 for a name that this build does not have.
    boost::asio::awaitable<http::Response> asset(http::Request& request);
};

/// Whether Accept-Encoding takes gzip.
bool takes_gzip(std::string_view accept_encoding);

}  // namespace gateway::web
