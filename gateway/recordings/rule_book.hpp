#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/access.hpp"
#include "policy/deployment.hpp"
#include "policy/sender.hpp"

namespace gateway::recordings {

/// The part of the configuration that decisions are made by. Immutable; replaced as a whole on reload.
struct Rules {
    policy::Deployment deployment;
    std::vector<policy::SenderAllowance> senders;
    policy::AccessRules access;
    std::vector<std::string> acr_values;  ///< What a step-up asks the issuer for.
    std::string digest;  ///< SHA-256 of the configuration, hexadecimal: stands in certificates as the policy's version.

    /// The allow-list of a sender; null when it has none.
    const policy::SenderAllowance* allowance(std::string_view sender) const {
        for (const auto& allowed : senders) {
            if (allowed.name == sender) return &allowed;
        }
        return nullptr;
    }
};

/// The rules that count now. A request takes them once and keeps to them. Thread safety: any thread.
class RuleBook {
  public:
    explicit RuleBook(Rules rules) : rules_(std::make_shared<const Rules>(std::move(rules))) {}
    std::shared_ptr<const Rules> current() const {
        const std::lock_guard lock(mutex_);
        return rules_;
    }
    void replace(Rules rules) {
        auto fresh = std::make_shared<const Rules>(std::move(rules));
        const std::lock_guard lock(mutex_);
        rules_ = std::move(fresh);
    }

  private:
    mutable std::mutex mutex_;
    std::shared_ptr<const Rules> rules_;
};

}  // namespace gateway::recordings
