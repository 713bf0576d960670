#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gateway::app {

/// The known name that somebody who wrote `name` most likely meant: the one with the fewest changed, added, dropped or
/// swapped letters; nothing when even that is no likely slip (more than a third of the letters).
std::optional<std::string_view> nearest_name(std::string_view name, std::span<const std::string_view> known);

}  // namespace gateway::app
