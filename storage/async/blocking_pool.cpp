#include "storage/async/blocking_pool.hpp"

#include <pthread.h>

namespace storage::async {

BlockingPool::BlockingPool(std::string name, std::size_t threads, std::size_t queue_limit)
    : name_(std::move(name)), queue_limit_(queue_limit), threads_(threads) {
    // Names show in top and gdb; the kernel keeps 15 characters.
    for (std::size_t i = 0; i < threads; ++i) {
        boost::asio::post(threads_,
                          [label = name_.substr(0, 15)] { pthread_setname_np(pthread_self(), label.c_str()); });
    }
}

BlockingPool::~BlockingPool() {
    stop();
}

void BlockingPool::stop() {
    threads_.join();
}

}  // namespace storage::async
