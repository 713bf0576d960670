#pragma once

#include <cstdint>
#include <iosfwd>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace gateway::verify {

/// What the program exits with.
enum class Exit : int {
    kGood = 0,        ///< Everything that could be checked holds.
    kBad = 1,         ///< Evidence is wrong; the findings name it.
    kUsage = 2,       ///< The command line.
    kUnreadable = 3,  ///< A file or folder could not be read: nothing is known.
};

/// Thrown when a file that must be there cannot be read: no verdict.
class Unreadable : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

struct Finding {
    std::string code;   ///< Stable: "log.edited".
    std::string where;  ///< "entry 4711", "checkpoint 812".
    std::string text;   ///< One sentence.
};

/// What was looked at, what is wrong, and what could not be known.
class Report {
  public:
    explicit Report(std::string subject) : subject_(std::move(subject)) {}

    void checked(std::string text) { checked_.push_back(std::move(text)); }
    void not_checked(std::string text) { not_checked_.push_back(std::move(text)); }
    void fact(const std::string& name, std::string value) { facts_[name] = std::move(value); }
    /// Past kMaxFindings they are only counted.
    void found(std::string code, std::string where, std::string text);

    bool good() const noexcept { return count_ == 0; }
    bool has(const std::string& code) const;
    Exit exit() const noexcept { return good() ? Exit::kGood : Exit::kBad; }
    const std::vector<Finding>& findings() const noexcept { return findings_; }

    void print_words(std::ostream& out) const;
    void print_json(std::ostream& out) const;

  private:
    static constexpr std::size_t kMaxFindings = 100;
    std::string subject_;
    std::vector<std::string> checked_;
    std::vector<std::string> not_checked_;
    std::map<std::string, std::string> facts_;
    std::vector<Finding> findings_;
    std::uint64_t count_ = 0;
};

}  // namespace gateway::verify
