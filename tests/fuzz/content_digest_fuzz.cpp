// Content-Digest in any text: what is taken has one spelling of its digest.
#include <cstdlib>
#include <string_view>

#include "gateway/http/content_digest.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto digest = gateway::http::parse_content_digest(text);
    if (!digest || !digest->sha256) return 0;
    const auto written = gateway::http::format_sha256_digest(*digest->sha256);
    if (text.find(written) == std::string_view::npos) std::abort();
    const auto again = gateway::http::parse_content_digest(written);
    if (!again || again->sha256 != digest->sha256) std::abort();
    return 0;
}
