#include "gateway/verify/report.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <ostream>

namespace gateway::verify {

void Report::found(std::string code, std::string where, std::string text) {
    ++count_;
    if (findings_.size() < kMaxFindings) findings_.push_back({std::move(code), std::move(where), std::move(text)});
}

bool Report::has(const std::string& code) const {
    return std::any_of(findings_.begin(), findings_.end(), [&](const Finding& f) { return f.code == code; });
}

void Report::print_words(std::ostream& out) const {
    out << subject_ << ": " << (good() ? "GOOD" : "BAD") << '\n';
    for (const auto& [name, value] : facts_) out << "  " << name << ": " << value << '\n';
    if (!findings_.empty()) out << "Wrong:\n";
    for (const Finding& finding : findings_) {
        out << "  [" << finding.code << "] " << finding.where << ": " << finding.text << '\n';
    }
    if (count_ > findings_.size()) out << "  and " << count_ - findings_.size() << " more\n";
    if (!checked_.empty()) out << "Checked:\n";
    for (const std::string& text : checked_) out << "  - " << text << '\n';
    if (!not_checked_.empty()) out << "Not checked, and why:\n";
    for (const std::string& text : not_checked_) out << "  - " << text << '\n';
}

void Report::print_json(std::ostream& out) const {
    boost::json::object json;
    json["subject"] = subject_;
    json["result"] = good() ? "good" : "bad";
    boost::json::object facts;
    for (const auto& [name, value] : facts_) facts[name] = value;
    json["facts"] = std::move(facts);
    boost::json::array findings;
    for (const Finding& finding : findings_) {
        findings.push_back(
            boost::json::object{{"code", finding.code}, {"where", finding.where}, {"text", finding.text}});
    }
    json["findings"] = std::move(findings);
    json["findings_total"] = count_;
    json["checked"] = boost::json::array(checked_.begin(), checked_.end());
    json["not_checked"] = boost::json::array(not_checked_.begin(), not_checked_.end());
    out << json << '\n';
}

}  // namespace gateway::verify
