#include "storage/objects/file_store.hpp"
#include "tests/contract/object_store_contract.hpp"
#include "tests/support/temporary_folder.hpp"

namespace tests {

namespace {

class FileStoreUnderTest final : public StoreUnderTest {
  public:
    FileStoreUnderTest() : store_(open()) {}
    ObjectStore& store() override { return *store_; }

  private:
    std::unique_ptr<storage::objects::FileStore> open() {
        storage::objects::FileStoreOptions options;
        options.root = folder_.path() / "store";
        return storage::objects::FileStore::open(options, pool_, budget_).value();
    }

    TemporaryFolder folder_;
    storage::async::BlockingPool pool_{"objects", 8, 1000};
    storage::objects::MemoryBudget budget_{std::size_t{16} << 20U, 1000};
    std::unique_ptr<storage::objects::FileStore> store_;
};

}  // namespace

std::unique_ptr<StoreUnderTest> make_store_under_test() {
    return std::make_unique<FileStoreUnderTest>();
}

}  // namespace tests
