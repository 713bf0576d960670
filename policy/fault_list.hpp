#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "policy/fault.hpp"

namespace policy {

/// Collects the faults of one push. A field that the reader already found a fault in gets no second one.
class FaultList {
  public:
    explicit FaultList(std::vector<Fault> parse_faults)
        : faults_(std::move(parse_faults)), parse_faults_(faults_.size()) {}

    void add(FaultCode code, std::string pointer, std::string sentence);

    /// Bounds of a string that may be absent.
    void check_text(const std::optional<std::string>& value, std::size_t longest, const std::string& pointer);

    /// A string that must be there: absent or empty is `missing` with `sentence`.
    void require_text(const std::optional<std::string>& value, std::size_t longest, const std::string& pointer,
                      const std::string& sentence, FaultCode missing = FaultCode::kFieldMissing);

    bool empty() const { return faults_.empty(); }
    std::vector<Fault> take() && { return std::move(faults_); }

  private:
    bool read_badly(FaultCode code, const std::string& pointer) const;

    std::vector<Fault> faults_;
    std::size_t parse_faults_;  ///< the first so many are the reader's
};

}  // namespace policy
