#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace gateway::http {

/// The loop threads of the process: one io_context each, one thread each. A connection lives on one loop from accept to
/// close, so nothing in it needs a lock.
///
/// Thread safety: all members from any thread, except stop(), which one caller outside the loops calls once.
/// Lifetime:      outlives everything that runs on it.
class Loops {
  public:
    explicit Loops(std::size_t threads);
    ~Loops();
    Loops(const Loops&) = delete;
    Loops& operator=(const Loops&) = delete;

    std::size_t size() const { return loops_.size(); }
    boost::asio::io_context& context(std::size_t index) { return loops_[index]->context; }
    boost::asio::any_io_executor executor(std::size_t index) { return loops_[index]->context.get_executor(); }

    /// Waits until all work is done (owners cancel theirs first), then joins. Called by the destructor.
    void stop();

  private:
    struct Loop {
        boost::asio::io_context context{1};
        boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{context.get_executor()};
        std::thread thread;
    };
    std::vector<std::unique_ptr<Loop>> loops_;
};

}  // namespace gateway::http
