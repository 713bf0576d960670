#pragma once

#include <memory>
#include <string_view>

#include "gateway/observe/clock.hpp"
#include "policy/result.hpp"

namespace gateway::observe {

/// The machine's clock and a zone of the system's time zone database ("Europe/Berlin").
class SystemClock {
  public:
    /// kInvalid when there is no such zone (the text names it).
    static policy::Result<std::unique_ptr<Clock>> create(std::string_view zone);
};

}  // namespace gateway::observe
