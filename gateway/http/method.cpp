#include "gateway/http/method.hpp"

#include <array>
#include <utility>

namespace gateway::http {
namespace {

constexpr std::array<std::pair<std::string_view, Method>, 7> kNames = {{{"GET", Method::kGet},
                                                                        {"HEAD", Method::kHead},
                                                                        {"POST", Method::kPost},
                                                                        {"PUT", Method::kPut},
                                                                        {"PATCH", Method::kPatch},
                                                                        {"DELETE", Method::kDelete},
                                                                        {"OPTIONS", Method::kOptions}}};

}  // namespace

std::string_view name_of(Method method) {
    for (const auto& [name, value] : kNames) {
        if (value == method) return name;
    }
    return "OTHER";
}

Method parse_method(std::string_view text) {
    for (const auto& [name, value] : kNames) {
        if (name == text) return value;
    }
    return Method::kOther;
}

}  // namespace gateway::http
