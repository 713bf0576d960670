#pragma once

#include <cstddef>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace bench {

/// The heads of requests, without the fields that the generator adds (Host, Range, Content-Length) and the blank line.
/// From a file with one request a line: its path, then its header fields, with tabs between.
class RequestLines {
  public:
    RequestLines(const std::string& file, const std::string& method) {
        std::ifstream in(file);
        for (std::string line; std::getline(in, line);) heads_.push_back(head_of(line, method));
        if (heads_.empty()) throw std::runtime_error("no request in " + file);
    }

    std::size_t size() const { return heads_.size(); }
    const std::string& at(std::size_t index) const { return heads_.at(index); }

  private:
    static std::string head_of(const std::string& line, const std::string& method) {
        std::string out = method + " " + line.substr(0, line.find('\t')) + " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
        for (std::size_t at = line.find('\t'); at != std::string::npos;) {
            const std::size_t end = line.find('\t', at + 1);
            out += line.substr(at + 1, end == std::string::npos ? end : end - at - 1) + "\r\n";
            at = end;
        }
        return out;
    }

    std::vector<std::string> heads_;
};

}  // namespace bench
