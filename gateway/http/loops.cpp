#include "gateway/http/loops.hpp"

#include <pthread.h>

namespace gateway::http {

Loops::Loops(std::size_t threads) {
    for (std::size_t i = 0; i < threads; ++i) {
        loops_.push_back(std::make_unique<Loop>());
        Loop& loop = *loops_.back();
        loop.thread = std::thread([&loop] { loop.context.run(); });
        pthread_setname_np(loop.thread.native_handle(), ("loop-" + std::to_string(i)).c_str());
    }
}

Loops::~Loops() {
    stop();
}

void Loops::stop() {
    for (const auto& loop : loops_) loop->work.reset();
    for (const auto& loop : loops_) {
        if (loop->thread.joinable()) loop->thread.join();
    }
}

}  // namespace gateway::http
