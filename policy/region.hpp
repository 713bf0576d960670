#pragma once

#include <optional>
#include <string_view>

#include "policy/time.hpp"

namespace policy {

/// The country where a provider of object storage keeps a region, ISO 3166-1 alpha-2, as the providers publish it. A
/// region's name means something at its own endpoint only: "eu-central-2" is Zurich at one provider and Berlin at
/// another, and neither "eu-" in it nor a good signature proves anything. Nothing: not in the list, and only a written
/// statement of who runs the store counts.
///
/// `host`: of the endpoint, lower case, with or without a bucket's name before it.
std::optional<std::string_view> country_of_region(std::string_view host, std::string_view region);

/// The day on which that list was drawn up.
Date regions_as_of();

}  // namespace policy
