#pragma once

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace tests {

/// Listens on a Unix socket and gives each connection the next of the given bytes, then ends it; keeps what was asked.
class FakeServer {
  public:
    FakeServer(std::string path, std::vector<std::string> answers)
        : path_(std::move(path)), answers_(std::move(answers)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path_.data(), path_.size());
        listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
            ::listen(listener_, 8) != 0) {
            throw std::runtime_error("the fake server cannot listen");
        }
        thread_ = std::thread([this] { serve(); });
    }
    ~FakeServer() { stop(); }

    /// Ends it; what was asked, a request each.
    const std::vector<std::string>& stop() {
        if (thread_.joinable()) {
            ::shutdown(listener_, SHUT_RDWR);
            thread_.join();
            ::close(listener_);
        }
        return asked_;
    }

  private:
    void serve() {
        for (const std::string& answer : answers_) {
            const int connection = ::accept(listener_, nullptr, nullptr);
            if (connection < 0) return;
            asked_.push_back(read_request(connection));
            ::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
            ::close(connection);
        }
    }

    static std::string read_request(int connection) {
        std::string out;
        std::array<char, 4096> bytes{};
        while (true) {
            const auto head = out.find("\r\n\r\n");
            if (head != std::string::npos) {
                const auto field = out.find("Content-Length: ");
                const std::size_t length = field == std::string::npos ? 0 : std::stoul(out.substr(field + 16));
                if (out.size() >= head + 4 + length) return out;
            }
            const auto got = ::recv(connection, bytes.data(), bytes.size(), 0);
            if (got <= 0) return out;
            out.append(bytes.data(), static_cast<std::size_t>(got));
        }
    }

    std::string path_;
    std::vector<std::string> answers_;
    std::vector<std::string> asked_;
    int listener_ = -1;
    std::thread thread_;
};

/// An answer of the server.
inline std::string answer(int status, const std::string& body, const std::string& type = "application/json") {
    return "HTTP/1.1 " + std::to_string(status) + " Words\r\nContent-Type: " + type +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace tests
