#include "gateway/http/router.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace gateway::http {
namespace {

bool is_param(std::string_view segment) {
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

bool is_rest(std::string_view segment) {
    return segment.ends_with("...}");
}

/// The parts between the slashes: "/a/b" is {"a", "b"}, "/" is {""}, "/a/" is {"a", ""}.
template <class Text>
std::vector<Text> split(std::string_view path) {
    std::vector<Text> segments;
    if (path.empty() || path.front() != '/') return segments;
    path.remove_prefix(1);
    for (;;) {
        const std::size_t slash = path.find('/');
        segments.emplace_back(path.substr(0, slash));
        if (slash == std::string_view::npos) return segments;
        path.remove_prefix(slash + 1);
    }
}

bool matches(const Route& route, std::vector<std::string_view> segments) {
    if (is_rest(route.segments.back()) && segments.size() > route.segments.size())
        segments.resize(route.segments.size());
    return std::equal(route.segments.begin(), route.segments.end(), segments.begin(), segments.end(),
                      [](const std::string& pattern, std::string_view segment) {
                          return is_param(pattern) ? !segment.empty() : pattern == segment;
                      });
}

/// True when `a` has a literal in the first place where only one of the two has.
bool more_literal(const Route& a, const Route& b) {
    for (std::size_t i = 0; i < std::min(a.segments.size(), b.segments.size()); ++i) {
        if (is_param(a.segments[i]) != is_param(b.segments[i])) return is_param(b.segments[i]);
    }
    return false;
}

Found found(const Route& route, const std::vector<std::string_view>& segments) {
    Found result{&route, {}};
    for (std::size_t i = 0; i < segments.size(); ++i) {
        if (i == route.segments.size()) break;
        const std::string_view pattern = route.segments[i];
        if (is_rest(pattern)) {
            const auto* const first = segments[i].data();
            const auto* const end = segments.back().data() + segments.back().size();
            result.params.emplace_back(pattern.substr(1, pattern.size() - 5),
                                       std::string_view(first, static_cast<std::size_t>(end - first)));
        } else if (is_param(pattern)) {
            result.params.emplace_back(pattern.substr(1, pattern.size() - 2), segments[i]);
        }
    }
    return result;
}

}  // namespace

void Router::add(Method method, std::string_view pattern, Handler handler, RouteOptions options) {
    if (pattern.empty() || pattern.front() != '/') throw std::invalid_argument("a pattern starts with '/'");
    if (options.name.empty() || method == Method::kOther || !handler) {
        throw std::invalid_argument("a route needs a name, a method and a handler: " + std::string(pattern));
    }
    for (const Route& route : routes_) {
        if (route.method == method && route.pattern == pattern) {
            throw std::invalid_argument("route is taken: " + std::string(pattern));
        }
    }
    routes_.push_back(
        {method, std::string(pattern), split<std::string>(pattern), std::move(handler), std::move(options)});
}

std::variant<Found, NoRoute> Router::match(Method method, std::string_view path) const {
    const auto segments = split<std::string_view>(path);
    const Route* best = nullptr;
    const Route* get_for_head = nullptr;
    NoRoute none;
    for (const Route& route : routes_) {
        if (!matches(route, segments)) continue;
        if (std::find(none.allowed.begin(), none.allowed.end(), route.method) == none.allowed.end()) {
            none.allowed.push_back(route.method);
        }
        const Route*& slot = route.method == method ? best : get_for_head;
        const bool fits = route.method == method || (method == Method::kHead && route.method == Method::kGet);
        if (fits && (slot == nullptr || more_literal(route, *slot))) slot = &route;
    }
    if (best == nullptr) best = get_for_head;
    if (best != nullptr) return found(*best, segments);
    const auto allows = [&none](Method wanted) {
        return std::find(none.allowed.begin(), none.allowed.end(), wanted) != none.allowed.end();
    };
    if (allows(Method::kGet) && !allows(Method::kHead)) none.allowed.push_back(Method::kHead);
    return none;
}

}  // namespace gateway::http
