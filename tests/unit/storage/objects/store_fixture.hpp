#pragma once

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "storage/objects/file_store.hpp"
#include "storage/objects/whole_object.hpp"
#include "tests/support/faulty_files.hpp"
#include "tests/support/run_loop.hpp"
#include "tests/support/temporary_folder.hpp"

namespace tests {

using Bytes = std::vector<std::byte>;

inline storage::objects::Deadline soon() {
    return std::chrono::steady_clock::now() + std::chrono::seconds(60);
}

inline storage::objects::ObjectName named(const std::string& text) {
    return storage::objects::ObjectName::parse(text).value();
}

inline Bytes some_bytes(std::size_t size, unsigned seed = 1) {
    std::mt19937_64 random(seed);
    Bytes bytes(size);
    for (auto& byte : bytes) byte = static_cast<std::byte>(random());
    return bytes;
}

/// A file store in a folder of its own, over system calls that fail on demand.
struct FileStoreFixture {
    explicit FileStoreFixture(storage::objects::FileStoreOptions wanted = {}, std::size_t budget_bytes = 64U << 20U)
        : budget(budget_bytes, 1000) {
        options = std::move(wanted);
        if (options.root.empty()) options.root = folder.path() / "store";
        reopen();
    }

    void reopen() { store = storage::objects::FileStore::open(options, pool, budget, files).value(); }

    policy::Result<void> put(const std::string& name, const Bytes& bytes) {
        return await(storage::objects::put_once(*store, named(name), bytes, soon()));
    }
    policy::Result<Bytes> get(const std::string& name) {
        return await(storage::objects::get(*store, named(name), std::size_t{1} << 30U, soon()));
    }
    std::size_t temporary_files() const {
        using Files = std::filesystem::directory_iterator;
        return static_cast<std::size_t>(std::distance(Files(options.root / ".tmp"), Files()));
    }

    TemporaryFolder folder;
    storage::async::BlockingPool pool{"objects", 8, 10000};
    storage::objects::MemoryBudget budget;
    std::shared_ptr<FaultyFiles> files = std::make_shared<FaultyFiles>();
    storage::objects::FileStoreOptions options;
    std::unique_ptr<storage::objects::FileStore> store;
};

}  // namespace tests
