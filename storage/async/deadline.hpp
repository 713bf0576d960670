#pragma once

#include <chrono>

namespace storage::async {

/// The moment by which an answer must be there. It travels with the request into every wait and call.
using Deadline = std::chrono::steady_clock::time_point;

}  // namespace storage::async
