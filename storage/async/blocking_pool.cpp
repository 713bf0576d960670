#include "storage/async/blocking_pool.hpp"

#include <pthread.h>

namespace storage::async {

BlockingPool::BlockingPool(std::string name, std::size_t threads, std::size_t queue_limit,
                           std::chrono::milliseconds patience)
    : name_(std::move(name)), queue_limit_(queue_limit), patience_(patience), threads_(threads) {
    // Names show in top and gdb; the kernel keeps 15 characters.
    for (std::size_t i = 0; i < threads; ++i) {
        boost::asio::post(threads_,
                          [label = name_.substr(0, 15)] { pthread_setname_np(pthread_self(), label.c_str()); });
    }
}

policy::Error BlockingPool::silence() const {
    return policy::fail(policy::Code::kUnavailable, "the " + name_ + " has not answered for " +
                                                        std::to_string(patience_.count()) +
                                                        " ms: it is asked again once it answers what it was asked");
}

BlockingPool::~BlockingPool() {
    stop();
}

void BlockingPool::stop() {
    threads_.join();
}

}  // namespace storage::async
