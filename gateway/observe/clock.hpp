#pragma once

#include "policy/time.hpp"

namespace gateway::observe {

/// The only way to the wall clock and the deployment's time zone. Everything that decides takes the values as
/// arguments. Thread safety: all members may be called from any thread.
class Clock {
  public:
    virtual ~Clock() = default;
    /// Now, in UTC.
    virtual policy::Instant now() const = 0;
    /// The calendar day that `instant` falls on in the deployment's zone.
    virtual policy::Date local_date(policy::Instant instant) const = 0;
    /// The first moment of `date` in the deployment's zone (not always midnight: zones skip it at some changes).
    virtual policy::Instant start_of(policy::Date date) const = 0;
};

}  // namespace gateway::observe
